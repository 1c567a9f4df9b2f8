import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import type { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HostStage } from "./node-stage.ts";
import { createHostStage, head, identity } from "./node-stage.ts";

/** However it ends: a reset is an end, too. */
function closed(socket: Socket): Promise<void> {
  return new Promise((settle) => {
    socket.once("close", () => settle());
  });
}

function heard(socket: Socket, text: string): Promise<void> {
  return new Promise((settle, fail) => {
    let all = "";
    socket.on("data", (chunk) => {
      all += chunk.toString("latin1");
      if (all.includes(text)) settle();
    });
    socket.once("close", () => fail(new Error(`closed after ${all}`)));
  });
}

function drained(stream: Writable): Promise<void> {
  return new Promise((settle) => {
    stream.once("drain", settle);
  });
}

const transports = [
  ["in clear", false],
  ["with TLS", true],
] as const;

describe.each(transports)("HTTP/1.1 %s", (_, secure) => {
  let stage: HostStage;
  beforeAll(async () => {
    stage = await createHostStage(secure);
  });
  afterAll(() => stage.close());

  it("answers, says who called, and keeps the connection", async () => {
    const { statuses, closed } = await stage.say(`GET /a?b=c HTTP/1.1\r\n${head}\r\nGET /d HTTP/1.1\r\n${head}\r\n`, 2);
    expect({ statuses, closed }).toEqual({ statuses: [200, 200], closed: false });
    expect(stage.seen.at(-2)).toMatchObject({ method: "GET", peer: "127.0.0.1" });
    expect(stage.seen.at(-2)?.url).toBe(`${secure ? "https" : "http"}://localhost/a?b=c`);
  });

  it("answers two hundred requests that came at once, in their order", async () => {
    const many = Array.from(
      { length: 200 },
      (_one, index) => `POST /x HTTP/1.1\r\n${head}Content-Length: 1\r\n\r\n${index % 10}`,
    );
    const { statuses } = await stage.say(many.join(""), 200);
    expect(statuses).toHaveLength(200);
  });

  it("hands on the path as it was sent, and each of two headers", async () => {
    await stage.say(`GET /a/../%2e%2e/b HTTP/1.1\r\n${head}Authorization: one\r\nAuthorization: two\r\n\r\n`, 1);
    const { url, header } = stage.seen.at(-1) ?? {};
    expect(url?.replace(/^https?/, "")).toBe("://localhost/a/../%2e%2e/b");
    expect(header?.get("authorization")).toBe("one, two");
  });

  const post = (headers: string, body = "0\r\n\r\n") => `POST /x HTTP/1.1\r\n${head}${headers}\r\n\r\n${body}`;
  it.each([
    [400, "no Host", "GET /x HTTP/1.1\r\n\r\n"],
    [400, "no Host in HTTP/1.0", "GET /x HTTP/1.0\r\n\r\n"],
    [400, "two Host headers", `GET /x HTTP/1.1\r\n${head}Host: evil.example\r\n\r\n`],
    [400, "two equal Host headers", `GET /x HTTP/1.1\r\n${head}${head}\r\n`],
    [400, "an absolute target", `GET http://localhost/x HTTP/1.1\r\n${head}\r\n`],
    [400, "OPTIONS *", `OPTIONS * HTTP/1.1\r\n${head}\r\n`],
    [405, "TRACE", `TRACE /x HTTP/1.1\r\n${head}\r\n`],
    [400, "a method that is none", `FOO /x HTTP/1.1\r\n${head}\r\n`],
    [400, "HTTP/2.0 as text", `POST /x HTTP/2.0\r\n${head}\r\n`],
    [400, "half a preface", `PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n`],
    [400, "a length and chunks", post("Content-Length: 3\r\nTransfer-Encoding: chunked")],
    [400, "two lengths", post("Content-Length: 3\r\nContent-Length: 4", "abcd")],
    [400, "a negative length", post("Content-Length: -1")],
    [400, "gzip, chunked", post("Transfer-Encoding: gzip, chunked")],
    [400, "xchunked", post("Transfer-Encoding: xchunked")],
    [400, "a chunk without a size", post("Transfer-Encoding: chunked", "zz\r\n\r\n")],
    [413, "a chunk's long extension", post("Transfer-Encoding: chunked", `1;${"a".repeat(20_000)}\r\n`)],
    [400, "a folded header", post("A: b\r\n c")],
    [400, "a space before the colon", post("A : b")],
    [400, "NUL in a header", post("A: b\0c")],
    [431, "a header of 20 KB", post(`A: ${"b".repeat(20_000)}`)],
    [431, "101 headers", post(Array.from({ length: 100 }, (_one, index) => `A${index}: b`).join("\r\n"), "")],
    [431, "a target of 100 KB", `GET /${"x".repeat(100_000)} HTTP/1.1\r\n${head}\r\n`],
  ])("answers %i to %s, and closes", async (status, _name, bytes) => {
    const before = stage.seen.length;
    const { statuses, closed, text } = await stage.say(bytes);
    expect({ statuses, closed }).toEqual({ statuses: [status], closed: true });
    expect(text).not.toContain(".ts:");
    // A broken body is noticed only when the handler has it; a broken head never gets there.
    if (!bytes.includes("zz") && !bytes.includes("1;a")) expect(stage.seen.length).toBe(before);
    expect((await stage.say(`GET /good HTTP/1.1\r\n${head}\r\n`, 1)).statuses).toEqual([200]);
  });

  it("takes 100 headers", async () => {
    const headers = Array.from({ length: 98 }, (_one, index) => `A${index}: b`).join("\r\n");
    expect((await stage.say(post(`${headers}\r\nContent-Length: 0`, ""), 1)).statuses).toEqual([200]);
  });

  it("closes on CONNECT", async () => {
    const { statuses, closed } = await stage.say(`CONNECT a:1 HTTP/1.1\r\n${head}\r\n`);
    expect({ statuses, closed }).toEqual({ statuses: [], closed: true });
  });

  it("keeps a connection whose small body nobody read", async () => {
    const early = `POST /early HTTP/1.1\r\n${head}Content-Length: 6\r\n\r\nabcdef`;
    const { statuses, closed } = await stage.say(`${early}GET /next HTTP/1.1\r\n${head}\r\n`, 2);
    expect({ statuses, closed }).toEqual({ statuses: [200, 200], closed: false });
  });

  it.each(["early", "part"])("keeps a connection whose small body comes after the answer (/%s)", async (path) => {
    const socket = await stage.dial();
    socket.write(`POST /${path} HTTP/1.1\r\n${head}Content-Length: 60000\r\n\r\nab`);
    await heard(socket, "HTTP/1.1 200");
    socket.write(`${"c".repeat(59_998)}GET /next HTTP/1.1\r\n${head}\r\n`);
    await heard(socket, "read 0");
    socket.destroy();
  });

  it.each(["early", "part"])("gives a sender time to read an answer that came early (/%s)", async (path) => {
    const bytes = `POST /${path} HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n`;
    const { statuses, closed: isClosed, milliseconds } = await stage.say(bytes);
    expect({ statuses, isClosed }).toEqual({ statuses: [200], isClosed: true });
    expect(milliseconds).toBeGreaterThan(80);
    // Whoever is through with sending is not kept.
    const { milliseconds: whole } = await stage.say(`${bytes}0\r\n\r\n`, 1);
    expect(whole).toBeLessThan(80);
  });

  it("reads a request whose first byte comes alone", async () => {
    const socket = await stage.dial();
    socket.write("P");
    // It has arrived when a whole call on another connection is over.
    await stage.say(`GET /x HTTP/1.1\r\n${head}\r\n`, 1);
    socket.write(`OST /x HTTP/1.1\r\n${head}Content-Length: 2\r\n\r\nab`);
    await heard(socket, "read 2");
    socket.destroy();
  });

  it("tells the handler when the caller leaves", async () => {
    const socket = await stage.dial();
    socket.write(`GET /never HTTP/1.1\r\n${head}\r\n`);
    while (!stage.seen.at(-1)?.url.endsWith("/never")) await new Promise(setImmediate);
    const { signal } = stage.seen.at(-1) ?? {};
    expect(signal?.aborted).toBe(false);
    socket.destroy();
    if (signal?.aborted === false) await once(signal, "abort");
    expect(signal?.reason).toMatchObject({ message: expect.stringContaining("caller left") });
  });
});

describe.each(transports)("a body without end %s", (_, secure) => {
  it.each([
    ["read by nobody for now", "/never", "Content-Length: 200000000"],
    ["in chunks, read by nobody for now", "/never", "Transfer-Encoding: chunked"],
    ["after an early answer", "/early", "Content-Length: 200000000"],
    ["in chunks, after an early answer", "/early", "Transfer-Encoding: chunked"],
    ["after an answer to its beginning", "/part", "Content-Length: 200000000"],
    ["in chunks, after an answer to its beginning", "/part", "Transfer-Encoding: chunked"],
  ])("%s stays with its sender", async (_name, path, header) => {
    const stage = await createHostStage(secure, path === "/never" ? { bodyMilliseconds: 600 } : {});
    const socket = await stage.dial();
    const gone = closed(socket);
    let sent = 0;
    const chunk = Buffer.alloc(65_536, 97);
    const bytes = header.startsWith("T")
      ? Buffer.concat([Buffer.from("10000\r\n"), chunk, Buffer.from("\r\n")])
      : chunk;
    socket.write(`POST ${path} HTTP/1.1\r\n${head}${header}\r\n\r\n`);
    while (!socket.destroyed && sent < 200_000_000) {
      sent += bytes.length;
      if (!socket.write(bytes)) await Promise.race([drained(socket), gone]);
    }
    await gone;
    // The buffers of both ends of the connection are in it.
    expect(sent).toBeLessThan(40_000_000);
    await stage.close();
  });
});

describe.each(transports)("the guard %s", (_, secure) => {
  const limits = { headMilliseconds: 200, bodyMilliseconds: 300, idleMilliseconds: 250 };
  let stage: HostStage;
  beforeAll(async () => {
    stage = await createHostStage(secure, limits);
  });
  afterAll(() => stage.close());

  it.each([
    ["a connection that says nothing", "", []],
    ["half a head", "GET /x HT", []],
    ["a body that does not come", `POST /x HTTP/1.1\r\n${head}Content-Length: 9\r\n\r\nab`, []],
    ["a body that does not come and nobody reads", `POST /never HTTP/1.1\r\n${head}Content-Length: 9\r\n\r\nab`, []],
    [
      "a chunk of the largest size",
      `POST /x HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n`,
      [],
    ],
    ["a connection at rest", `GET /x HTTP/1.1\r\n${head}\r\n`, [200]],
    ["half a head after a rest", `GET /x HTTP/1.1\r\n${head}\r\nGET /`, [200]],
  ])("ends %s", async (_name, bytes, statuses) => {
    const heard = await stage.say(bytes);
    expect(heard).toMatchObject({ statuses, closed: true });
    expect(heard.milliseconds).toBeGreaterThan(150);
    expect(heard.milliseconds).toBeLessThan(3000);
  });

  it("gives a head no more time for the rest before it", async () => {
    const restful = await createHostStage(secure, { headMilliseconds: 200, idleMilliseconds: 600_000 });
    const socket = await restful.dial();
    socket.write(`GET /x HTTP/1.1\r\n${head}\r\n`);
    await heard(socket, "\r\n0\r\n\r\n");
    socket.write("GET /");
    await closed(socket);
    await restful.close();
  });

  it("ends a head that comes byte by byte", async () => {
    const socket = await stage.dial();
    const drip = setInterval(() => socket.write("a"), 20);
    const started = performance.now();
    await closed(socket);
    clearInterval(drip);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it("lets an answer take longer than all of them together", async () => {
    const patient = await createHostStage(secure, limits, async () => ({
      status: 200,
      header: new Headers(),
      body: (async function* () {
        for (const text of ["one", "two"]) {
          yield new TextEncoder().encode(text);
          await new Promise((settle) => setTimeout(settle, 1000));
        }
      })(),
    }));
    const { text } = await patient.say(`GET /x HTTP/1.1\r\n${head}\r\n`, 1);
    expect(text).toMatch(/one[\s\S]*two/);
    await patient.close();
  });

  it("ends the call of a reader who stopped reading", async () => {
    const ended = Promise.withResolvers<void>();
    const flooding = await createHostStage(secure, { drainMilliseconds: 200 }, async ({ signal }) => {
      signal.addEventListener("abort", () => ended.resolve());
      return {
        status: 200,
        header: new Headers(),
        body: (async function* () {
          for (;;) yield new Uint8Array(65_536);
        })(),
      };
    });
    const socket = await flooding.dial();
    socket.pause();
    socket.write(`GET /x HTTP/1.1\r\n${head}\r\n`);
    await ended.promise;
    await flooding.close();
    socket.destroy();
  });

  it("ends a session that opens no stream", async () => {
    const session = connectHttp2(stage.listening.url.replace("127.0.0.1", "localhost"), { ca: identity.cert });
    session.on("error", () => undefined);
    const started = performance.now();
    await once(session, "close");
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it("resets a stream whose body does not come, and nothing else", async () => {
    const session = connectHttp2(stage.listening.url.replace("127.0.0.1", "localhost"), { ca: identity.cert });
    const silent = session.request({ ":method": "POST", ":path": "/x" });
    silent.on("error", () => undefined);
    await once(silent, "close");
    expect(silent.rstCode).toBe(constants.NGHTTP2_CANCEL);
    const good = session.request({ ":path": "/x" });
    const [headers] = (await once(good, "response")) as [{ readonly ":status": number }];
    expect(headers[":status"]).toBe(200);
    session.destroy();
  });
});

describe("HTTP/2 in clear", () => {
  let stage: HostStage;
  beforeAll(async () => {
    stage = await createHostStage(false);
  });
  afterAll(() => stage.close());

  it.each([1, 8, 23])("is told from HTTP/1 when its first %i bytes come alone", async (size) => {
    const socket = await stage.dial();
    const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const frames = "\0\0\0\x04\0\0\0\0\0";
    socket.setNoDelay(true);
    socket.write(preface.slice(0, size));
    // The first bytes have arrived when a whole call on another connection is over.
    await stage.say(`GET /x HTTP/1.1\r\n${head}\r\n`, 1);
    socket.write(preface.slice(size) + frames);
    const [settings] = (await once(socket, "data")) as [Buffer];
    expect(settings[3]).toBe(4);
    socket.destroy();
  });

  it.each([
    [400, { ":authority": "localhost", host: "evil.example" }],
    [405, { ":method": "TRACE" }],
    [431, Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`a${index}`, "b"]))],
  ])("answers %i to %j", async (status, headers) => {
    const session = connectHttp2(`http://localhost:${stage.port}`);
    session.on("error", () => undefined);
    const answer = session.request({ ":path": "/x", ...headers });
    answer.on("error", () => undefined);
    const told = await Promise.race([
      once(answer, "response").then(([head2]) => (head2 as { readonly ":status": number })[":status"]),
      once(answer, "close").then(() => "reset"),
    ]);
    expect([status, ...(status === 431 ? ["reset"] : [])]).toContain(told);
    const good = session.destroyed ? connectHttp2(`http://localhost:${stage.port}`) : session;
    const [ok] = (await once(good.request({ ":path": "/x" }), "response")) as [{ readonly ":status": number }];
    expect(ok[":status"]).toBe(200);
    good.destroy();
    session.destroy();
  });

  it.each(["early", "part"])("leaves a body that nobody reads on with its sender (/%s)", async (path) => {
    const session = connectHttp2(`http://localhost:${stage.port}`);
    const call = session.request({ ":method": "POST", ":path": `/${path}` });
    call.on("error", () => undefined);
    const closed = once(call, "close");
    let sent = 0;
    while (!call.destroyed && sent < 200_000_000) {
      sent += 65_536;
      if (!call.write(Buffer.alloc(65_536))) await Promise.race([drained(call), closed]);
    }
    await closed;
    expect(call.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
    expect(sent).toBeLessThan(10_000_000);
    session.destroy();
  });

  it("sends the trailers of an answer that came before the body's end", async () => {
    const refusing = await createHostStage(false, {}, async () => ({
      status: 200,
      header: new Headers({ "content-type": "application/grpc" }),
      trailer: new Headers({ "grpc-status": "16" }),
    }));
    const session = connectHttp2(`http://localhost:${refusing.port}`);
    const call = session.request({ ":method": "POST", ":path": "/x" });
    call.on("error", () => undefined);
    call.write(Buffer.alloc(100_000));
    call.resume();
    const [trailers] = (await once(call, "trailers")) as [Readonly<Record<string, string>>];
    expect(trailers["grpc-status"]).toBe("16");
    await once(call, "close");
    session.destroy();
    await refusing.close();
  });
});

it("hangs up on who never begins with TLS", async () => {
  const stage = await createHostStage(true, { headMilliseconds: 200 });
  const socket = connectTcp(stage.port, "127.0.0.1");
  await closed(socket);
  await stage.close();
});
