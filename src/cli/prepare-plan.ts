import {
  blocking,
  exitCodes,
  isUnserved,
  type Plan,
  type PlanTarget,
  RestartError,
  selects,
  type TargetSelection,
} from "../core/index.ts";
import { cleaned } from "../words/clean.ts";
import { findingSentence } from "../words/findings.ts";
import { objectName } from "../words/names.ts";
import type { Invocation } from "./arguments.ts";
import type { CliHost } from "./cli-host.ts";
import { checkConsentPossible, checkNamedClusters } from "./consent.ts";
import { type Candidate, findTargets } from "./find-targets.ts";
import { findUnrestartable } from "./find-unrestartable.ts";
import { blockedProblem, plan, planRestart } from "./make-plan.ts";
import { nothingFound } from "./nothing-found.ts";
import { type OpenCluster, openClusters } from "./open-clusters.ts";
import type { Problem } from "./problem.ts";
import { type ReadTargets, warnOfSuspicion } from "./read-selection.ts";

/** What looking for targets and at them came to. */
export type Prepared =
  | {
      readonly type: "refused";
      readonly problems: readonly Problem[];
      readonly exitCode: number;
      /** With the findings that refuse it; undefined when it did not come to looking. */
      readonly plan?: Plan;
    }
  | {
      readonly type: "ready";
      /** Of what may be restarted. */
      readonly plan: Plan;
      readonly candidates: readonly Candidate[];
      readonly clusters: readonly OpenCluster[];
      /** Left out by a `--skip-…`. */
      readonly skipped: readonly Problem[];
      /** No workload is named: a kind alone, or what selects some of a kind in every namespace. */
      readonly bare: boolean;
    };

/** Finds the targets, looks at each and plans their restart. Changes nothing; what is left out is said on standard error. */
export async function preparePlan(
  host: CliHost,
  { selection: asked, invocation, everyKind = false }: ReadTargets,
  signal: AbortSignal,
): Promise<Prepared> {
  const { skipMissing, skipBlocked } = invocation;
  if (invocation.readOnly && !invocation.dryRun) {
    throw new RestartError("Blocked", "--read-only: nothing may be restarted; --dry-run shows what would be");
  }
  checkConsentPossible(host, invocation);
  const clusters = await openClusters(host, invocation);
  checkNamedClusters(clusters, invocation);
  await warnOfSuspicion(host, asked);

  const refused = await findUnrestartable(clusters, asked, invocation, signal);
  const { selection } = refused;
  const { candidates, missing, notes, seen } = await findTargets(clusters, selection, invocation, signal);
  const absent = [...missing.filter(({ error }) => !everyKind || !isUnserved(error)), ...refused.missing];
  if (absent.length > 0 && !skipMissing) {
    return { type: "refused", problems: absent, exitCode: exitCodes.nothingMatched };
  }
  if (refused.blocked.length > 0 && !skipBlocked) {
    return { type: "refused", problems: refused.blocked, exitCode: exitCodes.blocked };
  }
  for (const note of notes) await host.streams.err(`${cleaned(note)}\n`);
  for (const { error } of [...absent, ...refused.blocked])
    await host.streams.err(`skipped: ${cleaned(error.message)}\n`);
  if (candidates.length === 0) {
    const entries = clusters.map(({ entry }) => entry);
    const problems = [nothingFound(entries, invocation, selection, seen)];
    return { type: "refused", problems, exitCode: exitCodes.nothingMatched };
  }

  const whole = await planRestart(host, invocation, candidates, signal);
  // Nothing is left out that would mend it, so there is nothing to skip.
  const doubled = doubledProblems(whole.targets);
  if (doubled.length > 0) return { type: "refused", problems: doubled, exitCode: exitCodes.blocked, plan: whole };
  const problems = whole.targets.flatMap((target) => {
    const findings = blocking(target);
    return findings.length === 0 ? [] : [blockedProblem(target, findings)];
  });
  const free = whole.targets.filter((target) => blocking(target).length === 0);
  if (problems.length > 0 && (!skipBlocked || free.length === 0)) {
    return { type: "refused", problems, exitCode: exitCodes.blocked, plan: whole };
  }
  for (const { error } of problems) await host.streams.err(`skipped: ${cleaned(error.message)}\n`);
  return {
    type: "ready",
    plan: free.length === whole.targets.length ? whole : await plan(host, invocation, free),
    candidates,
    clusters,
    skipped: [...absent, ...refused.blocked, ...problems],
    bare: isBare(selection, invocation),
  };
}

/** One cluster under two names is one thing to say, however many of its workloads are planned. */
function doubledProblems(targets: readonly PlanTarget[]): readonly Problem[] {
  const sentences = new Set(
    targets.flatMap(({ ref, findings }) =>
      findings
        .filter(({ code, level }) => code === "single-cluster-identity" && level === "block")
        .map((finding) => findingSentence(cleaned(finding), objectName(ref))),
    ),
  );
  return [...sentences].map((message) => ({
    error: new RestartError("Blocked", message, {
      detail: { advice: "--allow single-cluster-identity restarts each workload once" },
    }),
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
