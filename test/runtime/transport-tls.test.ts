import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixedCredentials } from "../../src/runtime/credentials.ts";
import type { FetchOptions } from "./cluster-under-test.ts";
import { failureOf, fetchFor } from "./cluster-under-test.ts";
import type { KeyPair, Pki } from "./pki.ts";
import { createPki } from "./pki.ts";
import type { Echo, TestServer } from "./servers.ts";
import { closedPort, startApiServer } from "./servers.ts";

let pki: Pki;
let plain: TestServer;
let named: TestServer;
let expired: TestServer;
let asking: TestServer;
let requiring: TestServer;
let cleartext: TestServer;

beforeAll(async () => {
  pki = createPki();
  [plain, named, expired, asking, requiring, cleartext] = await Promise.all([
    startApiServer(pki),
    startApiServer(pki, { certificate: pki.namedServer }),
    startApiServer(pki, { certificate: pki.expiredServer }),
    startApiServer(pki, { clientCertificate: "asked" }),
    startApiServer(pki, { clientCertificate: "required" }),
    startApiServer(pki, { secure: false }),
  ]);
});

afterAll(async () => {
  await Promise.all([plain, named, expired, asking, requiring, cleartext].map((server) => server.close()));
  pki.remove();
});

const url = (server: TestServer): string => `https://127.0.0.1:${server.port}`;
const trusting = (more: FetchOptions = {}): FetchOptions => ({
  ...more,
  cluster: { certificateAuthorityData: pki.goodCa.cert, ...more.cluster },
});
const certificate = ({ cert, key }: KeyPair) => fixedCredentials({ clientCertificate: cert, clientKey: key });
const echo = async (server: TestServer, options: FetchOptions): Promise<Echo> =>
  (await fetchFor(url(server), options)("/echo", {})).json() as Promise<Echo>;

/** Asks from a process of its own, because these variables are read once, at its start. */
async function askElsewhere(server: string, authority: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child = Bun.spawn([process.execPath, `${import.meta.dirname}/authorities-probe.ts`, server, authority], {
    env: { ...process.env, ...env },
    stdout: "pipe",
    stderr: "ignore",
  });
  return (await new Response(child.stdout).text()).trim();
}

describe("the server's certificate", () => {
  it("is accepted when the kubeconfig's authority signed it", async () => {
    expect((await echo(plain, trusting())).url).toBe("/echo");
  });

  it("is accepted by the name in tls-server-name", async () => {
    expect((await echo(named, trusting({ cluster: { tlsServerName: "kube.internal" } }))).url).toBe("/echo");
  });

  it("is not looked at with insecure-skip-tls-verify", async () => {
    expect((await echo(plain, { cluster: { insecureSkipTlsVerify: true } })).url).toBe("/echo");
  });

  const refusals: readonly {
    readonly name: string;
    readonly server: () => TestServer;
    readonly options: () => FetchOptions;
    readonly says: string;
  }[] = [
    {
      name: "another authority signed it",
      server: () => plain,
      options: () => ({ cluster: { certificateAuthorityData: pki.otherCa.cert } }),
      says: "shows a certificate that is signed by an unknown authority",
    },
    {
      name: "no authority of the machine signed it",
      server: () => plain,
      options: () => ({}),
      says: "shows a certificate that is signed by an unknown authority",
    },
    {
      name: "it has expired",
      server: () => expired,
      options: () => trusting(),
      says: "shows a certificate that has expired",
    },
    {
      name: "it is for another name",
      server: () => named,
      options: () => trusting(),
      says: "shows a certificate for another name (kube.internal)",
    },
    {
      name: "tls-server-name is not in it",
      server: () => plain,
      options: () => trusting({ cluster: { tlsServerName: "elsewhere.internal" } }),
      says: "shows a certificate for another name (127.0.0.1, 0:0:0:0:0:0:0:1, localhost)",
    },
    {
      name: "the server does not speak TLS",
      server: () => cleartext,
      options: () => trusting(),
      says: "does not speak TLS (is it an http:// address?)",
    },
  ];
  it.each(refusals)("is refused, and nothing is sent, when $name", async ({ server, options, says }) => {
    const error = await failureOf(fetchFor(url(server()), options())("/echo", { method: "PATCH", body: "{}" }));
    expect(error.message).toBe(`cluster "prod" (${url(server())}) ${says}`);
    expect(error.reason).toBe("TlsFailure");
    expect(error.detail["sent"]).toBe("no");
  });

  it("is checked although NODE_TLS_REJECT_UNAUTHORIZED=0 is set", async () => {
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    expect(await askElsewhere(url(plain), `${pki.folder}/other-ca.crt`, env)).toBe("TlsFailure");
  });
});

describe("authorities", () => {
  it("of the kubeconfig replace those of the machine", async () => {
    const env = { NODE_EXTRA_CA_CERTS: `${pki.folder}/good-ca.crt` };
    expect(await askElsewhere(url(plain), "", env)).toBe("200");
    expect(await askElsewhere(url(plain), `${pki.folder}/other-ca.crt`, env)).toBe("TlsFailure");
  });

  it("that are no PEM are refused before anything is sent", () => {
    expect(() => fetchFor(url(plain), { cluster: { certificateAuthorityData: "hello" } })).toThrow(
      '/kubeconfig:7: the certificate authority of cluster "prod-cluster" is not PEM',
    );
  });

  it("together with insecure-skip-tls-verify are refused, as kubectl refuses them", () => {
    const cluster = { certificateAuthorityData: pki.goodCa.cert, insecureSkipTlsVerify: true };
    expect(() => fetchFor(url(plain), { cluster })).toThrow(
      '/kubeconfig:7: cluster "prod-cluster" has both a certificate authority and insecure-skip-tls-verify',
    );
  });
});

describe("a client certificate", () => {
  it("says who is asking", async () => {
    expect((await echo(asking, trusting({ credentials: certificate(pki.alice) }))).clientName).toBe("alice");
    expect((await echo(requiring, trusting({ credentials: certificate(pki.bob) }))).clientName).toBe("bob");
  });

  it("is not shared with another user of the same cluster", async () => {
    const alice = fetchFor(url(asking), trusting({ credentials: certificate(pki.alice) }));
    const nobody = fetchFor(url(asking), trusting());
    const names: string[] = [];
    for (const fetch of [alice, nobody, alice, nobody]) {
      names.push(((await (await fetch("/echo", {})).json()) as Echo).clientName);
    }
    expect(names).toEqual(["alice", "", "alice", ""]);
  });

  it("that is missing where one is required is a TLS failure that says so", async () => {
    const error = await failureOf(fetchFor(url(requiring), trusting())("/echo", { method: "PATCH", body: "{}" }));
    expect(error.message).toBe(`cluster "prod" (${url(requiring)}) asks for a client certificate and there is none`);
    expect([error.reason, error.detail["sent"]]).toEqual(["TlsFailure", "no"]);
  });

  it("that the server does not accept is a TLS failure that names the user", async () => {
    // OpenSSL's own server, because it says what it refuses, as Go's does.
    const port = await closedPort();
    const names = { cert: "server.crt", key: "server.key", CAfile: "good-ca.crt" };
    const files = Object.entries(names).flatMap(([flag, name]) => [`-${flag}`, `${pki.folder}/${name}`]);
    const command = [
      "openssl",
      "s_server",
      "-accept",
      `127.0.0.1:${port}`,
      "-Verify",
      "1",
      "-verify_return_error",
      "-www",
      ...files,
    ];
    const child = Bun.spawn(command, { stdout: "pipe", stderr: "ignore", stdin: "ignore" });
    try {
      let printed = "";
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        printed += text;
        if (printed.includes("ACCEPT")) break;
      }
      const fetch = fetchFor(`https://127.0.0.1:${port}`, trusting({ credentials: certificate(pki.stranger) }));
      const error = await failureOf(fetch("/echo", { method: "PATCH", body: "{}" }));
      expect(error.message).toBe(
        `cluster "prod" (https://127.0.0.1:${port}) refused the TLS connection or the client certificate of user "alice" (tlsv1 alert unknown ca)`,
      );
      expect([error.reason, error.detail["sent"]]).toEqual(["TlsFailure", "no"]);
    } finally {
      child.kill();
    }
  });

  it.each([
    { name: "is no PEM", pair: () => ({ cert: "x", key: "y" }), says: "cannot be read as PEM" },
    {
      name: "has another's key",
      pair: () => ({ cert: pki.alice.cert, key: pki.bob.key }),
      says: "do not belong together",
    },
  ])("that $name is refused, and its text is not shown", async ({ pair, says }) => {
    const error = await failureOf(echo(asking, trusting({ credentials: certificate(pair()) })));
    expect(error.message).toBe(`the client certificate and key of user "alice" ${says}`);
    expect(error.reason).toBe("CredentialsFailed");
  });
});

describe("pools", () => {
  it("that verified and pools that did not are kept apart", async () => {
    const insecure = { cluster: { insecureSkipTlsVerify: true } };
    expect((await echo(plain, insecure)).url).toBe("/echo");
    expect((await failureOf(echo(plain, {}))).reason).toBe("TlsFailure");
    expect((await echo(plain, trusting())).url).toBe("/echo");
    expect((await failureOf(echo(plain, { cluster: { certificateAuthorityData: pki.otherCa.cert } }))).reason).toBe(
      "TlsFailure",
    );
  });

  it.each([
    { name: "TLS", server: () => plain, options: () => trusting() },
    {
      name: "a client certificate",
      server: () => asking,
      options: () => trusting({ credentials: certificate(pki.alice) }),
    },
    {
      name: "tls-server-name",
      server: () => named,
      options: () => trusting({ cluster: { tlsServerName: "kube.internal" } }),
    },
  ])("keep one connection for twenty requests in a row with $name", async ({ server, options }) => {
    const fetch = fetchFor(url(server()), options());
    const before = server().connections();
    for (let count = 0; count < 20; count += 1) await (await fetch("/echo", {})).text();
    expect(server().connections() - before).toBe(1);
  });
});
