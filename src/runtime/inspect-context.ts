import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import type { ContextFacts, CredentialFacts, CredentialKind, Place, TlsFacts } from "../core/index.ts";
import { toRestartError } from "../kube/error.ts";
import type { ContextEntry } from "./context-entry.ts";
import type { Credentials } from "./credentials.ts";
import type { Kubeconfig } from "./kubeconfig.ts";
import type { Origin } from "./kubeconfig-entry.ts";
import { chooseProxy } from "./proxy.ts";
import { userCertificate } from "./tls-settings.ts";
import { connectToCluster, type TransportOptions } from "./transport.ts";

/**
 * What a context's entries say, and the certificate that its server shows. No plugin is run and no secret is kept.
 * Rejects with `InvalidConfig` for files that cannot be read.
 */
export async function inspectContext(
  kubeconfig: Kubeconfig,
  entry: ContextEntry,
  options: TransportOptions,
  signal: AbortSignal,
): Promise<ContextFacts> {
  const certificate = userCertificate(entry);
  const proxy = chooseProxy(new URL(entry.server), entry.cluster.proxyUrl, options.env);
  const context = kubeconfig.contexts.find(({ name }) => name === entry.name);
  return {
    server: entry.server,
    namespace: entry.namespace,
    ...(proxy !== undefined && { proxy: proxy.shown }),
    entry: {
      context: context === undefined ? undefined : placeOf(context.name, context.origin),
      cluster: placeOf(entry.clusterName, entry.cluster.origin),
      user: entry.user === undefined ? undefined : placeOf(entry.userName, entry.user.origin),
    },
    credentials: credentialsOf(entry, certificate),
    tls: await tlsOf(entry, options, certificate, signal),
  };
}

function placeOf(name: string, { file, line }: Origin): Place {
  return { name, file, line };
}

function credentialsOf({ user }: ContextEntry, { clientCertificate }: Credentials): CredentialFacts {
  const certificate = clientCertificate === undefined ? undefined : parsed(clientCertificate);
  const token = user?.token ?? (user?.tokenFile === undefined ? undefined : readQuietly(user.tokenFile));
  const ends = [certificate?.notAfter, token === undefined ? undefined : tokenEnd(token)].filter(
    (end) => end !== undefined,
  );
  const kinds: readonly CredentialKind[] = [
    ...(clientCertificate === undefined ? [] : (["client-certificate"] as const)),
    ...methodOf(user),
  ];
  const program = user?.exec?.command ?? user?.authProvider?.name;
  const [expiresAt] = ends.sort();
  return {
    kinds: kinds.length === 0 ? ["none"] : kinds,
    ...(program !== undefined && { program }),
    ...(certificate !== undefined && { subject: certificate.subject }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** client-go's order, as `userCredentials` has it. */
function methodOf(user: ContextEntry["user"]): readonly CredentialKind[] {
  if (user?.tokenFile !== undefined) return ["token-file"];
  if (user?.token !== undefined) return ["token"];
  if (user?.username !== undefined) return ["password"];
  if (user?.exec !== undefined) return ["exec"];
  return user?.authProvider === undefined ? [] : ["auth-provider"];
}

function readQuietly(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** When a JSON Web Token ends, by its own words; nobody else's signature is checked here. */
function tokenEnd(token: string): string | undefined {
  const [, payload, signature] = token.split(".");
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const { exp }: { readonly exp?: unknown } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof exp === "number" ? new Date(exp * 1000).toISOString() : undefined;
  } catch {
    return undefined;
  }
}

async function tlsOf(
  entry: ContextEntry,
  options: TransportOptions,
  certificate: Credentials,
  signal: AbortSignal,
): Promise<TlsFacts> {
  const { cluster } = entry;
  const secure = entry.server.startsWith("https:");
  const file = cluster.certificateAuthorityData === undefined ? cluster.certificateAuthority : undefined;
  const own = cluster.certificateAuthorityData === undefined ? "machine" : "kubeconfig";
  return {
    secure,
    insecureSkipVerify: cluster.insecureSkipTlsVerify,
    authorities: file === undefined ? own : "file",
    ...(file !== undefined && { authoritiesFile: file }),
    ...(secure ? await shownBy(entry, options, certificate, signal) : { certificate: undefined }),
  };
}

/** The requests that follow say why a server was not reached; why it was not trusted belongs here. */
async function shownBy(
  entry: ContextEntry,
  options: TransportOptions,
  certificate: Credentials,
  signal: AbortSignal,
): Promise<Pick<TlsFacts, "certificate" | "error">> {
  let socket: Socket;
  try {
    socket = await connectToCluster(entry, options, certificate, signal);
  } catch (caught) {
    const error = toRestartError(caught);
    return { certificate: undefined, ...(error.reason === "TlsFailure" && { error }) };
  }
  try {
    const shown: unknown = "getPeerCertificate" in socket ? (socket as PeerSocket).getPeerCertificate() : undefined;
    const raw = typeof shown === "object" && shown !== null && "raw" in shown ? shown.raw : undefined;
    return { certificate: raw instanceof Uint8Array ? parsed(raw) : undefined };
  } finally {
    socket.destroy();
  }
}

interface PeerSocket {
  readonly getPeerCertificate: () => unknown;
}

function parsed(certificate: string | Uint8Array): TlsFacts["certificate"] {
  try {
    const { subject, issuer, validTo } = new X509Certificate(certificate);
    const notAfter = new Date(validTo);
    return Number.isNaN(notAfter.getTime())
      ? undefined
      : { subject: oneLine(subject), issuer: oneLine(issuer), notAfter: notAfter.toISOString() };
  } catch {
    return undefined;
  }
}

function oneLine(name: string): string {
  return name.trim().split("\n").join(", ");
}
