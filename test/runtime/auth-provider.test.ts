import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Credentials } from "../../src/runtime/credentials.ts";
import type { AuthProviderConfig } from "../../src/runtime/kubeconfig-entry.ts";
import { userCredentials } from "../../src/runtime/user-credentials.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { entryFor, failureOf } from "./cluster-under-test.ts";
import { createPki, type Pki } from "./pki.ts";
import { startApiServer, type TestServer } from "./servers.ts";

let pki: Pki;
let issuer: TestServer;
let folder: string;
/** The token requests that the issuer saw, as `Authorization | form`. */
let asked: string[];
/** What the issuer answers a token request. */
let grant: (number: number) => { readonly status: number; readonly body: unknown };
let discovery: Readonly<Record<string, unknown>>;

/** A token that says only when it expires; the API server, not we, checks its signature. */
const idToken = (expiresAt: number, name: string): string => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: url(), sub: name, aud: "restart", iat: 0, exp: Math.floor(expiresAt / 1000) };
  return `${part({ alg: "RS256" })}.${part(claims)}.${Buffer.from("signature").toString("base64url")}`;
};
const url = (): string => `https://127.0.0.1:${issuer.port}`;
const hour = 3_600_000;

beforeAll(async () => {
  pki = createPki();
  issuer = await startApiServer(pki, {
    handle: (request, response) => {
      response.setHeader("content-type", "application/json");
      if (request.url === "/.well-known/openid-configuration") {
        response.end(JSON.stringify({ issuer: url(), token_endpoint: `${url()}/token`, ...discovery }));
        return;
      }
      let form = "";
      request.setEncoding("utf8").on("data", (text: string) => {
        form += text;
      });
      request.on("end", () => {
        asked.push(`${request.headers.authorization ?? "nothing"} | ${form}`);
        const { status, body } = grant(asked.length);
        response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
      });
    },
  });
});
afterAll(async () => {
  await issuer.close();
  pki.remove();
});
beforeEach(() => {
  asked = [];
  discovery = {};
  grant = (number) => ({
    status: 200,
    body: {
      id_token: idToken(Date.now() + hour, `fresh-${number}`),
      refresh_token: `r-${number}`,
      token_type: "bearer",
    },
  });
  folder = mkdtempSync(join(tmpdir(), "restart-provider-"));
  return () => rmSync(folder, { recursive: true, force: true });
});

// client-node reads the machine's clock, so ours starts where it is.
const credentialsOf = (authProvider: AuthProviderConfig, clock = createVirtualClock(Date.now())) =>
  userCredentials(entryFor("https://127.0.0.1:1", { user: { authProvider } }), {
    clock,
    env: {},
    stdinIsTerminal: false,
  });

describe("the auth provider oidc", () => {
  const oidc = (token: string, more: Readonly<Record<string, string>> = {}): AuthProviderConfig => ({
    name: "oidc",
    config: {
      "client-id": "restart",
      "id-token": token,
      "idp-issuer-url": url(),
      "idp-certificate-authority-data": Buffer.from(pki.goodCa.cert).toString("base64"),
      "refresh-token": "r-0",
      ...more,
    },
  });
  const expired = (): string => idToken(Date.now() - hour, "old-secret");
  const subject = (credentials: Credentials | undefined): unknown =>
    JSON.parse(Buffer.from(credentials?.authorization?.split(".")[1] ?? "", "base64url").toString()).sub;

  it("gives its token while it is valid", async () => {
    const token = idToken(Date.now() + hour, "first");
    expect(await credentialsOf(oidc(token)).get()).toEqual({ authorization: `Bearer ${token}` });
    expect(asked).toEqual([]);
  });

  it("asks the issuer once for a token that has expired, whoever else wants it", async () => {
    const source = credentialsOf(oidc(expired()));
    const answers = await Promise.all(Array.from({ length: 10 }, () => source.get()));
    expect(new Set(answers.map(subject))).toEqual(new Set(["fresh-1"]));
    await source.get();
    expect(asked).toEqual(["nothing | grant_type=refresh_token&refresh_token=r-0&client_id=restart"]);
  });

  it("asks with the newest refresh token when the token has expired again, or was refused", async () => {
    const clock = createVirtualClock(Date.now());
    const source = credentialsOf(oidc(expired()), clock);
    expect(subject(await source.get())).toBe("fresh-1");
    await clock.advance(hour + 1_000);
    grant = (number) => ({ status: 200, body: { id_token: idToken(clock.now() + hour, `fresh-${number}`) } });
    const second = await source.get();
    expect(subject(second)).toBe("fresh-2");
    expect(subject(await source.renew(second))).toBe("fresh-3");
    expect(asked.map((line) => /refresh_token=(r-\d)/u.exec(line)?.[1])).toEqual(["r-0", "r-1", "r-1"]);
  });

  it.each([
    {
      name: "in a header",
      methods: undefined,
      want: `Basic ${btoa("restart:s%3Ac")} | grant_type=refresh_token&refresh_token=r-0`,
    },
    {
      name: "in the form, where the issuer wants it there",
      methods: ["client_secret_post"],
      want: "nothing | grant_type=refresh_token&refresh_token=r-0&client_id=restart&client_secret=s%3Ac",
    },
  ])("sends the client's secret $name", async ({ methods, want }) => {
    discovery = { token_endpoint_auth_methods_supported: methods };
    await credentialsOf(oidc(expired(), { "client-secret": "s:c" })).get();
    expect(asked).toEqual([want]);
  });

  const failures: readonly {
    readonly name: string;
    readonly settings?: () => Readonly<Record<string, string>>;
    readonly answer?: { readonly status: number; readonly body: unknown };
    readonly says: () => string;
  }[] = [
    {
      name: "it has no refresh token",
      settings: () => ({ "refresh-token": "" }),
      says: () => "has no valid token and no way to renew it; sign in again",
    },
    {
      name: "the issuer refuses",
      answer: { status: 400, body: { error: "invalid_grant", error_description: "old-secret" } },
      says: () => `could not renew its token: the issuer ${url()} answered HTTP 400, invalid_grant`,
    },
    {
      name: "the issuer shows a login page",
      answer: { status: 200, body: "<html>old-secret</html>" },
      says: () => `could not renew its token: the issuer ${url()} answered no JSON`,
    },
    {
      name: "the issuer gives another kind of token",
      answer: { status: 200, body: { access_token: "old-secret" } },
      says: () => `could not renew its token: the issuer ${url()} gave no id_token`,
    },
    {
      name: "the issuer is somebody else",
      settings: () => ({ "idp-certificate-authority-data": Buffer.from(pki.otherCa.cert).toString("base64") }),
      says: () =>
        `could not renew its token: the issuer ${url()} shows a certificate that is signed by an unknown authority`,
    },
    {
      name: "the issuer is no URL",
      settings: () => ({ "idp-issuer-url": "somewhere" }),
      says: () => "could not renew its token: the issuer is not an http or https URL",
    },
  ];
  it.each(failures)("says so, and no token, when $name", async ({ settings, answer, says }) => {
    if (answer !== undefined) grant = () => answer;
    const error = await failureOf(credentialsOf(oidc(expired(), settings?.())).get());
    expect(error.message).toBe(`the auth provider "oidc" of user "alice" ${says()}`);
    expect(error.reason).toBe("CredentialsFailed");
  });
});

describe.each(["gcp", "azure"])("the auth provider %s", (name) => {
  const command = (body: string): string => {
    const path = join(folder, "print-token");
    writeFileSync(path, `#!/bin/sh\necho call >> '${folder}/calls'\n${body}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const calls = (): number => readFileSync(join(folder, "calls"), "utf8").split("\n").length - 1;
  const provider = (body: string): AuthProviderConfig => ({
    name,
    config: {
      "access-token": "old-secret",
      expiry: "2020-01-01T00:00:00Z",
      "cmd-path": command(body),
      "token-key": "{.credential.access_token}",
      "expiry-key": "{.credential.token_expiry}",
    },
  });

  it("runs its command for a token that has expired, and keeps what it printed", async () => {
    const expiry = new Date(Date.now() + hour).toISOString();
    const printed = `{"credential":{"access_token":"new-secret","token_expiry":"${expiry}"}}`;
    const source = credentialsOf(provider(`echo '${printed}'`));
    expect(await source.get()).toEqual({ authorization: "Bearer new-secret" });
    await source.get();
    expect(calls()).toBe(1);
  });

  it("whose command fails says so without its output", async () => {
    const error = await failureOf(credentialsOf(provider("echo old-secret; exit 1")).get());
    expect(error.message).toBe(`the auth provider "${name}" of user "alice" could not renew its token`);
    expect(JSON.stringify([error.message, error.detail, String(error.cause)])).not.toContain("secret");
  });
});

describe("an auth provider that nobody knows", () => {
  it("is refused before anything is sent", () => {
    expect(() => credentialsOf({ name: "acme", config: {} })).toThrow(
      'the auth provider "acme" of user "alice" is not known; a credential plugin (exec) takes its place',
    );
  });
});
