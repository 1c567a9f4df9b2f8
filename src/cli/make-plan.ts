import {
  clusterIdentity,
  eventTarget,
  type Finding,
  makePlan,
  type Plan,
  type PlanTarget,
  preflight,
  RestartError,
} from "../core/index.ts";
import type { Invocation } from "./arguments.ts";
import type { CliHost } from "./cli-host.ts";
import type { Candidate } from "./find-targets.ts";
import { mapLimited } from "./map-limited.ts";
import { onCluster } from "./open-clusters.ts";
import { cleaned } from "./print/clean.ts";
import { findingSentence } from "./print/findings.ts";
import { objectName } from "./print/names.ts";
import type { Problem } from "./problem.ts";

const parallelChecks = 8;

/** Looks at every candidate and makes the plan. Sends nothing that changes anything. */
export async function planRestart(
  host: CliHost,
  invocation: Invocation,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<Plan> {
  const { fieldManager, wait, allow } = invocation;
  const identities = new Map<string, Promise<string | undefined>>();
  const targets = await mapLimited(candidates, parallelChecks, async ({ cluster: { api }, found }) => {
    const { name } = api.cluster;
    try {
      const identity = identities.get(name) ?? clusterIdentity(api, signal);
      identities.set(name, identity);
      return await preflight(api, found, { clusterUid: await identity, fieldManager, wait, allow, signal });
    } catch (caught) {
      throw signal.aborted ? caught : onCluster(caught, name);
    }
  });
  return plan(host, invocation, targets);
}

/** The plan of some of the targets. */
export function plan(
  { clock, random }: CliHost,
  { fieldManager, wait, allow }: Invocation,
  targets: readonly PlanTarget[],
): Promise<Plan> {
  return makePlan(targets, { fieldManager, wait, allow }, { now: clock.now(), random });
}

/** Blocking findings of one target as a problem. */
export function blockedProblem(target: PlanTarget, findings: readonly Finding[]): Problem {
  const { ref } = target;
  const allowable = findings.filter(({ code }) => canAllow(code)).map(({ code }) => code);
  const advice =
    allowable.length === findings.length && findings.length > 0
      ? `--allow ${[...new Set(allowable)].join(",")} restarts it all the same`
      : "";
  const message = findings.map((finding) => findingSentence(cleaned(finding), objectName(ref))).join("; ");
  const detail = { cluster: ref.cluster, ...(advice !== "" && { advice }) };
  return { error: new RestartError("Blocked", message, { detail }), target: eventTarget(target), findings };
}

// What the API server or the kind itself refuses stays refused.
function canAllow(code: string): boolean {
  return !["unsupported-kind", "being-deleted", "no-permission", "denied", "no-watch"].includes(code);
}
