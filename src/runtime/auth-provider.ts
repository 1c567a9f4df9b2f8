import { RestartError } from "../kube/error.ts";
import type { ContextEntry } from "./context-entry.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";
import type { PluginHost } from "./exec-credential.ts";
import type { AuthProviderConfig } from "./kubeconfig-entry.ts";
import { refreshIdToken } from "./oidc-token.ts";
import { singleFlight } from "./single-flight.ts";

type Settings = Readonly<Record<string, string>>;

interface Granted {
  readonly token: string;
  readonly expiresAt: number | undefined;
  /** The settings as the renewal left them; the kubeconfig keeps the old ones. */
  readonly settings: Settings;
}

/**
 * `user.auth-provider`: gcp and azure through client-node, which is loaded only here because it costs start-up time; oidc
 * by itself (see `refreshIdToken`). A token is kept until it expires. What was renewed is not written back to the
 * kubeconfig: no file is written unless asked for. Rejects with `CredentialsFailed`.
 */
export function authProviderCredentials(
  entry: ContextEntry,
  provider: AuthProviderConfig,
  certificate: Pick<Credentials, "clientCertificate" | "clientKey">,
  host: Pick<PluginHost, "clock" | "env">,
): CredentialSource {
  const { name } = provider;
  if (name !== "gcp" && name !== "azure" && name !== "oidc") {
    throw failure(entry, name, "is not known; a credential plugin (exec) takes its place");
  }
  const { clock, env } = host;
  let settings: Settings = provider.config;
  let cached: { readonly credentials: Credentials; readonly expiresAt: number | undefined } | undefined;
  const ask = singleFlight(async (signal) => {
    const granted =
      name === "oidc"
        ? await oidcToken(entry, settings, clock.now(), env, signal)
        : await commandToken(entry, name, settings);
    settings = granted.settings;
    const credentials = { ...certificate, authorization: `Bearer ${granted.token}` };
    cached = { credentials, expiresAt: granted.expiresAt };
    return credentials;
  });
  return {
    get: (signal) => {
      const valid = cached !== undefined && (cached.expiresAt === undefined || clock.now() < cached.expiresAt);
      return valid && cached !== undefined ? Promise.resolve(cached.credentials) : ask(signal);
    },
    renew: async (refused, signal) => {
      if (cached !== undefined && cached.credentials !== refused) return cached.credentials;
      if ((name === "oidc" ? settings["refresh-token"] : settings["cmd-path"]) === undefined) return undefined;
      const { "access-token": _, "id-token": __, ...rest } = settings;
      settings = rest;
      const credentials = await ask(signal);
      return credentials.authorization === refused.authorization ? undefined : credentials;
    },
  };
}

async function oidcToken(
  entry: ContextEntry,
  settings: Settings,
  now: number,
  env: PluginHost["env"],
  signal: AbortSignal,
): Promise<Granted> {
  const token = settings["id-token"];
  const expiresAt = token === undefined ? undefined : tokenExpiry(token);
  if (token !== undefined && expiresAt !== undefined && now < expiresAt) return { token, expiresAt, settings };
  const complete = ["client-id", "refresh-token", "idp-issuer-url"].every((key) => Boolean(settings[key]));
  if (!complete) throw failure(entry, "oidc", "has no valid token and no way to renew it; sign in again");
  try {
    const { idToken, refreshToken } = await refreshIdToken(settings, env, signal);
    const renewed = { ...settings, "id-token": idToken, ...(refreshToken && { "refresh-token": refreshToken }) };
    return { token: idToken, expiresAt: tokenExpiry(idToken), settings: renewed };
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    const why = cause instanceof Error ? cause.message : "unknown reason";
    throw failure(entry, "oidc", `could not renew its token: ${why}`);
  }
}

async function commandToken(entry: ContextEntry, name: string, settings: Settings): Promise<Granted> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  // client-node writes what the command printed into the object it was given.
  const config: Record<string, string> = { ...settings };
  const kubeconfig = new KubeConfig();
  const cluster = { name: "cluster", server: entry.server, skipTLSVerify: false };
  kubeconfig.loadFromClusterAndUser(cluster, { name: entry.userName, authProvider: { name, config } });
  const options: { headers: Record<string, string> } = { headers: {} };
  try {
    await kubeconfig.applyToHTTPSOptions(options);
  } catch {
    // Whatever it says may quote the command's output, which holds the token.
    throw failure(entry, name, "could not renew its token");
  }
  const token = options.headers["Authorization"]?.replace(/^Bearer /u, "");
  if (!token || token === "undefined") throw failure(entry, name, "has no valid token; sign in again");
  const expiresOn = config["expires-on"];
  const at = expiresOn === undefined ? Date.parse(String(config["expiry"])) : Number(expiresOn) * 1000;
  return { token, expiresAt: Number.isNaN(at) ? undefined : at, settings: config };
}

function tokenExpiry(token: string): number | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    const exp = typeof claims === "object" && claims !== null && "exp" in claims ? claims.exp : undefined;
    return typeof exp === "number" ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

function failure(entry: ContextEntry, provider: string, problem: string): RestartError {
  return new RestartError(
    "CredentialsFailed",
    `the auth provider ${JSON.stringify(provider)} of user ${JSON.stringify(entry.userName)} ${problem}`,
    { detail: { cluster: entry.name, server: entry.server, user: entry.userName } },
  );
}
