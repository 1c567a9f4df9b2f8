import {
  checkTargets,
  eventTarget,
  type Finding,
  finalFindings,
  makePlan,
  type Plan,
  type PlanTarget,
  RestartError,
} from "../core/index.ts";
import { cleaned } from "../words/clean.ts";
import { findingSentence } from "../words/findings.ts";
import { objectName } from "../words/names.ts";
import type { Invocation } from "./arguments.ts";
import type { CliHost } from "./cli-host.ts";
import type { Candidate } from "./find-targets.ts";
import type { Problem } from "./problem.ts";

/** Looks at every candidate and makes the plan. Sends nothing that changes anything. */
export async function planRestart(
  host: CliHost,
  invocation: Invocation,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<Plan> {
  const { fieldManager, wait, allow, block, deletePods } = invocation;
  const found = candidates.map(({ cluster: { api }, found }) => ({ api, found }));
  return plan(host, invocation, await checkTargets(found, { fieldManager, wait, allow, block, deletePods }, signal));
}

/** The plan of some of the targets. */
export function plan(
  { clock, random }: CliHost,
  { fieldManager, wait, allow, block }: Invocation,
  targets: readonly PlanTarget[],
): Promise<Plan> {
  return makePlan(targets, { fieldManager, wait, allow, block }, { now: clock.now(), random });
}

/** Blocking findings of one target as a problem. */
export function blockedProblem(target: PlanTarget, findings: readonly Finding[]): Problem {
  const { ref } = target;
  const allowable = findings.filter(({ code }) => !finalFindings.has(code)).map(({ code }) => code);
  const byHand = findings.length === 1 && findings[0]?.code === "on-delete";
  const advice = byHand
    ? "--delete-pods deletes its pods one after the other"
    : allowable.length === findings.length && findings.length > 0
      ? `--allow ${[...new Set(allowable)].join(",")} restarts it all the same`
      : "";
  const message = findings.map((finding) => findingSentence(cleaned(finding), objectName(ref))).join("; ");
  const detail = { cluster: ref.cluster, ...(advice !== "" && { advice }) };
  return { error: new RestartError("Blocked", message, { detail }), target: eventTarget(target), findings };
}
