import type { Invocation } from "../cli/arguments.ts";
import type { CliHost } from "../cli/cli-host.ts";
import { selectEntries } from "../cli/open-clusters.ts";
import { exitCodes, RestartError } from "../core/index.ts";
import { tolerateLostTerminal } from "../runtime/raw-mode.ts";
import { suspendProcess } from "../runtime/suspend.ts";
import { runTui } from "../tui/index.ts";
import { createRunStore } from "./run-store.ts";

/** The terminal UI on this process. Resolves with the exit code once the terminal is as it was and the receipt is out. */
export async function openTerminalUi(invocation: Invocation, host: CliHost): Promise<number> {
  const { namespaces, allNamespaces, contexts, connection, readOnly, fieldManager, ascii, colour } = invocation;
  const clusters = await host.clusters(connection);
  if (clusters.entries.length === 0) {
    throw new RestartError("InvalidConfig", "no cluster is configured: there is no kubeconfig with a context");
  }
  const { clock, random, journal, streams, signals, version } = host;
  const crash = new AbortController();
  const leaveScreen = () => crash.abort();
  // Before the handlers that tell the error and end the process: told on the alternate screen it would be lost with it.
  process.prependListener("uncaughtException", leaveScreen);
  process.prependListener("unhandledRejection", leaveScreen);
  // A terminal that goes away ends its input; not every one sends a signal.
  const gone = new AbortController();
  const lost = () => gone.abort();
  for (const event of ["end", "close", "error"]) process.stdin.on(event, lost);
  process.stdout.on("error", lost);
  tolerateLostTerminal(process.stdin, lost);
  try {
    const { exitCode, receipt } = await runTui({
      clusters,
      contexts: contexts.length === 0 ? [] : selectEntries(clusters, contexts).map(({ name }) => name),
      namespaces: allNamespaces ? "all" : namespaces.length === 0 ? undefined : namespaces,
      runs: createRunStore({ clock, random, journal }, clusters),
      clock,
      random,
      stdin: process.stdin,
      stdout: process.stdout,
      version,
      colour: colour && streams.colour,
      ascii,
      readOnly,
      fieldManager,
      suspend: process.platform === "win32" ? undefined : suspendProcess,
      quit: AbortSignal.any([...Object.values(signals), crash.signal, gone.signal]),
    });
    await streams.out(receipt.map((line) => `${line}\n`).join(""));
    if (gone.signal.aborted) return exitCodes.hungUp;
    // Which signal it was is known to whoever watches them.
    return Object.values(signals).some(({ aborted }) => aborted) ? exitCodes.interrupted : exitCode;
  } finally {
    process.off("uncaughtException", leaveScreen);
    process.off("unhandledRejection", leaveScreen);
  }
}
