import servers from "./server.cjs";

export const { startServer } = servers;
