import client from "./index.cjs";

export const { ControlError, Vipps, eventName } = client;
