import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixedCredentials } from "../../src/runtime/credentials.ts";
import type { FetchOptions } from "./cluster-under-test.ts";
import { failureOf, fetchFor } from "./cluster-under-test.ts";
import type { Pki } from "./pki.ts";
import { createPki } from "./pki.ts";
import type { Echo, ProxyOptions, RecordingProxy, TestServer } from "./servers.ts";
import { closedPort, startApiServer, startHttpProxy, startMuteServer, startSocksProxy } from "./servers.ts";
import { until } from "./until.ts";

let pki: Pki;
let api: TestServer;
let named: TestServer;
let cleartext: TestServer;
const opened: TestServer[] = [];

beforeAll(async () => {
  pki = createPki();
  [api, named, cleartext] = await Promise.all([
    startApiServer(pki, { clientCertificate: "asked" }),
    startApiServer(pki, { certificate: pki.namedServer, clientCertificate: "asked" }),
    startApiServer(pki, { secure: false }),
  ]);
});

afterAll(async () => {
  await Promise.all([api, named, cleartext, ...opened].map((server) => server.close()));
  pki.remove();
});

async function open<P extends TestServer>(server: Promise<P>): Promise<P> {
  opened.push(await server);
  return server;
}
const httpProxy = (options?: ProxyOptions): Promise<RecordingProxy> => open(startHttpProxy(options));
const socksProxy = (options?: ProxyOptions): Promise<RecordingProxy> => open(startSocksProxy(options));
const local = (server: TestServer, scheme = "https"): string => `${scheme}://127.0.0.1:${server.port}`;
const through = (proxyUrl: string, more: FetchOptions = {}): FetchOptions => ({
  ...more,
  cluster: { certificateAuthorityData: pki.goodCa.cert, proxyUrl, ...more.cluster },
});
const echo = async (server: string, options: FetchOptions): Promise<Echo> =>
  (await fetchFor(server, options)("/echo?x=1", {})).json() as Promise<Echo>;

describe("proxy-url", () => {
  const login = "me:p@ss:word";
  const userInfo = "me:p%40ss%3Aword@";
  const kinds: readonly {
    readonly name: string;
    readonly scheme: string;
    readonly start: (options?: ProxyOptions) => Promise<RecordingProxy>;
  }[] = [
    { name: "http", scheme: "http", start: httpProxy },
    { name: "https", scheme: "https", start: (options) => httpProxy({ ...options, certificate: pki.proxy }) },
    { name: "socks5", scheme: "socks5", start: socksProxy },
    { name: "socks5h", scheme: "socks5h", start: socksProxy },
  ];
  describe.each(kinds)("$name", ({ scheme, start }) => {
    it("carries requests, the client certificate and ten requests on one connection", async () => {
      const proxy = await start();
      const credentials = fixedCredentials({ clientCertificate: pki.alice.cert, clientKey: pki.alice.key });
      const fetch = fetchFor(local(api), through(local(proxy, scheme), { credentials }));
      for (let count = 0; count < 10; count += 1) {
        expect(((await (await fetch("/echo", {})).json()) as Echo).clientName).toBe("alice");
      }
      expect(proxy.targets).toHaveLength(1);
      expect(proxy.targets[0]).toMatch(new RegExp(`127\\.0\\.0\\.1:${api.port}$`, "u"));
    });

    it("logs in with the user and password of the URL", async () => {
      const proxy = await start({ login });
      const url = `${scheme}://${userInfo}127.0.0.1:${proxy.port}`;
      expect((await echo(local(api), through(url))).url).toBe("/echo?x=1");
      expect(proxy.targets).toHaveLength(1);
    });

    it("that refuses the login is a failure that does not show it", async () => {
      const proxy = await start({ login });
      const url = `${scheme}://me:wrong-secret@127.0.0.1:${proxy.port}`;
      const error = await failureOf(echo(local(api), through(url)));
      expect(error.reason).toBe("Unreachable");
      expect(error.message).toContain(`the proxy ${scheme}://127.0.0.1:${proxy.port} refused the connection`);
      expect(`${error.message} ${JSON.stringify(error.detail)} ${String(error.cause)}`).not.toContain("wrong-secret");
    });

    it("resolves the server's name, which is checked in its certificate", async () => {
      const proxy = await start({ knows: ["kube.internal"] });
      const url = `https://kube.internal:${named.port}`;
      expect((await echo(url, through(local(proxy, scheme)))).headers["host"]).toBe(`kube.internal:${named.port}`);
      expect(proxy.targets).toEqual([
        expect.stringMatching(new RegExp(`^(?:name )?kube\\.internal:${named.port}$`, "u")),
      ]);
    });

    it("wins over NO_PROXY", async () => {
      const proxy = await start();
      await echo(local(api), through(local(proxy, scheme), { env: { NO_PROXY: "*", no_proxy: "127.0.0.1" } }));
      expect(proxy.targets).toHaveLength(1);
    });

    it("that does not answer is never gone around", async () => {
      const before = api.connections();
      const port = await closedPort();
      const error = await failureOf(echo(local(api), through(`${scheme}://127.0.0.1:${port}`)));
      expect(error.message).toBe(
        `cluster "prod" (${local(api)}) is unreachable: the proxy ${scheme}://127.0.0.1:${port} cannot be used: connection refused`,
      );
      expect([error.reason, error.detail["sent"]]).toEqual(["Unreachable", "no"]);
      expect(api.connections()).toBe(before);
    });

    it("that refuses the target is a failure before anything is sent", async () => {
      const proxy = await start({ refuseWith: "HTTP/1.1 403 Forbidden" });
      const error = await failureOf(echo(local(api), through(local(proxy, scheme))));
      expect(error.message).toContain(`the proxy ${local(proxy, scheme)} refused the connection`);
      expect([error.reason, error.detail["sent"]]).toEqual(["Unreachable", "no"]);
    });

    it("that says nothing is left at once by an abort", async () => {
      const mute = await open(startMuteServer());
      const abort = new AbortController();
      const pending = fetchFor(local(api), through(`${scheme}://127.0.0.1:${mute.port}`))("/echo", {
        signal: abort.signal,
      });
      await until(() => mute.open() === 1);
      abort.abort(new Error("stopped"));
      await expect(pending).rejects.toThrow("stopped");
      await until(() => mute.open() === 0);
    });

    it("carries plain http", async () => {
      const proxy = await start();
      const answer = await echo(local(cleartext, "http"), through(local(proxy, scheme)));
      expect([answer.url, answer.headers["host"]]).toEqual(["/echo?x=1", `127.0.0.1:${cleartext.port}`]);
      expect(proxy.targets).toHaveLength(1);
    });
  });

  it("https is checked: a proxy that nobody vouches for is a TLS failure that names it", async () => {
    const proxy = await httpProxy({ certificate: pki.namedServer });
    const error = await failureOf(echo(local(api), through(local(proxy))));
    expect(error.reason).toBe("TlsFailure");
    expect(error.message).toContain(`the proxy ${local(proxy)} shows a certificate for another name (kube.internal)`);
  });

  it.each([
    { url: "ftp://proxy", says: "proxy-url has the scheme ftp, must be http, https or socks5" },
    { url: "http://", says: "proxy-url is not a URL" },
  ])("$url is refused with file and line", ({ url, says }) => {
    expect(() => fetchFor(local(api), through(url))).toThrow(`/kubeconfig:7: cluster "prod-cluster": ${says}`);
  });
});

describe("the environment's proxy", () => {
  // Loopback addresses are never proxied, so the server needs a name, and only the proxy knows it.
  const server = (): string => `https://kube.internal:${named.port}`;
  const trusting = (env: Readonly<Record<string, string>>): FetchOptions => ({
    env,
    cluster: { certificateAuthorityData: pki.goodCa.cert },
  });

  it.each(["HTTPS_PROXY", "https_proxy"])("in %s is used", async (name) => {
    const proxy = await httpProxy({ knows: ["kube.internal"] });
    await echo(server(), trusting({ [name]: local(proxy, "http") }));
    expect(proxy.targets).toEqual([`kube.internal:${named.port}`]);
  });

  it("needs no scheme", async () => {
    const proxy = await httpProxy({ knows: ["kube.internal"] });
    await echo(server(), trusting({ HTTPS_PROXY: `127.0.0.1:${proxy.port}` }));
    expect(proxy.targets).toHaveLength(1);
  });

  it("in HTTP_PROXY is for http servers", async () => {
    const proxy = await httpProxy({ knows: ["kube.internal"] });
    const env = { HTTP_PROXY: local(proxy, "http") };
    expect((await echo(`http://kube.internal:${cleartext.port}`, { env })).url).toBe("/echo?x=1");
    expect((await failureOf(echo(server(), trusting(env)))).message).toContain("cannot be resolved");
    expect(proxy.targets).toHaveLength(1);
  });

  it("is not used for what NO_PROXY names", async () => {
    const proxy = await httpProxy({ knows: ["kube.internal"] });
    const error = await failureOf(
      echo(server(), trusting({ HTTPS_PROXY: local(proxy, "http"), NO_PROXY: ".internal" })),
    );
    expect(error.message).toContain("its name cannot be resolved");
    expect(proxy.targets).toEqual([]);
  });
});
