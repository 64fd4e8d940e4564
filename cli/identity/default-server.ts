export const DEFAULT_PORT = 8005
/** The server that is meant when none is named. */
export const DEFAULT_SERVER = `ws://localhost:${DEFAULT_PORT}`
