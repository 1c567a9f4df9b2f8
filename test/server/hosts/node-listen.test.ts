import { once } from "node:events";
import { existsSync, lstatSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTcp, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Handler } from "../../../src/server/capabilities.ts";
import { listen } from "../../../src/server/hosts/node.ts";
import { createSelfSigned } from "../../../src/sim/self-signed.ts";
import { createHostStage, head, identity } from "./node-stage.ts";

const answering: Handler = async () => ({ status: 200, header: new Headers() });

describe("a Unix socket", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "restart-socket-"));
    path = join(folder, "serve.sock");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is its owner's alone, answers, and is gone afterwards", async () => {
    const before = process.umask();
    const server = await listen(answering, { address: { path } });
    expect(process.umask()).toBe(before);
    expect(server.address).toBe(`unix:${path}`);
    expect(lstatSync(path).mode & 0o777).toBe(0o700);
    expect((await fetch(`${server.url}/x`, { unix: path })).status).toBe(200);
    await server.close(0);
    expect(existsSync(path)).toBe(false);
  });

  it("stays with the live server that has it", async () => {
    const server = await listen(answering, { address: { path } });
    await expect(listen(answering, { address: { path } })).rejects.toMatchObject({
      reason: "AlreadyExists",
      message: `cannot listen on unix:${path}: another server does`,
    });
    expect((await fetch("http://localhost/x", { unix: path })).status).toBe(200);
    await server.close(0);
  });

  it("takes the place of one that a killed server left", async () => {
    const child = Bun.spawn([
      process.execPath,
      "-e",
      `require("net").createServer().listen(${JSON.stringify(path)}, () => console.log("up"))`,
    ]);
    await child.stdout.getReader().read();
    child.kill("SIGKILL");
    await child.exited;
    expect(existsSync(path)).toBe(true);
    const server = await listen(answering, { address: { path } });
    expect((await fetch("http://localhost/x", { unix: path })).status).toBe(200);
    await server.close(0);
  });

  it("takes the place of nothing else", async () => {
    writeFileSync(path, "precious");
    await expect(listen(answering, { address: { path } })).rejects.toMatchObject({ reason: "Usage" });
    expect(existsSync(path)).toBe(true);
  });
});

describe("an address", () => {
  it("that is in use is said to be", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { readonly port: number };
    await expect(listen(answering, { address: { host: "127.0.0.1", port } })).rejects.toMatchObject({
      reason: "AlreadyExists",
      message: `cannot listen on 127.0.0.1:${port}: the address is in use`,
    });
    other.close();
  });

  it("of another machine is refused", async () => {
    await expect(listen(answering, { address: { host: "192.0.2.1", port: 1 } })).rejects.toMatchObject({
      reason: "Usage",
    });
  });

  it("of IPv6 is written in brackets", async () => {
    const server = await listen(answering, { address: { host: "::1", port: 0 } });
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(`${server.url}/x`)).status).toBe(200);
    await server.close(0);
  });
});

describe.each([
  ["in clear", false],
  ["with TLS", true],
] as const)("close %s", (_, secure) => {
  /** Answers when it is told to. */
  function createWaiting() {
    const begun = Promise.withResolvers<AbortSignal>();
    const may = Promise.withResolvers<void>();
    const handler: Handler = async ({ signal }) => {
      begun.resolve(signal);
      await may.promise;
      return { status: 200, header: new Headers({ "content-type": "text/plain" }) };
    };
    return { handler, begun: begun.promise, answer: () => may.resolve() };
  }

  it("ends connections at rest at once, lets a call finish, and takes no other", async () => {
    const { handler, begun, answer } = createWaiting();
    const stage = await createHostStage(secure, {}, handler);
    const resting = await stage.dial();
    const said = stage.say(`GET /x HTTP/1.1\r\n${head}\r\n`);
    await begun;
    const closing = stage.listening.close(20_000);
    await new Promise<void>((settle) => {
      resting.once("close", () => settle());
    });
    const late = connectTcp(stage.port, "127.0.0.1");
    const [error] = (await once(late, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNREFUSED");
    answer();
    expect(await said).toMatchObject({ statuses: [200], closed: true });
    await closing;
  });

  it("lets a stream of HTTP/2 finish", async () => {
    const { handler, begun, answer } = createWaiting();
    const stage = await createHostStage(secure, {}, handler);
    const session = connectHttp2(`http${secure ? "s" : ""}://localhost:${stage.port}`, { ca: identity.cert });
    const call = session.request({ ":path": "/x" });
    await begun;
    const away = once(session, "goaway");
    const closing = stage.listening.close(20_000);
    await away;
    answer();
    const [headers] = (await once(call, "response")) as [{ readonly ":status": number }];
    expect(headers[":status"]).toBe(200);
    await closing;
  });

  it.each(["HTTP/1.1", "HTTP/2"])("cuts a call over %s when the grace is over", async (version) => {
    const { handler, begun } = createWaiting();
    const stage = await createHostStage(secure, {}, handler);
    const session =
      version === "HTTP/2" && connectHttp2(`http${secure ? "s" : ""}://localhost:${stage.port}`, { ca: identity.cert });
    if (session) {
      session.on("error", () => undefined);
      session.request({ ":path": "/x" }).on("error", () => undefined);
    } else void stage.say(`GET /x HTTP/1.1\r\n${head}\r\n`);
    const signal = await begun;
    await stage.listening.close(50);
    expect(signal.aborted).toBe(true);
  });
});

it("closes without waiting for who never begins with TLS", async () => {
  const stage = await createHostStage(true);
  const silent = connectTcp(stage.port, "127.0.0.1");
  await once(silent, "connect");
  const started = performance.now();
  await stage.listening.close(50);
  expect(performance.now() - started).toBeLessThan(3000);
  silent.destroy();
});

describe("a certificate", () => {
  const subjectOf = async (port: number, ca: string): Promise<string> => {
    const socket: TLSSocket = connectTls({ host: "127.0.0.1", port, ca, servername: "localhost" });
    await once(socket, "secureConnect");
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return String(subject.CN);
  };

  it("is taken up while calls go on, and a broken one is not", async () => {
    const next = await createSelfSigned("renewed", Date.now());
    const renewed = { cert: next.certificate, key: next.privateKey };
    const stage = await createHostStage(true);
    expect(await subjectOf(stage.port, identity.cert)).toBe("node-host");
    const open = await stage.dial();
    stage.listening.reload(renewed);
    expect(await subjectOf(stage.port, renewed.cert)).toBe("renewed");
    for (const broken of [
      { cert: renewed.cert, key: identity.key },
      { cert: "none", key: renewed.key },
    ]) {
      expect(() => stage.listening.reload(broken)).toThrow("cannot be used together");
    }
    expect(await subjectOf(stage.port, renewed.cert)).toBe("renewed");
    open.write(`GET /x HTTP/1.1\r\n${head}\r\n`);
    const [answer] = (await once(open, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 200/);
    await stage.close();
  });

  it("that does not fit its key ends the start", async () => {
    const other = await createSelfSigned("other", Date.now());
    const tls = { cert: identity.cert, key: other.privateKey };
    await expect(listen(answering, { address: { host: "127.0.0.1", port: 0 }, tls })).rejects.toMatchObject({
      reason: "InvalidConfig",
    });
  });
});
