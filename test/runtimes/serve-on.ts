import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle, freePort, programs } from "./programs.ts";

const here = import.meta.dirname;
const edge = join(here, "../../src/server/hosts/edge.ts");
const serverRuntimes = ["bun", "deno", "workerd"] as const;

/** Runtimes whose servers are functions from a Request to a Response. */
export type ServerRuntime = (typeof serverRuntimes)[number];

export function isServerRuntime(name: string): name is ServerRuntime {
  return serverRuntimes.some((each) => each === name);
}

export interface ServerOptions {
  /** The API server behind it, in clear, and the bearer token for it. */
  readonly api: string;
  readonly apiToken: string;
  /** What callers bear; the audit calls them `tester`. */
  readonly token: string;
  /** For what is built and written; the caller removes it. */
  readonly scratch: string;
}

export interface ServerOn {
  readonly url: string;
  /** The first line of the audit; it comes by a pipe, behind the answer of the call that it tells of. */
  readonly firstAudit: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** The server in a process of that runtime, listening on loopback, in front of one cluster named `sim`. */
export async function serveOn(runtime: ServerRuntime, options: ServerOptions): Promise<ServerOn> {
  const { url, command } = runtime === "workerd" ? await workerd(options) : await program(runtime, options);
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "inherit", timeout: 300_000 });
  const close = async (): Promise<void> => {
    child.kill();
    await child.exited;
  };
  const lines: string[] = [];
  const read = readLines(child.stdout, lines);
  try {
    const ready = url ?? (await until(child, () => lines[0]));
    await until(child, async () => {
      const answer = await fetch(`${ready}/livez`).catch(() => undefined);
      return answer?.ok === true ? ready : undefined;
    });
    return {
      url: ready,
      firstAudit: () => until(child, () => lines.find((line) => line.startsWith("{"))),
      close: () => close().then(() => read),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Started {
  /** Undefined: the first line that it prints. */
  readonly url?: string;
  readonly command: readonly string[];
}

async function program(runtime: "bun" | "deno", { api, apiToken, token, scratch }: ServerOptions): Promise<Started> {
  const file = await bundle(join(here, "entry-server.ts"), scratch);
  const deno = [programs.deno, "run", "--no-config", "--no-lock", "--allow-net=127.0.0.1"];
  return { command: [...(runtime === "deno" ? deno : [process.execPath]), file, api, apiToken, token] };
}

async function workerd({ api, apiToken, token, scratch }: ServerOptions): Promise<Started> {
  await bundle(edge, scratch);
  const port = await freePort();
  const clusters = JSON.stringify([{ name: "sim", service: "SIM", token: "SIM_TOKEN" }]);
  const bindings = Object.entries({
    CLUSTERS: clusters,
    SIM_TOKEN: apiToken,
    TOKENS: `tester ${token}`,
    ORIGINS: "https://shop.example",
  }).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`);
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "sim", external = (address = "${new URL(api).host}", http = ()))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "edge.mjs")],
  compatibilityDate = "2026-11-01",
  bindings = [(name = "SIM", service = "sim"), ${bindings.join(", ")}],
);
`;
  await writeFile(join(scratch, "edge.capnp"), config);
  return { url: `http://127.0.0.1:${port}`, command: [programs.workerd, "serve", join(scratch, "edge.capnp")] };
}

async function readLines(output: ReadableStream<Uint8Array>, into: string[]): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of output) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split("\n");
    rest = lines.pop() ?? "";
    into.push(...lines);
  }
}

/** The first value that is one; rejects when the process ends before, or after 20 s. */
async function until<T>(child: Bun.Subprocess, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = performance.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (child.exitCode !== null) throw new Error(`the server ended with exit code ${child.exitCode}`);
    if (performance.now() > end) throw new Error("the server does not answer");
    await Bun.sleep(20);
  }
}
