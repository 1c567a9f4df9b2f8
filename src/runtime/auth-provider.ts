import type { Clock } from "../kube/clock.ts";
import { RestartError } from "../kube/error.ts";
import type { ContextEntry } from "./context-entry.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";
import type { AuthProviderConfig } from "./kubeconfig-entry.ts";
import { singleFlight } from "./single-flight.ts";

/**
 * `user.auth-provider` (gcp, azure, oidc), through client-node, which is loaded only here: it costs start-up time.
 * A token is kept until the `exp` it carries (client-node 2.0.1 would ask the issuer anew for each request, since it
 * takes the seconds that are left for a moment in time). A refreshed token is not written back to the kubeconfig.
 * Rejects with `CredentialsFailed`.
 */
export function authProviderCredentials(
  entry: ContextEntry,
  provider: AuthProviderConfig,
  certificate: Pick<Credentials, "clientCertificate" | "clientKey">,
  clock: Clock,
): CredentialSource {
  if (!["gcp", "azure", "oidc"].includes(provider.name)) {
    throw failure(entry, provider, "is not known; a credential plugin (exec) takes its place");
  }
  // client-node writes what it refreshed into the object it was given.
  const user = { name: entry.userName, authProvider: { name: provider.name, config: { ...provider.config } } };
  let cached: { readonly credentials: Credentials; readonly expiresAt: number | undefined } | undefined;
  const ask = singleFlight(async () => {
    const authorization = await authorizationFrom(user, entry, provider);
    const expiresAt = tokenExpiry(authorization) ?? configuredExpiry(user.authProvider.config);
    cached = { credentials: { ...certificate, authorization }, expiresAt };
    return cached.credentials;
  });
  return {
    get: (signal) => {
      const valid = cached !== undefined && (cached.expiresAt === undefined || clock.now() < cached.expiresAt);
      return valid && cached !== undefined ? Promise.resolve(cached.credentials) : ask(signal);
    },
    renew: async (refused, signal) => {
      if (cached !== undefined && cached.credentials !== refused) return cached.credentials;
      const config: Record<string, string> = user.authProvider.config;
      if (config["cmd-path"] === undefined) return undefined;
      delete config["access-token"];
      const credentials = await ask(signal);
      return credentials.authorization === refused.authorization ? undefined : credentials;
    },
  };
}

async function authorizationFrom(
  user: { readonly name: string },
  entry: ContextEntry,
  provider: AuthProviderConfig,
): Promise<string> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  const cluster = { name: "cluster", server: entry.server, skipTLSVerify: false };
  config.loadFromClusterAndUser(cluster, user);
  const options: { headers: Record<string, string> } = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options);
  } catch {
    // Whatever it says may quote the command's output, which holds the token.
    throw failure(entry, provider, "could not renew its token");
  }
  const authorization = options.headers["Authorization"];
  if (authorization === undefined) throw failure(entry, provider, "has no valid token; sign in again");
  return authorization;
}

function tokenExpiry(authorization: string): number | undefined {
  const payload = authorization.replace(/^Bearer /u, "").split(".")[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    const exp = typeof claims === "object" && claims !== null && "exp" in claims ? claims.exp : undefined;
    return typeof exp === "number" ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

function configuredExpiry(config: Readonly<Record<string, string>>): number | undefined {
  const expiresOn = config["expires-on"];
  const at = expiresOn === undefined ? Date.parse(config["expiry"] ?? "") : Number(expiresOn) * 1000;
  return Number.isNaN(at) ? undefined : at;
}

function failure(entry: ContextEntry, provider: AuthProviderConfig, problem: string): RestartError {
  return new RestartError(
    "CredentialsFailed",
    `the auth provider ${JSON.stringify(provider.name)} of user ${JSON.stringify(entry.userName)} ${problem}`,
    { detail: { cluster: entry.name, server: entry.server, user: entry.userName } },
  );
}
