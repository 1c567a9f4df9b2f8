import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { KubeFetch } from "../../src/kube/cluster.ts";
import { basicAuthorization, type CredentialSource, fixedCredentials } from "../../src/runtime/credentials.ts";
import type { RequestRecord } from "../../src/runtime/transport.ts";
import { type FetchOptions, failureOf, fetchFor } from "./cluster-under-test.ts";
import { createPki, type Pki } from "./pki.ts";
import {
  closedPort,
  type Echo,
  type Relay,
  startApiServer,
  startMuteServer,
  startRelay,
  type TestServer,
} from "./servers.ts";
import { until } from "./until.ts";

let pki: Pki;
let api: TestServer;
let relay: Relay;
let mute: TestServer;
/** What the server does with a request that is not for `/echo`. */
let handle: (request: IncomingMessage, response: ServerResponse) => void;
/** The requests that reached the server, beside those for `/echo`. */
let seen: string[];

beforeAll(async () => {
  pki = createPki();
  api = await startApiServer(pki, {
    handle: (request, response) => {
      seen.push(`${request.method} ${request.url}`);
      handle(request, response);
    },
  });
  [relay, mute] = await Promise.all([startRelay(api.port), startMuteServer()]);
});
afterAll(async () => {
  await Promise.all([api, relay, mute].map((server) => server.close()));
  pki.remove();
});
beforeEach(() => {
  seen = [];
  handle = (_request, response) => void response.end("{}");
});

const url = (server: { readonly port: number }, path = ""): string => `https://127.0.0.1:${server.port}${path}`;
const fetchOver = (server: string, options: FetchOptions = {}): KubeFetch =>
  fetchFor(server, { ...options, cluster: { certificateAuthorityData: pki.goodCa.cert, ...options.cluster } });
const echo = async (options: FetchOptions = {}, init: Parameters<KubeFetch>[1] = {}, path = "/echo"): Promise<Echo> =>
  (await fetchOver(url(api), options)(path, init)).json() as Promise<Echo>;

describe("a request", () => {
  it("carries method, path, query, content type and body as they were given", async () => {
    const headers = { "Content-Type": "application/merge-patch+json", accept: "application/json;as=Table" };
    const sent = await echo(
      {},
      { method: "PATCH", headers, body: '{"a":"ü"}' },
      "/echo?fieldManager=restart&dryRun=All",
    );
    expect([sent.method, sent.url, sent.body]).toEqual(["PATCH", "/echo?fieldManager=restart&dryRun=All", '{"a":"ü"}']);
    expect(sent.headers).toMatchObject({
      "content-type": "application/merge-patch+json",
      "content-length": "10",
      accept: "application/json;as=Table",
    });
  });

  it("goes below the path of the server's URL", async () => {
    handle = (_request, response) => void response.end("{}");
    await (await fetchOver(url(api, "/k8s/clusters/c-1/"))("/api?x=1", {})).text();
    await (await fetchOver(url(api, "/k8s"))("/api", {})).text();
    expect(seen).toEqual(["GET /k8s/clusters/c-1/api?x=1", "GET /k8s/api"]);
  });

  it("says who is asking in User-Agent, and what for behind it", async () => {
    expect((await echo()).headers["user-agent"]).toBe("restart/0.0.0 (test/test)");
    const sent = await echo({}, { headers: { "User-Agent": "run/1234" } });
    expect(sent.headers["user-agent"]).toBe("restart/0.0.0 (test/test) run/1234");
  });

  it("asks for a compressed answer, unless the cluster does not want it", async () => {
    expect((await echo()).headers["accept-encoding"]).toBe("gzip");
    expect((await echo({ cluster: { disableCompression: true } })).headers["accept-encoding"]).toBeUndefined();
  });

  it("acts as someone else with one header line for each group", async () => {
    const impersonate = {
      user: "bob",
      uid: "42",
      groups: ["dev", "ops, really"],
      extra: { "example.com/scopes": ["view", "edit"] },
    };
    const { rawHeaders } = await echo({ impersonate });
    const lines = rawHeaders.flatMap((name, index) =>
      index % 2 === 0 && /^impersonate/i.test(name) ? [`${name}: ${rawHeaders[index + 1]}`] : [],
    );
    expect(lines.toSorted()).toEqual([
      "Impersonate-Extra-example.com%2Fscopes: edit",
      "Impersonate-Extra-example.com%2Fscopes: view",
      "Impersonate-Group: dev",
      "Impersonate-Group: ops, really",
      "Impersonate-Uid: 42",
      "Impersonate-User: bob",
    ]);
  });

  it.each([
    { name: "a token", authorization: "Bearer secret" },
    { name: "user and password", authorization: basicAuthorization("me", "pä:ss") },
  ])("carries $name", async ({ authorization }) => {
    const sent = await echo({ credentials: fixedCredentials({ authorization }) });
    expect(sent.headers["authorization"]).toBe(authorization);
  });

  it("is told to whoever listens, with its status", async () => {
    const records: RequestRecord[] = [];
    const fetch = fetchOver(url(api), { onRequest: (record) => records.push(record) });
    await (await fetch("/echo?x=1", {})).text();
    await failureOf(
      fetchOver(url({ port: await closedPort() }), { onRequest: (record) => records.push(record) })("/a", {}),
    );
    expect(records.map(({ method, path, status }) => [method, path, status])).toEqual([
      ["GET", "/echo?x=1", 200],
      ["GET", "/a", undefined],
    ]);
    expect(records.every(({ milliseconds }) => milliseconds > 0 && milliseconds < 5_000)).toBe(true);
  });
});

describe("an answer", () => {
  it("that redirects is handed on as it is, and not followed", async () => {
    handle = (_request, response) => void response.writeHead(307, { location: url(api, "/echo") }).end();
    const response = await fetchOver(url(api))("/moved", { method: "PATCH", body: "{}" });
    expect([response.status, response.headers.get("location")]).toEqual([307, url(api, "/echo")]);
    expect(seen).toEqual(["PATCH /moved"]);
  });

  it("keeps repeated headers and the text of a refusal", async () => {
    handle = (_request, response) => {
      response.setHeader("warning", ['299 - "one"', '299 - "two"']);
      response.writeHead(403).end('{"reason":"Forbidden"}');
    };
    const response = await fetchOver(url(api))("/secret", {});
    expect([response.status, response.headers.get("warning"), await response.text()]).toEqual([
      403,
      '299 - "one", 299 - "two"',
      '{"reason":"Forbidden"}',
    ]);
  });
});

describe("401", () => {
  const renewing = (tokens: readonly string[]): CredentialSource => {
    let index = 0;
    const current = () => ({ authorization: `Bearer ${tokens[index]}` });
    return {
      get: () => Promise.resolve(current()),
      renew: () => {
        index += 1;
        return Promise.resolve(index < tokens.length ? current() : undefined);
      },
    };
  };
  const onlyFor = (token: string) => (request: IncomingMessage, response: ServerResponse) => {
    const known = request.headers.authorization === `Bearer ${token}`;
    response.writeHead(known ? 200 : 401).end(known ? "welcome" : "who are you?");
  };

  it("renews the credentials and sends the request again", async () => {
    handle = onlyFor("new");
    const fetch = fetchOver(url(api), { credentials: renewing(["old", "new"]) });
    const response = await fetch("/apis", { method: "PATCH", body: "{}" });
    expect([response.status, await response.text()]).toEqual([200, "welcome"]);
    expect(seen).toEqual(["PATCH /apis", "PATCH /apis"]);
  });

  it("is the answer when the new credentials are refused as well", async () => {
    handle = onlyFor("nobody's");
    const response = await fetchOver(url(api), { credentials: renewing(["a", "b", "c"]) })("/apis", {});
    expect([response.status, await response.text()]).toEqual([401, "who are you?"]);
    expect(seen).toHaveLength(2);
  });

  it("is the answer when there is nothing to renew", async () => {
    handle = onlyFor("nobody's");
    const response = await fetchOver(url(api), { credentials: renewing(["a"]) })("/apis", {});
    expect([response.status, await response.text(), seen.length]).toEqual([401, "who are you?", 1]);
  });
});

describe("a server that cannot be reached", () => {
  it("because nothing listens is named in one sentence", async () => {
    const server = url({ port: await closedPort() });
    const error = await failureOf(fetchOver(server)("/api", { method: "PATCH", body: "{}" }));
    expect(error.message).toBe(`cluster "prod" (${server}) is unreachable: connection refused`);
    expect([error.reason, error.detail["sent"]]).toEqual(["Unreachable", "no"]);
  });

  it("because its name is unknown is named in one sentence", async () => {
    const error = await failureOf(fetchOver("https://kube.invalid:6443")("/api", {}));
    expect(error.message).toBe(
      'cluster "prod" (https://kube.invalid:6443) is unreachable: its name cannot be resolved (no such host)',
    );
    expect([error.reason, error.detail["sent"]]).toEqual(["Unreachable", "no"]);
  });

  it("because it never says a word is given up after a while", async () => {
    const error = await failureOf(fetchOver(url(mute), { connectMilliseconds: 40 })("/api", {}));
    expect(error.message).toBe(`cluster "prod" (${url(mute)}) is unreachable: no connection within 0.04 s`);
    expect([error.reason, error.detail["sent"]]).toEqual(["Unreachable", "no"]);
    await until(() => mute.open() === 0);
  });
});

describe("a PATCH that gets no answer", () => {
  const patch = { method: "PATCH", body: "{}" } as const;

  it.each([
    { name: "a reset", cut: () => relay.reset() },
    { name: "the end of the connection", cut: () => relay.finish() },
  ])("because of $name may have happened", async ({ cut }) => {
    handle = cut;
    const error = await failureOf(fetchOver(url(relay))("/deployments/web", patch));
    expect(error.message).toBe(
      `cluster "prod" (${url(relay)}) is unreachable: the connection was cut before the answer`,
    );
    expect([error.reason, error.detail["sent"]]).toEqual(["Unreachable", "yes"]);
    expect(seen).toEqual(["PATCH /deployments/web"]);
  });

  it.each([
    { name: "--request-timeout", options: { requestMilliseconds: 40 } },
    { name: "the longest that an API server takes", options: { idleMilliseconds: 40 } },
  ])("within $name may have happened", async ({ options }) => {
    handle = () => undefined;
    const error = await failureOf(fetchOver(url(api), options)("/deployments/web", patch));
    expect(error.message).toBe(`cluster "prod" (${url(api)}) did not answer within 0.04 s`);
    expect([error.reason, error.detail["sent"]]).toEqual(["Unreachable", "yes"]);
  });

  it("whole within --request-timeout may have happened", async () => {
    handle = (_request, response) => void response.writeHead(200).write('{"half":');
    const error = await failureOf(fetchOver(url(api), { requestMilliseconds: 40 })("/deployments/web", patch));
    expect(error.message).toBe(`cluster "prod" (${url(api)}) did not answer within 0.04 s`);
    expect(error.detail["sent"]).toBe("yes");
  });
});

describe("a kept connection that turns out to be dead", () => {
  // The server drops whatever comes second on a connection, as it does when its idle time is over at that moment.
  const dropSecond = (): void => {
    const used = new WeakSet<object>();
    handle = (request, response) => {
      if (used.has(request.socket)) request.socket.destroy();
      else response.end("alive");
      used.add(request.socket);
    };
  };

  it("is replaced for a GET", async () => {
    dropSecond();
    const fetch = fetchOver(url(api));
    for (let count = 0; count < 2; count += 1) expect(await (await fetch("/api", {})).text()).toBe("alive");
    expect(seen).toHaveLength(3);
  });

  it("is told for a PATCH: only its sender knows whether it may be sent twice", async () => {
    dropSecond();
    const fetch = fetchOver(url(api));
    await (await fetch("/api", {})).text();
    const error = await failureOf(fetch("/web", { method: "PATCH", body: "{}" }));
    expect([error.reason, error.detail["sent"]]).toEqual(["Unreachable", "yes"]);
    expect(seen).toEqual(["GET /api", "PATCH /web"]);
  });
});

describe("an abort", () => {
  const reason = new Error("the person changed their mind");

  it("before the request sends nothing", async () => {
    await expect(fetchOver(url(api))("/api", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(seen).toEqual([]);
  });

  it("in the handshake closes the connection", async () => {
    const abort = new AbortController();
    const pending = fetchOver(url(mute))("/api", { signal: abort.signal });
    await until(() => mute.open() === 1);
    abort.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await until(() => mute.open() === 0);
  });

  it("before the answer closes the connection", async () => {
    const abort = new AbortController();
    let closed = false;
    handle = (_request, response) => {
      response.on("close", () => {
        closed = true;
      });
      abort.abort(reason);
    };
    await expect(fetchOver(url(api))("/api", { signal: abort.signal })).rejects.toBe(reason);
    await until(() => closed);
  });

  it("in the middle of an answer is the end of it", async () => {
    const abort = new AbortController();
    handle = (_request, response) => {
      response.writeHead(200);
      response.write("half", () => abort.abort(reason));
    };
    await expect(fetchOver(url(api))("/api", { signal: abort.signal }).then((answer) => answer.text())).rejects.toBe(
      reason,
    );
  });

  it("after the answer changes nothing", async () => {
    const abort = new AbortController();
    const response = await fetchOver(url(api))("/echo", { signal: abort.signal });
    await response.text();
    abort.abort(reason);
    expect((await fetchOver(url(api))("/echo", {})).status).toBe(200);
  });
});

describe("the process", () => {
  it("ends by itself although connections are kept", async () => {
    const child = Bun.spawn(
      [process.execPath, `${import.meta.dirname}/authorities-probe.ts`, url(api), `${pki.folder}/good-ca.crt`],
      {
        stdout: "pipe",
      },
    );
    const [text, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
    expect([text.trim(), code]).toEqual(["200", 0]);
  });
});
