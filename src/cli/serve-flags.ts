import { RestartError } from "../core/index.ts";

/** Where a server listens. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** The flags of `restart serve`, read but not yet looked up. */
export interface ServeFlags {
  readonly listen: ListenAddress;
  readonly auth: "token" | "none";
  /** Undefined is the default file, which is made when it is missing. */
  readonly tokenFile: string | undefined;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** Patterns of contexts that callers may use; none is every one. */
  readonly clusters: readonly string[];
  readonly printConfig: boolean;
}

const standardListen = "127.0.0.1:8484";
const later: ReadonlySet<string> = new Set(["oidc", "passthrough", "mtls"]);

/** Reads the flags of the server; rejects with `Usage`. */
export function readServeFlags(
  text: (name: string) => string | undefined,
  several: (name: string) => readonly string[],
  isOn: (name: string) => boolean,
): ServeFlags {
  const auth = text("auth") ?? "token";
  if (later.has(auth)) throw new RestartError("Usage", `--auth=${auth} is not there yet; there are token and none`);
  if (auth !== "token" && auth !== "none") throw new RestartError("Usage", `--auth: "${auth}" is not token or none`);
  const tokenFile = text("tokenFile");
  if (tokenFile !== undefined && auth === "none") {
    throw new RestartError("Usage", "--token-file is of --auth=token; with --auth=none nobody shows a token");
  }
  const certFile = text("tlsCert");
  const keyFile = text("tlsKey");
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new RestartError("Usage", "--tls-cert and --tls-key belong together");
  }
  return {
    listen: readListen(text("listen") ?? standardListen),
    auth,
    tokenFile,
    tls: certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile },
    clusters: several("clusters"),
    printConfig: isOn("printConfig"),
  };
}

/** `127.0.0.1:8484`, `[::1]:8484`, `:8484` for every address, `unix:PATH`. Port 0 takes a free one. */
export function readListen(text: string): ListenAddress {
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length);
    if (path === "") throw new RestartError("Usage", "--listen: unix: needs a path");
    return { path };
  }
  const { v6, name, port } =
    /^(?:\[(?<v6>[0-9A-Fa-f:.]+)\]|(?<name>[^:[\]\s]*)):(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (port === undefined || Number(port) > 65535) {
    throw new RestartError("Usage", `--listen: "${text}" is not HOST:PORT, [IPV6]:PORT or unix:PATH`);
  }
  return { host: v6 ?? (name === "" || name === undefined ? "::" : name), port: Number(port) };
}
