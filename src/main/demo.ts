import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { CliHost, ConnectionFlags } from "../cli/cli-host.ts";
import { runCli } from "../cli/index.ts";
import { formatTable } from "../cli/print/table.ts";
import { rolloutState } from "../cli/print/workloads.ts";
import { exitCodes, listWorkloads, RestartError, toRestartError, type Workload, workloadKinds } from "../core/index.ts";
import { createFleet } from "../sim/fleet.ts";
import { renderKubeconfig, serveClusters, systemClock } from "../sim/host.ts";
import { objectName } from "../words/names.ts";
import { createHost } from "./cli.ts";
import { watchSignals } from "./signals.ts";

const usage = `Restarts workloads of simulated clusters that live as long as this command.

Usage:
  restart demo [flags]

Flags:
  --serve              keep the clusters running until Ctrl-C, for kubectl and restart in another terminal
  --kubeconfig FILE    write the kubeconfig of the clusters there
  --seed N             another fleet (42)
`;

/** The first line of a kubeconfig of the demo: another file of that name is never written over. */
const mark = "# Of restart demo: it ends with the command that wrote it.\n";

/** `restart demo`: the real commands on simulated clusters, served on loopback. Resolves with the exit code. */
export async function demo(argv: readonly string[]): Promise<number> {
  const signals = watchSignals();
  const host = createHost(signals);
  try {
    const options = readOptions(argv);
    if (options.help) {
      await host.streams.out(usage);
      return exitCodes.healthy;
    }
    return signals.exitCode(await serve(host, options));
  } catch (caught) {
    const error = toRestartError(caught);
    await host.streams.err(`error: ${error.message}\n`);
    return error.reason === "Usage" ? exitCodes.usage : exitCodes.unexpected;
  }
}

interface DemoOptions {
  readonly help: boolean;
  readonly serve: boolean;
  readonly kubeconfig: string | undefined;
  readonly seed: number;
}

function readOptions(argv: readonly string[]): DemoOptions {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        help: { type: "boolean", short: "h", default: false },
        serve: { type: "boolean", default: false },
        kubeconfig: { type: "string" },
        seed: { type: "string", default: "42" },
      },
    });
    if (!/^\d{1,9}$/.test(values.seed)) throw new RestartError("Usage", `--seed: "${values.seed}" is not a number`);
    const { help, serve: serving, kubeconfig } = values;
    return { help, serve: serving, kubeconfig, seed: Number(values.seed) };
  } catch (cause) {
    if (cause instanceof RestartError) throw cause;
    const [message = ""] = toRestartError(cause).message.split(". ");
    throw new RestartError("Usage", `${message}; see restart demo --help`, { cause });
  }
}

async function serve(host: CliHost, options: DemoOptions): Promise<number> {
  const clusters = createFleet({ clock: systemClock, seed: options.seed });
  const served = await serveClusters(clusters);
  const file = writeKubeconfig(options.kubeconfig, renderKubeconfig(served.entries, "shop"));
  const { out, err, stdinIsTerminal, stderrIsTerminal } = host.streams;
  try {
    const names = served.entries.map(({ name }) => name);
    await err(`${names.length} simulated clusters: ${names.join(", ")}\n`);
    if (options.serve) {
      await out(`${file.path}\n`);
      await err(`${hints(file.path)}Ctrl-C ends them.\n`);
      await aborted(AbortSignal.any(Object.values(host.signals)));
      return exitCodes.healthy;
    }
    if (stdinIsTerminal && stderrIsTerminal) return await ask(host, file.path);
    const words = ["deploy/web", "-n", "shop", "--context", "shop-dev", "--yes"];
    await err(`$ restart ${words.join(" ")}\n`);
    return await runCli([...words, "--kubeconfig", file.path], host);
  } finally {
    file.remove();
    await served.close();
  }
}

/** Lets a person choose workloads and restarts them, until there is enough. */
async function ask(host: CliHost, kubeconfig: string): Promise<number> {
  const { out, err, readLine } = host.streams;
  let exitCode: number = exitCodes.healthy;
  for (;;) {
    const workloads = await listChoices(host, kubeconfig);
    await out(choices(workloads));
    await err("\nWhich one is to be restarted? Its number, or Enter to end: ");
    const line = await Promise.race([readLine(), aborted(AbortSignal.any(Object.values(host.signals)))]);
    const text = line?.trim() ?? "";
    if (text === "") {
      await err(
        `${line === undefined ? "\n" : ""}The kubeconfig was ${kubeconfig}; restart demo --serve keeps the clusters running.\n`,
      );
      return isOver(host) ? exitCodes.interrupted : exitCode;
    }
    const chosen = workloads[Number(text) - 1];
    if (chosen === undefined) {
      await err(`"${text}" is not a number from 1 to ${workloads.length}.\n\n`);
      continue;
    }
    const { ref } = chosen;
    const words = [`${ref.kind.toLowerCase()}/${ref.name}`, "-n", ref.namespace, "--context", ref.cluster];
    await err(`\n$ restart ${words.join(" ")}\n`);
    exitCode = await runCli([...words, "--kubeconfig", kubeconfig], host);
    if (isOver(host)) return exitCode;
    await err(`\n${hints(kubeconfig)}\n`);
  }
}

function isOver({ signals }: CliHost): boolean {
  return Object.values(signals).some((signal) => signal.aborted);
}

async function listChoices(host: CliHost, kubeconfig: string): Promise<readonly Workload[]> {
  const source = await host.clusters({ ...noFlags, kubeconfig: [kubeconfig] });
  const lists = await Promise.all(
    ["shop-dev", "shop-prod-eu"].flatMap((name) =>
      workloadKinds.map(async (kind) => {
        const api = { cluster: await source.open(name), clock: host.clock, random: host.random };
        return listWorkloads(api, kind, { namespace: "shop" });
      }),
    ),
  );
  return lists.flat();
}

function choices(workloads: readonly Workload[]): string {
  const rows = workloads.map((workload, index) => [
    String(index + 1),
    workload.ref.cluster,
    objectName(workload.ref),
    `${workload.counts.ready}/${workload.counts.desired}`,
    rolloutState(workload),
  ]);
  return formatTable(["", "CLUSTER", "NAME", "READY", "ROLLOUT"], rows);
}

const noFlags: ConnectionFlags = {
  kubeconfig: [],
  cluster: undefined,
  user: undefined,
  server: undefined,
  token: undefined,
  as: undefined,
  asGroups: [],
  asUid: undefined,
  insecureSkipTlsVerify: false,
  requestTimeout: undefined,
};

function hints(kubeconfig: string): string {
  return `While this runs, in another terminal:
  kubectl --kubeconfig ${kubeconfig} get pods -n shop -w
  restart get --kubeconfig ${kubeconfig} --context 'shop-*' -A
`;
}

interface KubeconfigFile {
  readonly path: string;
  readonly remove: () => void;
}

/** Writes the kubeconfig for its owner's eyes alone: it holds tokens, if only of simulated clusters. */
function writeKubeconfig(given: string | undefined, text: string): KubeconfigFile {
  if (given === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "restart-demo-"));
    const path = join(folder, "kubeconfig");
    writeFileSync(path, `${mark}${text}`, { mode: 0o600 });
    return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
  }
  const path = resolve(given);
  const present = readPresent(path);
  if (present !== undefined && !present.startsWith(mark)) {
    throw new RestartError("Usage", `--kubeconfig: ${path} exists and is not of restart demo`);
  }
  try {
    rmSync(path, { force: true });
    writeFileSync(path, `${mark}${text}`, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    throw new RestartError("Usage", `--kubeconfig: ${path} cannot be written`, { cause });
  }
  return { path, remove: () => rmSync(path, { force: true }) };
}

function readPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new RestartError("Usage", `--kubeconfig: ${path} cannot be read`, { cause });
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((settle) => {
    if (signal.aborted) settle(undefined);
    signal.addEventListener("abort", () => settle(undefined), { once: true });
  });
}
