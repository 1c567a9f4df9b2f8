/** What a request's head says, read without trusting a URL parser, which mends what should be refused. */
export interface RequestHead {
  /** In lower case, without a port. */
  readonly host: string;
  /** As sent: nothing is decoded or folded. */
  readonly path: string;
}

// A name or IPv4 address, or an IPv6 address in brackets; a port of 1 to 65535. Whether it is the right name comes later.
const authority = /^(?<host>[A-Za-z0-9_][A-Za-z0-9._-]{0,253}|\[[0-9A-Fa-f:.]+\])(?::(?<port>[0-9]{1,5}))?$/;
const target = /^https?:\/\/(?<authority>[^/?#]*)(?<path>\/[^?#]*)?(?:\?[^#]*)?$/;

/** Undefined when the request names no host, an impossible one, or two that differ. */
export function readHead(url: string, header: Headers): RequestHead | undefined {
  const { authority: inUrl = "", path = "/" } = target.exec(url)?.groups ?? {};
  const given = header.get("host") ?? inUrl;
  const host = hostOf(given);
  if (host === undefined || (inUrl !== "" && hostOf(inUrl) !== host)) return undefined;
  return { host, path };
}

function hostOf(text: string): string | undefined {
  const { host, port } = authority.exec(text)?.groups ?? {};
  if (host === undefined) return undefined;
  const isPort = port === undefined || (Number(port) >= 1 && Number(port) <= 65535);
  return isPort ? host.toLowerCase() : undefined;
}

const loopback: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * A page of somebody else's can make its own name lead to this machine; the name in `Host` gives it away. `names` are
 * accepted beside those of loopback; undefined accepts all.
 */
export function isHostAllowed(host: string, names: readonly string[] | undefined): boolean {
  return names === undefined || loopback.has(host) || names.includes(host);
}

/** Whether a browser sent it on behalf of a page that may not. Other clients send neither header. */
export function isForeignPage(header: Headers, origins: readonly string[]): boolean {
  const origin = header.get("origin");
  if (origin !== null) return !origins.includes(origin);
  const site = header.get("sec-fetch-site");
  return site !== null && site !== "none" && site !== "same-origin";
}

const allowedHeaders =
  "Authorization, Content-Type, Connect-Protocol-Version, Connect-Timeout-Ms, X-User-Agent, Grpc-Timeout, X-Grpc-Web";
const exposedHeaders = "Grpc-Status, Grpc-Message, Grpc-Status-Details-Bin, Retry-After, Warning, X-Request-Id";

/** What a page of a listed origin is told; nothing for anybody else. */
export function corsHeaders(origin: string | null, preflight: boolean): Readonly<Record<string, string>> {
  if (origin === null) return {};
  return {
    "access-control-allow-origin": origin,
    vary: "Origin",
    ...(preflight
      ? {
          "access-control-allow-methods": "GET, POST",
          "access-control-allow-headers": allowedHeaders,
          "access-control-max-age": "7200",
        }
      : { "access-control-expose-headers": exposedHeaders }),
  };
}
