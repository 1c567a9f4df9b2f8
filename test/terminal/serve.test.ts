import { chmodSync, existsSync, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RuntimeService } from "../../src/gen/otterscale/runtime/v1/runtime_pb.ts";
import { createSelfSigned } from "../../src/sim/self-signed.ts";
import { createScene, executable, inShell, type Scene, until } from "./executable.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

interface Served {
  readonly url: string;
  /** The call that the first lines show, with a name filled in. */
  readonly curl: (name: string) => string;
  readonly out: () => string;
  readonly err: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly exited: Promise<number>;
}

const running: Bun.Subprocess[] = [];
afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
  await Promise.all(running.map(({ exited }) => exited));
});

/** Starts the executable and waits until it says where it serves. */
async function serve(args: readonly string[], env = scene.env): Promise<Served> {
  const child = Bun.spawn([executable, "serve", ...args], { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  running.push(child);
  const texts = { out: "", err: "" };
  const read = async (name: keyof typeof texts, stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) texts[name] += decoder.decode(chunk, { stream: true });
  };
  void read("out", child.stdout);
  void read("err", child.stderr);
  await until(() => texts.err.includes("runtime.v1.RuntimeService/Restart\n"));
  return {
    url: /https?:\/\/[\w.:]+/.exec(texts.err)?.[0] ?? "",
    curl: (name) => (/curl .*/.exec(texts.err)?.[0] ?? "").replace("NAME", name),
    out: () => texts.out,
    err: () => texts.err,
    signal: (name) => child.kill(name),
    exited: child.exited,
  };
}

const tokenFile = () => join(scene.folder, ".config/restart/token");

describe("restart serve", () => {
  it("shows a call that restarts, keeps its token to itself, and stops with exit code 0", async () => {
    const server = await serve(["--listen", "127.0.0.1:0"]);
    expect(server.err()).toContain(`callers bear a token of ${tokenFile()}, made just now; clusters: dev\n`);
    expect(statSync(tokenFile()).mode & 0o777).toBe(0o600);
    const before = scene.patches();
    const { out, exitCode } = await inShell(`${server.curl("web")} -sS`, scene.env);
    expect({ out, exitCode }).toEqual({ out: "{}", exitCode: 0 });
    expect(scene.patches()).toBe(before + 1);
    const wrong = await inShell(`${server.curl("web").replace("$(cat", "$(echo")} -sS`, scene.env);
    expect(JSON.parse(wrong.out)).toMatchObject({ code: "unauthenticated" });
    expect(scene.patches()).toBe(before + 1);
    server.signal("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(server.out()).toBe("");
    const audit = server
      .err()
      .split("\n")
      .filter((line) => line.startsWith("{"));
    expect(audit.map((line): unknown => JSON.parse(line))).toMatchObject([
      { name: "web", code: "ok", user: "token 1" },
    ]);
    expect(server.err()).not.toContain(await Bun.file(tokenFile()).text());
  });

  it("speaks gRPC on the same port, to callers of the file that it made before", async () => {
    const server = await serve(["--listen", "127.0.0.1:0"]);
    expect(server.err()).not.toContain("made just now");
    const client = createClient(RuntimeService, createGrpcTransport({ baseUrl: server.url }));
    const token = (await Bun.file(tokenFile()).text()).trim();
    const web = { cluster: "", group: "apps", version: "v1", resource: "deployments", namespace: "shop", name: "api" };
    const before = scene.patches();
    await client.restart(web, { headers: { authorization: `Bearer ${token}` } });
    expect(scene.patches()).toBe(before + 1);
    server.signal("SIGINT");
    expect(await server.exited).toBe(0);
  });

  it("serves its owner alone on a socket, without tokens", async () => {
    const path = join(scene.folder, "serve.sock");
    const server = await serve(["--listen", `unix:${path}`, "--auth", "none"]);
    expect(server.err()).toContain(`serving on unix:${path}; anyone who can connect may call;`);
    expect(statSync(path).mode & 0o077).toBe(0);
    const { out, exitCode } = await inShell(`${server.curl("web")} -sS`, scene.env);
    expect({ out, exitCode }).toEqual({ out: "{}", exitCode: 0 });
    const second = await inShell(`$restart serve --auth none --listen unix:${path}`, scene.env);
    expect(second).toEqual({
      out: "",
      err: `error: cannot listen on unix:${path}: another server does\n`,
      exitCode: 1,
    });
    expect((await fetch("http://localhost/livez", { unix: path })).status).toBe(200);
    server.signal("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  it("takes up a renewed certificate, and no broken one", async () => {
    const folder = join(scene.folder, "tls");
    mkdirSync(folder);
    const certFile = join(folder, "tls.crt");
    const keyFile = join(folder, "tls.key");
    const put = async (name: string): Promise<string> => {
      const { certificate, privateKey } = await createSelfSigned(name, Date.now());
      for (const [file, text] of [
        [keyFile, privateKey],
        [certFile, certificate],
      ] as const) {
        writeFileSync(`${file}.new`, text);
        renameSync(`${file}.new`, file);
      }
      return certificate;
    };
    await put("first");
    const server = await serve(["--listen", "127.0.0.1:0", "--tls-cert", certFile, "--tls-key", keyFile]);
    expect(server.url).toMatch(/^https:/);
    const call = async () => (await inShell(`${server.curl("web")} -sS --no-keepalive`, scene.env)).out;
    expect(await call()).toBe("{}");
    const second = await put("second");
    server.signal("SIGHUP");
    let answer = "";
    while (answer !== "{}") answer = await call();
    writeFileSync(keyFile, "none");
    server.signal("SIGHUP");
    await until(() => server.err().includes("Warning: the certificate and the key cannot be used together"));
    writeFileSync(certFile, second);
    expect(await call()).toBe("{}");
    server.signal("SIGTERM");
    expect(await server.exited).toBe(0);
  });

  it("stops at once when it is told twice", async () => {
    const server = await serve(["--listen", "127.0.0.1:0", "--auth", "none"]);
    const restore = scene.cluster.intercept(({ method }) =>
      method === "GET" ? new Promise<Response>(() => {}) : undefined,
    );
    const call = inShell(`${server.curl("web")} -sS`, scene.env);
    await until(() => scene.cluster.requests.at(-1)?.method === "GET");
    server.signal("SIGTERM");
    let ready = 200;
    while (ready === 200) ready = (await fetch(`${server.url}/readyz`)).status;
    expect(ready).toBe(503);
    const started = performance.now();
    server.signal("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(performance.now() - started).toBeLessThan(5000);
    restore();
    expect((await call).exitCode).not.toBe(0);
  });

  it("prints what it would use, and makes nothing", async () => {
    const env = { ...scene.env, XDG_CONFIG_HOME: join(scene.folder, "elsewhere") };
    const { out, err, exitCode } = await inShell("$restart serve --print-config --clusters 'd*'", env);
    expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
    expect(out).toContain("listen: 127.0.0.1:8484\n");
    expect(out).toContain(`tokenFile: ${join(scene.folder, "elsewhere/restart/token")}\n`);
    expect(existsSync(join(scene.folder, "elsewhere"))).toBe(false);
  });

  it("says in a sentence why it does not start", async () => {
    const busy = createServer().listen(0, "127.0.0.1");
    await until(() => busy.listening);
    const { port } = busy.address() as { readonly port: number };
    const open = join(scene.folder, "open-token");
    writeFileSync(open, "token\n");
    chmodSync(open, 0o644);
    const cases: readonly (readonly [string, number, string])[] = [
      [`--listen 127.0.0.1:${port}`, 1, `cannot listen on 127.0.0.1:${port}: the address is in use`],
      ["--listen 0.0.0.0:0 --auth none", 2, "--auth none: only on a loopback address or a Unix socket"],
      ["--auth oidc", 2, "--auth=oidc is not there yet; there are token and none"],
      [`--token-file ${open}`, 2, `the token file ${open} can be read by others than its owner`],
      ["--tls-cert /nowhere --tls-key /nowhere", 2, "the file of the certificate does not exist: /nowhere"],
      ["--clusters nowhere", 2, 'there is no context "nowhere"'],
    ];
    for (const [args, code, sentence] of cases) {
      const { out, err, exitCode } = await inShell(`$restart serve ${args}`, scene.env);
      expect({ out, exitCode }, args).toEqual({ out: "", exitCode: code });
      expect(err).toMatch(/^error: .*\n$/);
      expect(err).toContain(sentence);
    }
    busy.close();
  });
});
