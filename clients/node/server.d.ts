import { Vipps } from "./index";

/** A setting's name, as in the README or in camel case, and its value. */
export type Settings = Record<string, string | number | boolean | readonly string[]>;

export interface Server {
  url: string;
  vipps: Vipps;
  /** The variables that clients need: VIPPS_BASE_URL, VIPPS_CLIENT_ID and so on. */
  variables: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * Starts a server of its own on a free port, or takes the one that VIPPS_MOCK_URL names. `command` is the program and
 * what stands before `serve`: VIPPS_MOCK_COMMAND, divided at spaces, or vipps-mockserver by default.
 */
export function startServer(settings?: Settings, options?: { command?: string[] }): Promise<Server>;
