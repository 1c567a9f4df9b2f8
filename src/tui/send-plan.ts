import { makePlan, type PlanTarget, type RunHandle } from "../core/index.ts";
import { checkSubjects } from "./check-subjects.ts";
import type { OpenApi } from "./open-api.ts";
import { chosenTargets, isAsShown, type LostSubject, type PlanState } from "./state/plan-state.ts";
import type { TuiHost } from "./tui-host.ts";

/** Milliseconds after which what was shown is read again before it is sent. */
const freshFor = 30_000;

export type Sent =
  | { readonly type: "started"; readonly handle: RunHandle }
  /** Nothing was sent: it is not what was shown. */
  | { readonly type: "changed"; readonly targets: readonly PlanTarget[]; readonly lost: readonly LostSubject[] };

/**
 * Begins the run of an accepted plan. What was looked at longer than half a minute ago is looked at again first, and sent
 * only when it is as it was shown. Rejects when a cluster cannot be read or the run cannot begin; nothing was sent then.
 */
export async function sendPlan(host: TuiHost, open: OpenApi, plan: PlanState, signal: AbortSignal): Promise<Sent> {
  const { clock, random, fieldManager, runs } = host;
  let targets = chosenTargets(plan);
  if (clock.now() - plan.checkedAt > freshFor) {
    const again = await checkSubjects(open, plan.subjects, fieldManager, signal);
    const chosen = new Set(targets.map(({ ref }) => ref.uid));
    const now = again.targets.filter(({ ref }) => chosen.has(ref.uid));
    if (!isAsShown(targets, now)) return { type: "changed", ...again };
    targets = now;
  }
  const options = { fieldManager, wait: true, allow: [] };
  const made = await makePlan(targets, options, { now: clock.now(), random });
  signal.throwIfAborted();
  return { type: "started", handle: await runs.start(made) };
}
