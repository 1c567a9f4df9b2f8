import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveContext } from "../../src/runtime/context-entry.ts";
import { fixedCredentials } from "../../src/runtime/credentials.ts";
import { inspectContext } from "../../src/runtime/inspect-context.ts";
import { loadKubeconfig } from "../../src/runtime/kubeconfig.ts";
import { createPki, type Pki } from "./pki.ts";
import { closedPort, startApiServer, type TestServer } from "./servers.ts";

let pki: Pki;
let server: TestServer;

beforeAll(async () => {
  pki = createPki();
  server = await startApiServer(pki);
});

afterAll(async () => {
  await server.close();
  pki.remove();
});

/** Looks at a context of these entries. */
function inspect(cluster: object, user: object) {
  const file = join(pki.folder, "kubeconfig");
  const config = {
    clusters: [{ name: "c", cluster: { server: `https://127.0.0.1:${server.port}`, ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  };
  writeFileSync(file, JSON.stringify(config));
  const kubeconfig = loadKubeconfig({ explicitFiles: [file], env: {}, homeDirectory: "", workingDirectory: "/" });
  const options = { credentials: fixedCredentials({}), env: {}, userAgent: "test", connectMilliseconds: 2000 };
  return inspectContext(kubeconfig, resolveContext(kubeconfig), options, new AbortController().signal);
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const jwt = (claims: object) =>
  `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.signed`;

describe("a look at a context", () => {
  it("sees the certificate that the server shows, and who vouches for it", async () => {
    const { tls } = await inspect(authority(), {});
    expect(tls).toMatchObject({
      secure: true,
      authorities: "kubeconfig",
      certificate: { issuer: expect.stringContaining("CN="), notAfter: expect.stringMatching(/^20\d\d-/) },
    });
    expect(server.open()).toBe(0);
  });

  it("sees it of a server that is not checked, too, and none of one that is not trusted or not there", async () => {
    const loose = await inspect({ "insecure-skip-tls-verify": true }, {});
    expect(loose.tls).toMatchObject({ insecureSkipVerify: true, certificate: { subject: expect.any(String) } });
    const strange = await inspect({ "certificate-authority-data": base64(pki.otherCa.cert) }, {});
    expect(strange.tls).toMatchObject({ certificate: undefined, error: { reason: "TlsFailure" } });
    const gone = await inspect({ server: `https://127.0.0.1:${await closedPort()}` }, {});
    expect(gone.tls).toMatchObject({ authorities: "machine", certificate: undefined });
    expect(gone.tls.error).toBeUndefined();
    expect(gone.proxy).toBeUndefined();
    const behind = await inspect({ ...authority(), "proxy-url": "http://me:s3cret@127.0.0.1:1" }, {});
    expect(behind.proxy).toBe("http://127.0.0.1:1");
  });

  it.each([
    ["no credentials", {}, { kinds: ["none"] }],
    [
      "a token that ends",
      { token: jwt({ exp: 1_900_000_000 }) },
      { kinds: ["token"], expiresAt: "2030-03-17T17:46:40.000Z" },
    ],
    ["a token that is no JWT", { token: "a.b.c" }, { kinds: ["token"] }],
    ["a token whose end is no number", { token: jwt({ exp: "soon" }) }, { kinds: ["token"] }],
    ["a plugin", { exec: { command: "aws", args: ["s3cret"], apiVersion: "v1" } }, { kinds: ["exec"], program: "aws" }],
    ["a password", { username: "u", password: "s3cret" }, { kinds: ["password"] }],
  ])("tells of %s, and keeps no secret", async (_, user, expected) => {
    const facts = await inspect(authority(), user);
    expect(facts.credentials).toEqual(expected);
    expect(JSON.stringify(facts)).not.toMatch(/s3cret|signed"/);
  });

  it("tells whose a client certificate is and when it ends", async () => {
    const { cert, key } = pki.alice;
    const user = { "client-certificate-data": base64(cert), "client-key-data": base64(key) };
    const { credentials } = await inspect(authority(), user);
    expect(credentials).toMatchObject({
      kinds: ["client-certificate"],
      subject: expect.stringContaining("CN=alice"),
      expiresAt: expect.stringMatching(/^20\d\d-/),
    });
  });

  it("refuses a certificate file that is not there", async () => {
    const user = { "client-certificate": "/nope.pem", "client-key": "/nope.key" };
    await expect(inspect(authority(), user)).rejects.toMatchObject({ reason: "InvalidConfig" });
  });
});

function authority() {
  return { "certificate-authority-data": base64(pki.goodCa.cert) };
}
