import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { CliHost } from "../cli/cli-host.ts";
import { runCli } from "../cli/index.ts";
import { exitCodes, RestartError, toRestartError } from "../core/index.ts";
import { createFleet } from "../sim/fleet.ts";
import { renderKubeconfig, serveClusters, systemClock } from "../sim/host.ts";
import { createHost } from "./cli.ts";
import { watchSignals } from "./signals.ts";

const usage = `Restarts workloads of simulated clusters that live as long as this command.

Usage:
  restart demo [flags]

Flags:
  --serve              keep the clusters running until Ctrl-C, for kubectl and restart in another terminal
  --kubeconfig FILE    write the kubeconfig of the clusters there
  --seed N             another fleet (42)
  --ascii              draw with ASCII alone

On a terminal it opens the terminal UI; without one it restarts one workload.
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
  readonly ascii: boolean;
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
        ascii: { type: "boolean", default: false },
      },
    });
    if (!/^\d{1,9}$/.test(values.seed)) throw new RestartError("Usage", `--seed: "${values.seed}" is not a number`);
    const { help, serve: serving, kubeconfig, ascii } = values;
    return { help, serve: serving, kubeconfig, ascii, seed: Number(values.seed) };
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
  const { out, err, stdinIsTerminal, stdoutIsTerminal } = host.streams;
  try {
    const names = served.entries.map(({ name }) => name);
    await err(`${names.length} simulated clusters: ${names.join(", ")}\n`);
    if (options.serve) {
      await out(`${file.path}\n`);
      await err(`${hints(file.path)}Ctrl-C ends them.\n`);
      await aborted(AbortSignal.any(Object.values(host.signals)));
      return exitCodes.healthy;
    }
    if (stdinIsTerminal && stdoutIsTerminal && !host.dumbTerminal) {
      return await runCli(["--kubeconfig", file.path, ...(options.ascii ? ["--ascii"] : [])], host);
    }
    const words = ["deploy/web", "-n", "shop", "--context", "shop-dev", "--yes"];
    await err(`$ restart ${words.join(" ")}\n`);
    return await runCli([...words, "--kubeconfig", file.path], host);
  } finally {
    file.remove();
    await served.close();
  }
}

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
