import { readFileSync } from "node:fs";
import { RestartError } from "../kube/error.ts";
import type { ContextEntry } from "./context-entry.ts";
import { basicAuthorization, fixedCredentials } from "./credentials.ts";
import { createClusterFetch } from "./transport.ts";

/** What an issuer gives for a refresh token. */
export interface OidcTokens {
  readonly idToken: string;
  /** The next refresh token, when the issuer rotates them. */
  readonly refreshToken: string | undefined;
}

type Settings = Readonly<Record<string, string>>;
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Asks the issuer in an `oidc` auth provider's settings for a new ID token, as kubectl does (client-go's oidc plugin):
 * discovery, then the refresh grant. client-node 2.0.1 cannot: it hands its OpenID library a text where that takes only
 * a URL, and with `idp-certificate-authority` an answer of its own making, which the library refuses as well.
 * Rejects with a sentence in an Error that never holds a token; an abort rejects with the signal's reason.
 */
export async function refreshIdToken(settings: Settings, env: Environment, signal?: AbortSignal): Promise<OidcTokens> {
  const issuer = (settings["idp-issuer-url"] ?? "").replace(/\/+$/u, "");
  const ask = issuerAsker(settings, env, signal);
  const discovery = await ask(`${issuer}/.well-known/openid-configuration`);
  const endpoint = text(discovery, "token_endpoint");
  if (endpoint === undefined) throw new Error(`the issuer ${issuer} names no token_endpoint`);
  const methods = field(discovery, "token_endpoint_auth_methods_supported");
  const clientId = settings["client-id"] ?? "";
  const secret = settings["client-secret"] ?? "";
  // OpenID's default; an issuer that does not take it says so in its list.
  const basic = secret !== "" && (!Array.isArray(methods) || methods.includes("client_secret_basic"));
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: settings["refresh-token"] ?? "",
    ...(!basic && { client_id: clientId }),
    ...(!basic && secret !== "" && { client_secret: secret }),
  });
  const authorization = basic
    ? { authorization: basicAuthorization(encodeURIComponent(clientId), encodeURIComponent(secret)) }
    : {};
  const headers = { "content-type": "application/x-www-form-urlencoded", ...authorization };
  const tokens = await ask(endpoint, { headers, body: form.toString() });
  const idToken = text(tokens, "id_token");
  if (idToken === undefined) throw new Error(`the issuer ${issuer} gave no id_token`);
  return { idToken, refreshToken: text(tokens, "refresh_token") };
}

type Ask = (
  address: string,
  post?: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
) => Promise<unknown>;

/** One exchange of JSON with the issuer, over the same transport as clusters: authorities, proxies, time limits. */
function issuerAsker(settings: Settings, env: Environment, signal: AbortSignal | undefined): Ask {
  return async (address, post) => {
    const url = URL.parse(address);
    if (url === null || !/^https?:$/u.test(url.protocol)) throw new Error("the issuer is not an http or https URL");
    const fetch = createClusterFetch(issuerEntry(url.origin, settings), {
      credentials: fixedCredentials({}),
      env,
      userAgent: "restart",
      requestMilliseconds: 30_000,
    });
    const method = post === undefined ? "GET" : "POST";
    const response = await fetch(`${url.pathname}${url.search}`, { method, ...post, ...(signal && { signal }) }).catch(
      (error: unknown) => {
        if (!(error instanceof RestartError)) throw error;
        throw new Error(error.message.replace(/^cluster "issuer" \((.*?)\)/u, "the issuer $1"));
      },
    );
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && answer !== undefined) return answer;
    // Words like invalid_grant are RFC 6749's; anything longer might be anything.
    const code = text(answer, "error") ?? "";
    const word = /^[a-z_]{1,40}$/u.test(code) ? `, ${code}` : "";
    throw new Error(`the issuer ${url.origin} answered ${response.ok ? "no JSON" : `HTTP ${response.status}${word}`}`);
  };
}

function issuerEntry(origin: string, settings: Settings): ContextEntry {
  const data = settings["idp-certificate-authority-data"];
  const file = settings["idp-certificate-authority"];
  return {
    name: "issuer",
    clusterName: "issuer",
    server: origin,
    userName: "",
    namespace: "default",
    user: undefined,
    impersonate: undefined,
    cluster: {
      name: "issuer",
      origin: { file: "auth-provider", line: 1 },
      server: origin,
      insecureSkipTlsVerify: false,
      disableCompression: false,
      ...(data
        ? { certificateAuthorityData: Buffer.from(data, "base64").toString("utf8") }
        : file && { certificateAuthorityData: readAuthority(file) }),
    },
  };
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Error(`the idp-certificate-authority cannot be read: ${file}`);
  }
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === "string" && found !== "" ? found : undefined;
}
