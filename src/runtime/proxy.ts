import { BlockList, isIP } from "node:net";
import { RestartError } from "../kube/error.ts";

/** A proxy to go through. `shown` is its URL without user and password, for messages. */
export interface ProxyServer {
  readonly kind: "http" | "https" | "socks";
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly shown: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for `server`: the cluster's `proxy-url`, which is never bypassed (`NO_PROXY` does not apply to it), else
 * what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say by Go's rules (golang.org/x/net/http/httpproxy).
 * Throws `InvalidConfig` for a URL that is no proxy.
 */
export function chooseProxy(server: URL, proxyUrl: string | undefined, env: Environment): ProxyServer | undefined {
  if (proxyUrl !== undefined) return parseProxy(proxyUrl, "proxy-url");
  const name = server.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const written = env[name] || env[name.toLowerCase()];
  if (written === undefined || written === "" || isExempt(server, env["NO_PROXY"] || env["no_proxy"] || "")) {
    return undefined;
  }
  return parseProxy(written, name);
}

function parseProxy(written: string, source: string): ProxyServer {
  const url = URL.parse(written.includes("://") ? written : `http://${written}`);
  if (url === null || url.hostname === "") {
    throw new RestartError("InvalidConfig", `${source} is not a URL`);
  }
  const scheme = url.protocol.slice(0, -1);
  const known = proxySchemes[scheme];
  if (known === undefined) {
    throw new RestartError("InvalidConfig", `${source} has the scheme ${scheme}, must be http, https or socks5`);
  }
  const host = bareHost(url);
  const port = url.port === "" ? known.port : Number(url.port);
  return {
    kind: known.kind,
    host,
    port,
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    shown: `${scheme}://${url.hostname}:${port}`,
  };
}

const proxySchemes: Readonly<Record<string, { readonly kind: ProxyServer["kind"]; readonly port: number }>> = {
  http: { kind: "http", port: 80 },
  https: { kind: "https", port: 443 },
  // Go hands names to the proxy under either spelling, so a host that only the proxy knows works with both.
  socks5: { kind: "socks", port: 1080 },
  socks5h: { kind: "socks", port: 1080 },
};

/** The host of a URL without the brackets of an IPv6 address. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/gu, "");
}

/** The port of an http or https URL. */
export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

function isExempt(server: URL, noProxy: string): boolean {
  const host = bareHost(server).toLowerCase().replace(/\.$/u, "");
  const family = isIP(host);
  if (host === "localhost" || (family !== 0 && isInside(host, family === 4 ? "127.0.0.0/8" : "::1/128"))) return true;
  return noProxy
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== "" && matches(entry, host, portOf(server)));
}

function matches(entry: string, host: string, port: number): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isInside(host, entry);
  const { name, onlyPort } = splitPort(entry);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  if (isIP(name) !== 0) return name === host || isInside(host, `${name}/${isIP(name) === 4 ? 32 : 128}`);
  if (isIP(host) !== 0) return false;
  const suffix = name.startsWith("*.") ? name.slice(1) : name;
  // A leading dot means subdomains only; a bare domain means itself as well.
  if (suffix.startsWith(".")) return host.endsWith(suffix);
  return host === suffix || host.endsWith(`.${suffix}`);
}

function splitPort(entry: string): { readonly name: string; readonly onlyPort: number | undefined } {
  if (isIP(entry) === 6) return { name: entry, onlyPort: undefined };
  const match = /^\[?([^\]]*?)\]?(?::(\d+))?$/u.exec(entry);
  return { name: match?.[1] ?? entry, onlyPort: match?.[2] === undefined ? undefined : Number(match[2]) };
}

function isInside(host: string, range: string): boolean {
  const [network = "", prefix = ""] = range.split("/");
  const family = isIP(network);
  const bits = /^\d+$/u.test(prefix) ? Number(prefix) : -1;
  if (family === 0 || isIP(host) !== family || bits < 0 || bits > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const kind = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(network, bits, kind);
  return list.check(host, kind);
}
