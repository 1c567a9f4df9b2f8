import type { Reason } from "../kube/error.ts";
import { RestartError } from "../kube/error.ts";

/** Whom a message about a failed request names. */
export interface Endpoint {
  readonly cluster: string;
  readonly server: string;
  readonly user: string;
}

/**
 * Whether the API server may have seen the request: "no" when it never left, "yes" when it was written to a connection
 * that stood. A PATCH with "yes" may have happened.
 */
export type Sent = "yes" | "no";

interface Failure {
  readonly reason: Reason;
  /** Completes `cluster "x" (https://…) …`. */
  readonly says: string;
}

/**
 * The RestartError for a connection that failed. `proxy` is set while the proxy itself is being reached.
 * The codes are those of Node, Bun and Deno, which differ in small ways (measured on Bun 1.4.5).
 */
export function connectionError(cause: unknown, endpoint: Endpoint, sent: Sent, proxy?: string): RestartError {
  const code = errorCode(cause);
  const { reason, says } =
    proxy === undefined ? serverFailure(cause, code, endpoint) : proxyFailure(cause, code, proxy);
  // A refused client certificate shows up after the first write, but the server never read what was written.
  return endpointError(reason, endpoint, says, reason === "TlsFailure" ? "no" : sent, { cause, code });
}

/** An error that names the cluster and its server. */
export function endpointError(
  reason: Reason,
  endpoint: Endpoint,
  says: string,
  sent: Sent,
  { cause, code }: { readonly cause?: unknown; readonly code?: string } = {},
): RestartError {
  return new RestartError(reason, `cluster ${JSON.stringify(endpoint.cluster)} (${endpoint.server}) ${says}`, {
    detail: { cluster: endpoint.cluster, server: endpoint.server, sent, ...(code && { code }) },
    cause,
  });
}

function serverFailure(cause: unknown, code: string, endpoint: Endpoint): Failure {
  const tls = tlsProblem(cause, code);
  if (tls !== undefined) return { reason: "TlsFailure", says: tls };
  if (/ALERT/u.test(code)) {
    const user = endpoint.user === "" ? "" : ` of user ${JSON.stringify(endpoint.user)}`;
    const says = code.includes("CERTIFICATE_REQUIRED")
      ? "asks for a client certificate and there is none"
      : `refused the TLS connection or the client certificate${user} (${alertName(code)})`;
    return { reason: "TlsFailure", says };
  }
  return { reason: "Unreachable", says: `is unreachable: ${networkProblem(code)}` };
}

function proxyFailure(cause: unknown, code: string, proxy: string): Failure {
  const tls = tlsProblem(cause, code);
  if (tls !== undefined) return { reason: "TlsFailure", says: `is unreachable: the proxy ${proxy} ${tls}` };
  return { reason: "Unreachable", says: `is unreachable: the proxy ${proxy} cannot be used: ${networkProblem(code)}` };
}

function tlsProblem(cause: unknown, code: string): string | undefined {
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return "shows a certificate that has expired";
    case "CERT_NOT_YET_VALID":
      return "shows a certificate that is not valid yet (is this machine's clock right?)";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `shows a certificate for another name${otherNames(cause)}`;
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "CERT_SIGNATURE_FAILURE":
    case "CERT_UNTRUSTED":
    case "INVALID_CA":
      return "shows a certificate that is signed by an unknown authority";
    case "CERT_REVOKED":
      return "shows a certificate that was revoked";
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_HTTP_REQUEST":
      return "does not speak TLS (is it an http:// address?)";
    default:
      return /^ERR_SSL_(?!.*ALERT)|^EPROTO$|^CERT_|^INVALID_PURPOSE$|^PATH_LENGTH_EXCEEDED$/u.test(code)
        ? `failed in the TLS handshake (${code})`
        : undefined;
  }
}

function otherNames(cause: unknown): string {
  const certificate = cause instanceof Error && "cert" in cause ? cause.cert : undefined;
  if (typeof certificate !== "object" || certificate === null || !("subjectaltname" in certificate)) return "";
  const names = String(certificate.subjectaltname).replaceAll(/(?:DNS|IP Address):/gu, "");
  return names === "" ? "" : ` (${names.slice(0, 200)})`;
}

function alertName(code: string): string {
  return code
    .replace(/^ERR_SSL_/u, "")
    .replaceAll("_", " ")
    .toLowerCase();
}

function networkProblem(code: string): string {
  switch (code) {
    case "ECONNREFUSED":
      return "connection refused";
    case "ENOTFOUND":
      return "its name cannot be resolved (no such host)";
    case "EAI_AGAIN":
    case "ESERVFAIL":
    case "ETIMEOUT":
      return "its name cannot be resolved now (the name server does not answer)";
    case "ECONNRESET":
    case "EPIPE":
    case "ECONNABORTED":
      return "the connection was cut before the answer";
    case "ETIMEDOUT":
      return "the connection timed out";
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "there is no route to it";
    case "EMFILE":
    case "ENFILE":
      return "this process has too many open files";
    case "EACCES":
    case "EPERM":
      return "the connection is not permitted on this machine";
    default:
      return /^HPE_/u.test(code) ? "its answer is not HTTP" : `the connection failed${code === "" ? "" : ` (${code})`}`;
  }
}

function errorCode(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  // Several addresses were tried, none answered: the last one is what a person would see with one address.
  if (cause instanceof AggregateError && !("code" in cause && cause.code)) return errorCode(cause.errors.at(-1));
  return "code" in cause && typeof cause.code === "string" ? cause.code : "";
}
