import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSimulatedCluster, type SimulatedCluster } from "../../src/sim/cluster.ts";
import { serveClusters, systemClock } from "../../src/sim/host.ts";
import { startOddServer } from "./odd-server.ts";
import { caseCount, type Result } from "./suite.ts";

// The portable suite on every runtime. One line a case; the last one is `N passed, N failed`.
const here = import.meta.dirname;
const modules = join(here, "../../node_modules");
const scratch = await mkdtemp(join(tmpdir(), "restart-runtimes-"));
const sim = createSimulatedCluster({ clock: systemClock, seed: 11, name: "sim" });
const served = await serveClusters([sim], { tls: false });
const odd = startOddServer();
const simulated = served.entries[0]?.server ?? "";
const oddServer = `http://127.0.0.1:${odd.port}`;

interface Runtime {
  readonly name: string;
  readonly run: (namespace: string) => Promise<string>;
}

// The programs themselves, not the scripts that start them: a script that is killed leaves its program behind.
const machine = `${process.platform}-${process.arch}`;
const programs = {
  node: join(modules, `node-${machine}/bin/node`),
  deno: join(modules, `@deno/${machine}${process.platform === "linux" ? "-glibc" : ""}/deno`),
  workerd: join(modules, `@cloudflare/workerd-${machine.replace("x64", "64")}/bin/workerd`),
};
const runtimes: readonly Runtime[] = [
  { name: "bun", run: (namespace) => program([process.execPath, join(here, "entry-fetch.ts")], namespace) },
  { name: "node", run: async (namespace) => program([programs.node, await bundle("entry-fetch")], namespace) },
  {
    name: "deno",
    run: async (namespace) => {
      const words = ["run", "--no-config", "--no-lock", "--allow-net=127.0.0.1", await bundle("entry-fetch")];
      return program([programs.deno, ...words], namespace);
    },
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
  const words = [...command, simulated, oddServer, sim.token, namespace];
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
  services = [(name = "main", worker = .main), ${external("simulated", simulated)}, ${external("odd", oddServer)}],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "entry-workerd.mjs")],
  compatibilityDate = "2026-11-01",
  bindings = [
    (name = "simulated", service = "simulated"), (name = "odd", service = "odd"),
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

/** Three kinds called web, one Deployment that crashes once it is restarted, one that is paused; all settled. */
async function prepare(cluster: SimulatedCluster, namespace: string): Promise<void> {
  await post(cluster, "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const make = (kind: string, name: string, annotations: object, spec: object) =>
    post(cluster, `/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s`, {
      apiVersion: "apps/v1",
      kind,
      metadata: { name },
      spec: {
        ...spec,
        selector: { matchLabels: { app: name, kind } },
        template: {
          metadata: { labels: { app: name, kind }, annotations: { "fake/ready-delay": "50", ...annotations } },
          spec: { containers: [{ name: "app", image: "shop.example/app:1" }] },
        },
      },
    });
  await make("Deployment", "web", {}, { replicas: 2 });
  await make("StatefulSet", "web", {}, { replicas: 2, serviceName: "web" });
  await make("DaemonSet", "web", {}, {});
  await make("Deployment", "crash", { "fake/crash-after-restart": "true" }, { replicas: 1 });
  await make("Deployment", "paused", {}, { replicas: 1, paused: true });
  const ready = (): boolean =>
    ["deployments.apps/web", "deployments.apps/crash", "statefulsets.apps/web", "daemonsets.apps/web"].every((path) => {
      const [resource = "", name = ""] = path.split("/");
      const status = (cluster.store.get(resource, namespace, name)?.status ?? {}) as Readonly<Record<string, number>>;
      const available = status["availableReplicas"] ?? status["numberAvailable"] ?? 0;
      return available > 0 && available === (status["replicas"] ?? status["desiredNumberScheduled"]);
    });
  while (!ready()) await Bun.sleep(20);
}

async function post(cluster: SimulatedCluster, path: string, object: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const request = new Request(`http://sim${path}`, { method: "POST", headers, body: JSON.stringify(object) });
  const answer = await cluster.handle(request);
  if (!answer.ok) throw new Error(await answer.text());
}

/** Restarts that the cluster was really sent: one for each of the four cases that restart. */
function restartsIn(namespace: string): number {
  return sim.requests.filter(
    ({ method, path, query }) =>
      method === "PATCH" && path.includes(`/namespaces/${namespace}/`) && !query.includes("dryRun=All"),
  ).length;
}

const wanted = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const { name, run } of runtimes.filter((runtime) => wanted.length === 0 || wanted.includes(runtime.name))) {
  const namespace = `on-${name}`;
  let results: Result[];
  try {
    await prepare(sim, namespace);
    const lines = (await run(namespace)).split("\n").filter((line) => line.startsWith("{"));
    results = lines.map((line) => JSON.parse(line) as Result);
    if (results.length !== caseCount) throw new Error(`${results.length} of ${caseCount} cases were run`);
    const restarts = restartsIn(namespace);
    const problem = restarts === 4 ? "" : `${restarts} were sent`;
    results.push({ name: "exactly one PATCH was sent for each of the four restarts", problem });
  } catch (error) {
    results = [{ name: "the suite runs", problem: error instanceof Error ? error.message : String(error) }];
  }
  for (const { name: title, problem } of results) {
    console.log(problem === "" ? `ok ${name}: ${title}` : `FAILED ${name}: ${title}: ${problem}`);
    if (problem === "") passed += 1;
    else failed += 1;
  }
}
await served.close();
await odd.stop();
await rm(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
