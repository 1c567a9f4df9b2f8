import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeRequestInit } from "../../src/kube/cluster.ts";
import { createSimulatedCluster } from "../../src/sim/cluster.ts";
import { serveClusters, systemClock } from "../../src/sim/host.ts";
import { type Cut, type FaultProxy, type SeenRequest, startFaultProxy } from "../faults/proxy.ts";
import { startOddServer } from "./odd-server.ts";
import { problemOfCommand } from "./one-shot.ts";
import { prepare, problemOfPatches } from "./stage.ts";
import { caseCount, type Result } from "./suite.ts";

// The portable suite on every runtime. One line a case; the last one is `N passed, N failed`.
const here = import.meta.dirname;
const modules = join(here, "../../node_modules");
const scratch = await mkdtemp(join(tmpdir(), "restart-runtimes-"));
const sim = createSimulatedCluster({ clock: systemClock, seed: 11, name: "sim" });
const served = await serveClusters([sim], { tls: false });
const odd = startOddServer();
const simulated = served.entries[0]?.server ?? "";
const faulty: FaultProxy = await startFaultProxy(async (path, init) => {
  const [, how] = /^\/cut-watches\/(fin|reset)$/.exec(path) ?? [];
  if (how === undefined) return await fetch(`${simulated}${path}`, withToken(init));
  faulty.cutWatches(how as Cut);
  return new Response("cut");
});
const oddServer = `http://127.0.0.1:${odd.port}`;

/** The proxy keeps the credentials of the caller to itself. */
function withToken(init: KubeRequestInit): RequestInit {
  return { ...init, headers: { ...init.headers, authorization: `Bearer ${sim.token}` } };
}

interface Runtime {
  readonly name: string;
  readonly run: (namespace: string) => Promise<string>;
  /** Runs a program written in TypeScript; absent where no command can run. */
  readonly command?: readonly string[];
}

// The programs themselves, not the scripts that start them: a script that is killed leaves its program behind.
const machine = `${process.platform}-${process.arch}`;
const programs = {
  node: join(modules, `node-${machine}/bin/node`),
  deno: join(modules, `@deno/${machine}${process.platform === "linux" ? "-glibc" : ""}/deno`),
  workerd: join(modules, `@cloudflare/workerd-${machine.replace("x64", "64")}/bin/workerd`),
};
// What the command needs of Deno: its kubeconfig, its cluster, the environment and the name of the host.
const denoCommand = ["--no-lock", "--node-modules-dir=manual", "--allow-net=127.0.0.1", "--allow-read", "--allow-env"];
const runtimes: readonly Runtime[] = [
  {
    name: "bun",
    run: (namespace) => program([process.execPath, join(here, "entry-fetch.ts")], namespace),
    command: [process.execPath],
  },
  {
    name: "node",
    run: async (namespace) => program([programs.node, await bundle("entry-fetch")], namespace),
    command: [programs.node],
  },
  {
    name: "deno",
    run: async (namespace) => {
      const words = ["run", "--no-config", "--no-lock", "--allow-net=127.0.0.1", await bundle("entry-fetch")];
      return program([programs.deno, ...words], namespace);
    },
    command: [programs.deno, "run", "--no-prompt", ...denoCommand],
  },
  { name: "workerd", run: workerd },
];

/** One file without an import that only some runtime has. */
async function bundle(entry: string): Promise<string> {
  const built = await Bun.build({ entrypoints: [join(here, `${entry}.ts`)], target: "browser", format: "esm" });
  const [file] = built.outputs;
  const text = (await file?.text()) ?? "";
  const foreign = /from\s*["'](?:node:|bun)/.exec(text);
  if (text === "" || foreign) throw new Error(`${entry} is not portable: ${foreign?.[0] ?? built.logs.join("; ")}`);
  const path = join(scratch, `${entry}.mjs`);
  await writeFile(path, text);
  return path;
}

async function program(command: readonly string[], namespace: string): Promise<string> {
  const words = [...command, simulated, oddServer, faulty.server, sim.token, namespace];
  const child = Bun.spawn(words, { stdin: "ignore", stdout: "pipe", stderr: "inherit", timeout: 90_000 });
  const output = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`it ended with exit code ${child.exitCode ?? child.signalCode}`);
  return output;
}

async function workerd(namespace: string): Promise<string> {
  await bundle("entry-workerd");
  const port = await freePort();
  const external = (name: string, url: string) =>
    `(name = "${name}", external = (address = "${new URL(url).host}", http = ()))`;
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), ${external("simulated", simulated)}, ${external("odd", oddServer)}, ${external("faulty", faulty.server)}],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "entry-workerd.mjs")],
  compatibilityDate = "2026-11-01",
  bindings = [
    (name = "simulated", service = "simulated"), (name = "odd", service = "odd"),
    (name = "faulty", service = "faulty"),
    (name = "token", text = "${sim.token}"), (name = "namespace", text = "${namespace}"),
  ],
);
`;
  await writeFile(join(scratch, "workerd.capnp"), config);
  const command = [programs.workerd, "serve", join(scratch, "workerd.capnp")];
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "inherit", timeout: 90_000 });
  try {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}`);
      const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(80_000) }).catch(
        (error: unknown) => error as Error,
      );
      if (answer instanceof Response) return await answer.text();
      // Its socket is not open yet.
      if (answer.name === "TimeoutError") throw answer;
      await Bun.sleep(20);
    }
  } finally {
    child.kill();
    await child.exited;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const isRestartOf =
  (namespace: string) =>
  ({ method, path }: SeenRequest): boolean =>
    method === "PATCH" && path.includes(`/namespaces/${namespace}/`) && !path.includes("dryRun");

const wanted = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const { name, run, command } of runtimes.filter(
  (runtime) => wanted.length === 0 || wanted.includes(runtime.name),
)) {
  const namespace = `on-${name}`;
  const started = performance.now();
  let results: Result[];
  try {
    await prepare(sim, namespace);
    faulty.add({ when: isRestartOf(namespace), fault: { kind: "lost-answer" }, times: 1 });
    const lines = (await run(namespace)).split("\n").filter((line) => line.startsWith("{"));
    results = lines.map((line) => JSON.parse(line) as Result);
    if (results.length !== caseCount) throw new Error(`${results.length} of ${caseCount} cases were run`);
    const name = "one PATCH was sent for each restart, as decided, and the same once more where its answer was lost";
    results.push({ name, problem: problemOfPatches(sim, namespace) });
    if (command !== undefined) {
      const name = "the command restarts a Deployment of a kubeconfig's cluster, over TLS";
      results.push({ name, problem: await problemOfCommand(command, scratch) });
    }
  } catch (error) {
    results = [{ name: "the suite runs", problem: error instanceof Error ? error.message : String(error) }];
  }
  for (const { name: title, problem } of results) {
    console.log(problem === "" ? `ok ${name}: ${title}` : `FAILED ${name}: ${title}: ${problem}`);
  }
  const wrong = results.filter(({ problem }) => problem !== "").length;
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`-- ${name}: ${results.length - wrong} passed, ${wrong} failed in ${seconds} s`);
  passed += results.length - wrong;
  failed += wrong;
}
await faulty.close();
await served.close();
await odd.stop();
await rm(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
