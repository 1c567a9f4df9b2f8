import { readFileSync } from "node:fs";
import type { SecureContext } from "node:tls";
import { createSecureContext, getCACertificates } from "node:tls";
import { RestartError } from "../kube/error.ts";
import type { ContextEntry } from "./context-entry.ts";
import type { Credentials } from "./credentials.ts";
import { invalidKubeconfig } from "./kubeconfig-document.ts";

/** The certificate authorities of a cluster, or undefined when the machine's own decide. */
export function clusterAuthorities(entry: ContextEntry): string | undefined {
  const { cluster } = entry;
  if (cluster.certificateAuthorityData !== undefined) return cluster.certificateAuthorityData;
  if (cluster.certificateAuthority === undefined) return undefined;
  const { file, line } = cluster.origin;
  return readPem(cluster.certificateAuthority, file, line, `certificate-authority of cluster ${quote(cluster.name)}`);
}

/** The client certificate and key that a user names in the kubeconfig, read now. */
export function userCertificate(entry: ContextEntry): Pick<Credentials, "clientCertificate" | "clientKey"> {
  const { user } = entry;
  if (user === undefined) return {};
  const { file, line } = user.origin;
  const read = (what: string, path: string | undefined): string | undefined =>
    path === undefined ? undefined : readPem(path, file, line, `${what} of user ${quote(user.name)}`);
  const clientCertificate = user.clientCertificateData ?? read("client-certificate", user.clientCertificate);
  const clientKey = user.clientKeyData ?? read("client-key", user.clientKey);
  if (clientCertificate === undefined && clientKey === undefined) return {};
  if (clientCertificate === undefined || clientKey === undefined) {
    const missing =
      clientKey === undefined ? "a client-certificate but no client-key" : "a client-key but no client-certificate";
    throw invalidKubeconfig(file, line, `user ${quote(user.name)} has ${missing}`);
  }
  return { clientCertificate, clientKey };
}

/** The authorities that a cluster's certificate is checked against. */
export type Authorities = readonly string[];

/**
 * The cluster's own authorities, which *replace* the machine's (a certificate that any public authority signed must not
 * pass for a private cluster), else the machine's. Throws `InvalidConfig` for what is no PEM.
 */
export function trustedAuthorities(entry: ContextEntry): Authorities {
  const own = clusterAuthorities(entry);
  if (own === undefined) return machineAuthorities();
  try {
    createSecureContext({ ca: own });
  } catch {
    const { name, origin } = entry.cluster;
    throw invalidKubeconfig(origin.file, origin.line, `the certificate authority of cluster ${quote(name)} is not PEM`);
  }
  return [own];
}

/** The TLS context of a cluster. Throws `CredentialsFailed` for a client certificate that cannot be used. */
export function clusterContext(entry: ContextEntry, authorities: Authorities, credentials: Credentials): SecureContext {
  const ca = [...authorities];
  const { clientCertificate, clientKey } = credentials;
  if (clientCertificate === undefined || clientKey === undefined) return createSecureContext({ ca });
  try {
    return createSecureContext({ ca, cert: clientCertificate, key: clientKey });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const why = code.includes("MISMATCH") ? "do not belong together" : "cannot be read as PEM";
    throw new RestartError(
      "CredentialsFailed",
      `the client certificate and key of user ${quote(entry.userName)} ${why}`,
      {
        detail: { user: entry.userName, cluster: entry.name, server: entry.server },
        cause,
      },
    );
  }
}

/** The TLS context for an https:// proxy: it may be signed for everyone, or by the cluster's own authority. */
export function proxyContext(authorities: Authorities): SecureContext {
  return createSecureContext({ ca: [...new Set([...machineAuthorities(), ...authorities])] });
}

function machineAuthorities(): readonly string[] {
  // The runtime's own list lacks what an administrator added to the machine.
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
}

function readPem(path: string, file: string, line: number, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const why = code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
    throw invalidKubeconfig(file, line, `the ${what} ${why}: ${path}`);
  }
}

function quote(text: string): string {
  return JSON.stringify(text);
}
