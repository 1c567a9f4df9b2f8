import {
  blocking,
  exitCodes,
  type KubeApi,
  type Plan,
  RestartError,
  runPlan,
  sameCluster,
  selects,
  type TargetSelection,
} from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import { listed } from "../../words/names.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { askConsent, checkConsentPossible, checkNamedClusters } from "../consent.ts";
import { type Candidate, findTargets } from "../find-targets.ts";
import { findUnrestartable } from "../find-unrestartable.ts";
import { blockedProblem, plan, planRestart } from "../make-plan.ts";
import { nothingFound } from "../nothing-found.ts";
import { type OpenCluster, openClusters } from "../open-clusters.ts";
import { printPlan } from "../print/plan.ts";
import { reportProblems } from "../print/report.ts";
import { createRunPrinter } from "../print/run.ts";
import type { Problem } from "../problem.ts";
import { readSelection, warnOfSuspicion } from "../read-selection.ts";

/** `restart TARGET…`: looks, asks, restarts, follows. Resolves with the exit code. */
export async function restartCommand(host: CliHost, given: Invocation): Promise<number> {
  const { format, dryRun, skipMissing, skipBlocked } = given;
  // Nothing was sent yet: the first Ctrl-C ends the command.
  const signal = AbortSignal.any(Object.values(host.signals));
  // Standard input is read to its end: what cannot come to anything is said before.
  if (given.selection.files.length > 0) checkConsentPossible(host, given);
  const { selection, invocation } = await readSelection(host, given, signal);
  if (invocation.readOnly && !dryRun) {
    throw new RestartError("Blocked", "--read-only: nothing may be restarted; --dry-run shows what would be");
  }
  checkConsentPossible(host, invocation);
  const clusters = await openClusters(host, invocation);
  checkNamedClusters(clusters, invocation);
  await warnOfSuspicion(host, selection);

  const { candidates, missing, notes, seen } = await findTargets(clusters, selection, invocation, signal);
  const refused = await findUnrestartable(clusters, selection, invocation, signal);
  const absent = [...missing, ...refused.missing];
  if (absent.length > 0 && !skipMissing) return reportProblems(host, format, absent, exitCodes.nothingMatched);
  if (refused.blocked.length > 0 && !skipBlocked) {
    return reportProblems(host, format, refused.blocked, exitCodes.blocked);
  }
  for (const note of notes) await host.streams.err(`${cleaned(note)}\n`);
  for (const { error } of [...absent, ...refused.blocked])
    await host.streams.err(`skipped: ${cleaned(error.message)}\n`);
  if (candidates.length === 0)
    return reportProblems(
      host,
      format,
      [
        nothingFound(
          clusters.map(({ entry }) => entry),
          invocation,
          selection,
          seen,
        ),
      ],
      exitCodes.nothingMatched,
    );

  const whole = await planRestart(host, invocation, candidates, signal);
  // Nothing is left out that would mend it, so there is nothing to skip.
  const doubled = doubledProblems(whole, clusters);
  if (doubled.length > 0) return reportProblems(host, format, doubled, exitCodes.blocked);
  const problems = whole.targets.flatMap((target) => {
    const findings = blocking(target);
    return findings.length === 0 ? [] : [blockedProblem(target, findings)];
  });
  const free = whole.targets.filter((target) => blocking(target).length === 0);
  if (problems.length > 0 && (!skipBlocked || free.length === 0)) {
    if (dryRun) await printPlan(host, invocation, whole);
    return reportProblems(host, dryRun && format !== "text" ? "text" : format, problems, exitCodes.blocked);
  }
  for (const { error } of problems) await host.streams.err(`skipped: ${cleaned(error.message)}\n`);
  const planned = free.length === whole.targets.length ? whole : await plan(host, invocation, free);
  if (dryRun) {
    await printPlan(host, invocation, planned);
    return exitCodes.healthy;
  }
  const bare = isBare(selection, invocation);
  if (!(await askConsent(host, invocation, { targets: planned.targets, clusters, bare }, signal))) {
    const error = new RestartError("Blocked", "not confirmed: nothing was restarted");
    return reportProblems(host, format, [{ error }], exitCodes.blocked);
  }
  const skipped = [...absent, ...refused.blocked, ...problems];
  return execute(host, invocation, planned, candidates, skipped);
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

/** One cluster under two names would be restarted twice over. */
function doubledProblems({ targets }: Plan, clusters: readonly OpenCluster[]): readonly Problem[] {
  const servers = new Map(clusters.map(({ entry, api }) => [entry.name, api.cluster.server]));
  return sameCluster(targets, (name) => servers.get(name) ?? "").map((names) => ({
    error: new RestartError("Blocked", `the contexts ${listed(names)} lead to the same cluster: name one of them`),
  }));
}

/** No workload is named: a kind alone, or what selects some of a kind in every namespace. */
function isBare(
  { items }: TargetSelection,
  { allNamespaces, selector, fieldSelector, selection }: Invocation,
): boolean {
  const selected =
    selector !== undefined ||
    fieldSelector !== undefined ||
    selection.conditions.some(({ predicate }) => selects(predicate));
  return items.some(
    ({ name, glob }) => (name === undefined && !selected) || ((name === undefined || glob) && allNamespaces),
  );
}
