import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeRequestInit } from "../../src/kube/cluster.ts";
import { createSimulatedCluster } from "../../src/sim/cluster.ts";
import { serveClusters, systemClock } from "../../src/sim/host.ts";
import { type Cut, type FaultProxy, type SeenRequest, startFaultProxy } from "../faults/proxy.ts";
import { startOddServer } from "./odd-server.ts";
import { problemOfCommand } from "./one-shot.ts";
import { bundle, freePort, programs } from "./programs.ts";
import { isServerRuntime } from "./serve-on.ts";
import { resultsOfServer } from "./server-cases.ts";
import { prepare, problemOfPatches } from "./stage.ts";
import { caseCount, type Result } from "./suite.ts";

// The portable suite on every runtime. One line a case; the last one is `N passed, N failed`.
const here = import.meta.dirname;
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
    run: async (namespace) => program([programs.node, await bundle(join(here, "entry-fetch.ts"), scratch)], namespace),
    command: [programs.node],
  },
  {
    name: "deno",
    run: async (namespace) => {
      const words = [
        "run",
        "--no-config",
        "--no-lock",
        "--allow-net=127.0.0.1",
        await bundle(join(here, "entry-fetch.ts"), scratch),
      ];
      return program([programs.deno, ...words], namespace);
    },
    command: [programs.deno, "run", "--no-prompt", ...denoCommand],
  },
  { name: "workerd", run: workerd },
];

async function program(command: readonly string[], namespace: string): Promise<string> {
  const words = [...command, simulated, oddServer, faulty.server, sim.token, namespace];
  const child = Bun.spawn(words, { stdin: "ignore", stdout: "pipe", stderr: "inherit", timeout: 90_000 });
  const output = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`it ended with exit code ${child.exitCode ?? child.signalCode}`);
  return output;
}

async function workerd(namespace: string): Promise<string> {
  await bundle(join(here, "entry-workerd.ts"), scratch);
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
    const title = "one PATCH was sent for each restart, as decided, and the same once more where its answer was lost";
    results.push({ name: title, problem: problemOfPatches(sim, namespace) });
    if (command !== undefined) {
      const title = "the command restarts a Deployment of a kubeconfig's cluster, over TLS";
      results.push({ name: title, problem: await problemOfCommand(command, scratch) });
    }
    if (isServerRuntime(name)) results.push(...(await resultsOfServer(name, sim, simulated, scratch)));
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
