import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerOptions, ServerUnderTest, Where } from "../row.ts";
import { sendOverHttp, sendRaw } from "./http-client.ts";
import { createHastyClock, startLoopbackApi } from "./loopback-api.ts";

const here = import.meta.dirname;
const modules = join(here, "../../../../node_modules");
const token = "a-token-of-some-length-0123456789";
const machine = `${process.platform}-${process.arch}`;
const deno = join(modules, `@deno/${machine}${process.platform === "linux" ? "-glibc" : ""}/deno`);
const workerd = join(modules, `@cloudflare/workerd-${machine.replace("x64", "64")}/bin/workerd`);

export interface PortableServer {
  /** A server whose cluster is new; the process is the same for all rows. */
  readonly start: (options: ServerOptions) => Promise<ServerUnderTest>;
  readonly stop: () => Promise<void>;
}

/** The server on another runtime, as a process of its own with the simulated cluster outside. */
export async function startPortable(where: Extract<Where, "deno" | "workerd">): Promise<PortableServer> {
  const scratch = await mkdtemp(join(tmpdir(), "restart-rows-"));
  const api = await startLoopbackApi(createHastyClock(1));
  const port = await freePort();
  const command =
    where === "deno"
      ? await denoCommand(scratch, api.server, port)
      : [workerd, "serve", await workerdConfig(scratch, api.server, port)];
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const lines: string[] = [];
  const reading = [readLines(child.stdout, lines), readLines(child.stderr, [])];
  await listening(port, () => child.exitCode === null);
  return {
    start: async ({ limits, clusters, allow, opening, wrong, behind }) => {
      const asked = [limits, clusters, allow, opening, wrong, behind];
      if (asked.some((option) => option !== undefined)) throw new Error("the process cannot be told");
      const behindIt = await api.renew();
      lines.length = 0;
      return {
        where,
        token,
        host: `127.0.0.1:${port}`,
        send: (request) => sendOverHttp(port, request),
        raw: (bytes) => sendRaw(port, bytes),
        api: behindIt,
        audit: () => [...lines],
        close: async () => undefined,
      };
    },
    stop: async () => {
      child.kill();
      await child.exited;
      await Promise.all(reading);
      await api.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

async function readLines(stream: ReadableStream<Uint8Array>, lines: string[]): Promise<void> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const parts = `${rest}${decoder.decode(chunk, { stream: true })}`.split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  }
}

async function denoCommand(scratch: string, server: string, port: number): Promise<readonly string[]> {
  const program = await bundle(scratch, join(here, "serve-on-deno.ts"));
  return [deno, "run", "--no-config", "--no-lock", "--allow-net=127.0.0.1", program, server, token, String(port)];
}

async function workerdConfig(scratch: string, server: string, port: number): Promise<string> {
  await bundle(scratch, join(here, "../../../../src/server/hosts/edge.ts"));
  const clusters = JSON.stringify([{ name: "stage", service: "STAGE", token: "STAGE_TOKEN" }]);
  const text = (name: string, value: string) => `(name = "${name}", text = ${JSON.stringify(value)})`;
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "stage", external = (address = "${new URL(server).host}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "edge.mjs")],
  compatibilityDate = "2026-11-01",
  bindings = [
    (name = "STAGE", service = "stage"), ${text("STAGE_TOKEN", "any")}, ${text("CLUSTERS", clusters)},
    ${text("TOKENS", `tester ${token}`)},
  ],
);
`;
  const path = join(scratch, "workerd.capnp");
  await writeFile(path, config);
  return path;
}

/** One file without an import. */
async function bundle(scratch: string, entry: string): Promise<string> {
  const built = await Bun.build({ entrypoints: [entry], target: "browser", format: "esm" });
  const text = await built.outputs[0]?.text();
  if (text === undefined) throw new Error(built.logs.join("\n"));
  const path = join(scratch, `${entry.replace(/^.*\/|\.ts$/g, "")}.mjs`);
  await writeFile(path, text);
  return path;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, "close");
  return port;
}

async function listening(port: number, alive: () => boolean): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/livez`).catch(() => undefined);
    if (answer?.ok === true) return;
    if (!alive()) throw new Error("the server ended before it listened");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
