import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeFetch } from "../../src/kube/cluster.ts";
import type { FetchOptions } from "./cluster-under-test.ts";
import { failureOf, fetchFor } from "./cluster-under-test.ts";
import type { Pki } from "./pki.ts";
import { createPki } from "./pki.ts";
import type { Relay, TestServer } from "./servers.ts";
import { startApiServer, startRelay } from "./servers.ts";
import { until } from "./until.ts";

let pki: Pki;
let api: TestServer;
let relay: Relay;
/** What the server does with each path. */
const scripts = new Map<string, (response: ServerResponse) => void>();

beforeAll(async () => {
  pki = createPki();
  api = await startApiServer(pki, {
    handle: (request, response) => {
      const script = scripts.get(request.url ?? "");
      if (script === undefined) response.writeHead(404).end();
      else script(response);
    },
  });
  relay = await startRelay(api.port);
});

afterAll(async () => {
  await Promise.all([api.close(), relay.close()]);
  pki.remove();
});

const fetchOver = (port: number, options: FetchOptions = {}): KubeFetch =>
  fetchFor(`https://127.0.0.1:${port}`, { ...options, cluster: { certificateAuthorityData: pki.goodCa.cert } });

interface Reading {
  readonly next: () => Promise<string | undefined>;
  readonly bytes: () => Promise<Uint8Array | undefined>;
  readonly cancel: () => Promise<void>;
}

/** Reads a body chunk by chunk; undefined at its end. */
function reading(response: Response): Reading {
  const reader = (response.body ?? new ReadableStream()).getReader();
  return {
    next: async () => {
      const { value } = await reader.read();
      return value === undefined ? undefined : Buffer.from(value).toString("utf8");
    },
    bytes: async () => (await reader.read()).value,
    cancel: () => reader.cancel(),
  };
}

/** A watch whose server side the test holds. */
async function openWatch(path: string, fetch: KubeFetch, signal?: AbortSignal) {
  const { promise, resolve } = Promise.withResolvers<ServerResponse>();
  scripts.set(path, (response) => {
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    resolve(response);
  });
  const response = await fetch(path, signal === undefined ? {} : { signal });
  return { response, server: await promise, body: reading(response) };
}

describe("a watch", () => {
  it("answers before its first event, and hands on each event as it comes", async () => {
    const { response, server, body } = await openWatch("/live?watch=true", fetchOver(api.port));
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
    for (const line of ["first\n", "second\n", "third\n"]) {
      server.write(line);
      expect(await body.next()).toBe(line);
    }
    server.end();
    expect(await body.next()).toBeUndefined();
  });

  it("keeps the bytes of a character that was split over two packets", async () => {
    const { server, body } = await openWatch("/split?watch=true", fetchOver(api.port));
    const received: number[] = [];
    for (const byte of Buffer.from("Grüße ✓")) {
      server.write(Buffer.from([byte]));
      received.push(...((await body.bytes()) ?? []));
    }
    expect(Buffer.from(received).toString("utf8")).toBe("Grüße ✓");
  });

  const cuts: readonly { readonly name: string; readonly cut: (relay: Relay) => void }[] = [
    { name: "a reset", cut: (through) => through.reset() },
    { name: "a FIN in the middle of a line", cut: (through) => through.finish() },
  ];
  it.each(cuts)("that is cut by $name ends with StreamCut, not with its end", async ({ name, cut }) => {
    const { server, body } = await openWatch(`/cut?watch=true&by=${encodeURIComponent(name)}`, fetchOver(relay.port));
    server.write('{"type":"ADDED","obj');
    expect(await body.next()).toBe('{"type":"ADDED","obj');
    cut(relay);
    const error = await failureOf(body.next());
    expect(error.reason).toBe("StreamCut");
    expect(error.message).toBe(
      `cluster "prod" (https://127.0.0.1:${relay.port}) cut its answer in the middle: the connection was lost`,
    );
  });

  it("that is aborted ends with the signal's reason, and the server sees it go", async () => {
    const abort = new AbortController();
    const { server, body } = await openWatch("/abort?watch=true", fetchOver(api.port), abort.signal);
    let closed = false;
    server.on("close", () => {
      closed = true;
    });
    const pending = body.next();
    abort.abort(new Error("enough"));
    await expect(pending).rejects.toThrow("enough");
    await until(() => closed);
  });

  it("that nobody reads any more is closed", async () => {
    const { server, body } = await openWatch("/cancel?watch=true", fetchOver(api.port));
    let closed = false;
    server.on("close", () => {
      closed = true;
    });
    await body.cancel();
    await until(() => closed);
  });

  it("may be quiet, or silent from its start, for longer than any answer may take", async () => {
    const fetch = fetchOver(api.port, { idleMilliseconds: 30, requestMilliseconds: 30 });
    const late = Promise.withResolvers<ServerResponse>();
    scripts.set("/late?watch=true", late.resolve);
    scripts.set("/never", () => undefined);
    const silent = fetch("/late?watch=true", {});
    const { server, body } = await openWatch("/quiet?watch=1", fetch);
    // The end of a GET that gets no answer is the moment when both watches have been quiet for too long as well.
    expect((await failureOf(fetch("/never", {}))).message).toContain("did not answer within 0.03 s");
    server.end("at last\n");
    expect(await body.next()).toBe("at last\n");
    (await late.promise).writeHead(200).end("late\n");
    expect(await (await silent).text()).toBe("late\n");
  });

  it("does not fill memory when it is read slowly", async () => {
    const { server, body } = await openWatch("/flood?watch=true", fetchOver(api.port));
    const chunk = Buffer.alloc(1024 * 1024, "x");
    for (let count = 0; count < 64; count += 1) server.write(chunk);
    // The reader takes one piece; the kernel and one buffer may hold a few megabytes, not all that was written.
    await body.next();
    const fetch = fetchOver(api.port);
    for (let count = 0; count < 50; count += 1) await (await fetch("/echo", {})).text();
    expect(server.writableLength).toBeGreaterThan(32 * 1024 * 1024);
    await body.cancel();
  });

  it("does not keep a GET waiting, with three hundred of them open", async () => {
    const fetch = fetchOver(api.port);
    const abort = new AbortController();
    const watches = await Promise.all(
      Array.from({ length: 300 }, (_, index) => openWatch(`/many?watch=true&n=${index}`, fetch, abort.signal)),
    );
    expect(watches.every(({ response }) => response.status === 200)).toBe(true);
    const answer = await fetch("/echo", {});
    expect(answer.status).toBe(200);
    await answer.text();
    abort.abort();
    await Promise.allSettled(watches.map(({ body }) => body.next()));
  });
});

describe("an answer", () => {
  it("that is compressed is unpacked, and says nothing about its packing", async () => {
    const text = "restart ".repeat(10_000);
    scripts.set("/gzip", (response) => {
      const packed = gzipSync(text);
      response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length, etag: "x" }).end(packed);
    });
    const response = await fetchOver(api.port)("/gzip", {});
    expect(await response.text()).toBe(text);
    expect(["content-encoding", "content-length", "etag"].map((name) => response.headers.get(name))).toEqual([
      null,
      null,
      "x",
    ]);
  });

  it("that is compressed and cut is an error", async () => {
    const packed = gzipSync(randomBytes(40_000));
    scripts.set("/gzip-cut", (response) => {
      response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length });
      response.write(packed.subarray(0, 30_000));
    });
    const before = relay.relayed();
    const answer = fetchOver(relay.port)("/gzip-cut", {}).then((response) => response.text());
    await until(() => relay.relayed() > before + 25_000);
    relay.reset();
    expect((await failureOf(answer)).reason).toBe("StreamCut");
  });

  it("that is no gzip although it says so is an error", async () => {
    scripts.set("/gzip-lie", (response) => void response.writeHead(200, { "content-encoding": "gzip" }).end("plain"));
    const response = await fetchOver(api.port)("/gzip-lie", {});
    expect((await failureOf(response.text())).reason).toBe("StreamCut");
  });

  it("that is shorter than its length is an error", async () => {
    scripts.set("/short", (response) => {
      response.writeHead(200, { "content-length": 100_000 });
      response.write("x".repeat(30_000));
    });
    const before = relay.relayed();
    const answer = fetchOver(relay.port)("/short", {}).then((response) => response.text());
    await until(() => relay.relayed() > before + 25_000);
    relay.finish();
    expect((await failureOf(answer)).reason).toBe("StreamCut");
  });

  it("that stops in the middle without a word is an error after a while", async () => {
    scripts.set("/stall", (response) => void response.writeHead(200, { "content-length": 1000 }).write("half"));
    const response = await fetchOver(api.port, { idleMilliseconds: 50 })("/stall", {});
    const error = await failureOf(response.text());
    expect([error.reason, error.message]).toEqual([
      "StreamCut",
      `cluster "prod" (https://127.0.0.1:${api.port}) cut its answer in the middle: no byte came for too long`,
    ]);
  });

  it("of megabytes arrives whole", async () => {
    const text = "0123456789abcdef".repeat(512 * 1024);
    scripts.set("/large", (response) => void response.end(text));
    expect(await (await fetchOver(api.port)("/large", {})).text()).toBe(text);
  });

  it("without a body is one", async () => {
    scripts.set("/nothing", (response) => void response.writeHead(204).end());
    const response = await fetchOver(api.port)("/nothing", {});
    expect([response.status, await response.text()]).toEqual([204, ""]);
  });
});
