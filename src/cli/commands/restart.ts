import { exitCodes, type KubeApi, type Plan, RestartError, runPlan } from "../../core/index.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { askConsent, checkConsentPossible } from "../consent.ts";
import type { Candidate } from "../find-targets.ts";
import { preparePlan } from "../prepare-plan.ts";
import { printPlan } from "../print/plan.ts";
import { reportProblems } from "../print/report.ts";
import { createRunPrinter } from "../print/run.ts";
import type { Problem } from "../problem.ts";
import { readSelection } from "../read-selection.ts";

/** `restart TARGET…`: looks, asks, restarts, follows. Resolves with the exit code. */
export async function restartCommand(host: CliHost, given: Invocation): Promise<number> {
  const { format, dryRun } = given;
  // Nothing was sent yet: the first Ctrl-C ends the command.
  const signal = AbortSignal.any(Object.values(host.signals));
  // Standard input is read to its end: what cannot come to anything is said before.
  if (given.selection.files.length > 0) checkConsentPossible(host, given);
  const read = await readSelection(host, given, signal);
  const { invocation } = read;
  const prepared = await preparePlan(host, read, signal);
  if (prepared.type === "refused") {
    const shown = dryRun && prepared.plan !== undefined;
    if (shown) await printPlan(host, invocation, prepared.plan);
    return reportProblems(host, shown ? "text" : format, prepared.problems, prepared.exitCode);
  }
  const { plan, candidates, clusters, skipped, bare } = prepared;
  if (dryRun) {
    await printPlan(host, invocation, plan);
    return exitCodes.healthy;
  }
  if (!(await askConsent(host, invocation, { targets: plan.targets, clusters, bare }, signal))) {
    const error = new RestartError("Blocked", "not confirmed: nothing was restarted");
    return reportProblems(host, format, [{ error }], exitCodes.blocked);
  }
  return execute(host, invocation, plan, candidates, skipped);
}

async function execute(
  host: CliHost,
  invocation: Invocation,
  planned: Plan,
  candidates: readonly Candidate[],
  skipped: readonly Problem[],
): Promise<number> {
  const apis = new Map<string, KubeApi>(candidates.map(({ cluster }) => [cluster.entry.name, cluster.api]));
  const open = (name: string) => {
    const api = apis.get(name);
    if (api === undefined)
      throw new RestartError("Unknown", `the plan names the cluster ${name}, which was not opened`);
    return api;
  };
  const { stallTimeout, failAfter, timeout, waitTerminated } = invocation;
  const printer = createRunPrinter(host, invocation, planned, skipped);
  let exitCode: number = exitCodes.unexpected;
  const limits = { stallTimeout, failAfter, timeout, waitTerminated };
  // A terminal that hangs up does not end it: a half-finished run is worse than one that nobody sees finish.
  const { drain, leave } = host.signals;
  for await (const event of runPlan(planned, host, { open, limits, drain, leave })) {
    if (event.type === "run.finished") exitCode = event.exitCode;
    await printer.event(event);
  }
  await printer.finish(exitCode);
  return exitCode;
}
