import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { CliHost } from "../cli/cli-host.ts";
import { runCli } from "../cli/index.ts";
import { exitCodes } from "../core/index.ts";
import { createFleet } from "../sim/fleet.ts";
import { renderKubeconfig, serveClusters, systemClock } from "../sim/host.ts";
import { createHost } from "./cli.ts";
import { watchSignals } from "./signals.ts";

const help = `Runs the simulated fleet: shop-dev, shop-prod-eu, shop-prod-us and old-dc, which never answers.

Usage:
  restart demo [--serve] [--kubeconfig FILE] [--seed N]

  --serve            keep the fleet running and print the kubeconfig's path
  --kubeconfig FILE  write the kubeconfig there instead of into a temporary folder
  --seed N           another fleet of the same shape (42)
`;

interface DemoOptions {
  readonly serve: boolean;
  readonly kubeconfig: string | undefined;
  readonly seed: number;
}

/** `restart demo`: the real command path on simulated clusters that are served on loopback. Resolves with the exit code. */
export async function demo(argv: readonly string[]): Promise<number> {
  const signals = watchSignals();
  const host = createHost(signals);
  const { streams } = host;
  let options: DemoOptions | "help";
  try {
    options = readOptions(argv);
  } catch (error) {
    await streams.err(`error: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}\n`);
    return exitCodes.usage;
  }
  if (options === "help") {
    await streams.out(help);
    return exitCodes.healthy;
  }
  const served = await serveClusters(createFleet({ clock: systemClock, seed: options.seed }));
  const folder = options.kubeconfig === undefined ? await mkdtemp(join(tmpdir(), "restart-demo-")) : undefined;
  const path = resolve(options.kubeconfig ?? join(folder ?? "", "kubeconfig"));
  try {
    await writeFile(path, renderKubeconfig(served.entries, "shop"), { mode: 0o600 });
    if (options.serve) return await keepServing(host, path);
    const interactive = streams.stdinIsTerminal && streams.stderrIsTerminal;
    return signals.exitCode(interactive ? await guided(host, path) : await unattended(host, path));
  } finally {
    await served.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

function readOptions(argv: readonly string[]): DemoOptions | "help" {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      serve: { type: "boolean", default: false },
      kubeconfig: { type: "string" },
      seed: { type: "string", default: "42" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  if (!/^\d{1,9}$/.test(values.seed)) throw new Error(`--seed: "${values.seed}" is not a number`);
  return { serve: values.serve, kubeconfig: values.kubeconfig, seed: Number(values.seed) };
}

async function keepServing({ streams, signals }: CliHost, path: string): Promise<number> {
  await streams.out(`${path}\n`);
  await streams.err(
    `The simulated fleet runs until Ctrl-C. For example:\n  kubectl --kubeconfig ${path} get deploy\n  restart deploy/web --kubeconfig ${path}\n`,
  );
  await aborted(AbortSignal.any([signals.drain, signals.leave]));
  return exitCodes.healthy;
}

/** Without a terminal: one workload, from request to health. */
async function unattended(host: CliHost, path: string): Promise<number> {
  await host.streams.err("Restarting deploy/web in shop on the simulated cluster shop-dev.\n");
  return runCli(["deploy/web", "--kubeconfig", path, "--context", "shop-dev", "--yes"], host);
}

/** On a terminal: shows what there is, asks which to restart, and hands over to the command itself. */
async function guided(host: CliHost, path: string): Promise<number> {
  const { streams, signals } = host;
  const connection = ["--kubeconfig", path, "--context", "shop-dev"];
  await streams.err("The simulated cluster shop-dev, namespace shop:\n\n");
  await runCli(["get", ...connection], host);
  await streams.err("\nWhich one? TYPE/NAME, or Enter for deploy/web: ");
  const line = await Promise.race([streams.readLine(), aborted(AbortSignal.any([signals.drain, signals.leave]))]);
  if (line === undefined) return exitCodes.interrupted;
  const words = line
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  const exitCode = await runCli([...(words.length === 0 ? ["deploy/web"] : words), ...connection], host);
  await streams.err(`\nkubeconfig: ${path}\nThe clusters stay until you press Enter.\n`);
  await Promise.race([streams.readLine(), aborted(AbortSignal.any([signals.drain, signals.leave]))]);
  return exitCode;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
