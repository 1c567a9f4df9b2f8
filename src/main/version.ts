declare const RESTART_VERSION: string | undefined;

/** Set when the executable is compiled; a checkout has none. */
export const version: string = typeof RESTART_VERSION === "undefined" ? "0.0.0-dev" : RESTART_VERSION;
