import type { KubeApi } from "../kube/cluster.ts";
import { RestartError, toRestartError } from "../kube/error.ts";
import { deadlineTrouble } from "./diagnosis/silence.ts";
import type { EventBody, EventTarget } from "./events.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import type { PlanTarget } from "./plan.ts";
import { restart } from "./restart.ts";
import type { SeenWorkload } from "./rollout-state.ts";
import { shortHash } from "./seen-workload.ts";
import { findNamed } from "./select.ts";

/** A restart that the cluster has taken. */
export interface Patched extends SeenWorkload {
  /** An earlier rollout's exceeded deadline was still in the status when ours began. */
  readonly staleDeadline: boolean;
}

const attempts = 3;

/**
 * Sends the restart of a planned target and makes sure that it happened exactly once. The cluster is the truth: before
 * each try the object is read; our value there means that an earlier try arrived, a template other than planned is drift
 * (`Conflict`), a PATCH without an answer is looked up and, when it did not arrive, sent again with the same value.
 */
export async function* sendRestart(
  api: KubeApi,
  kind: WorkloadKind,
  target: PlanTarget,
  named: EventTarget,
  options: { readonly fieldManager: string; readonly run: string; readonly signal: AbortSignal },
): AsyncGenerator<EventBody, Patched> {
  const { fieldManager, run, signal } = options;
  const { ref, restartedAt } = target;
  const patched = (seen: SeenWorkload): EventBody => ({
    type: "target.patched",
    target: named,
    restartedAt,
    previousRestartedAt: target.previousRestartedAt ?? "",
    generation: seen.workload.generation,
  });
  for (let attempt = 1; ; attempt += 1) {
    const present = target.templateHash === "" ? undefined : await readPresent(api, kind, target, attempt, signal);
    if (present?.workload.restartedAt === restartedAt) {
      // Before our first try the value can only be that of another client who chose the same second.
      if (attempt === 1)
        throw new RestartError("Conflict", `${kind.singular} "${ref.name}" was restarted by someone else just now`);
      yield patched(present);
      return { ...present, staleDeadline: deadlineTrouble(present.workload) !== undefined };
    }
    try {
      const generation = present?.workload.generation ?? target.generation;
      const auditId = `${run}-${ref.uid ?? ref.name}-${attempt}`;
      const answer = await restart(api, kind, ref, { restartedAt, generation, fieldManager, auditId, signal });
      yield patched(answer);
      return { ...answer, staleDeadline: deadlineTrouble(answer.workload) !== undefined };
    } catch (caught) {
      const error = toRestartError(caught);
      if (error.reason !== "Unconfirmed" || attempt === attempts || signal.aborted) throw error;
      const { reason, message } = error;
      yield { type: "target.retry", target: named, attempt, error: { reason, message } };
    }
  }
}

async function readPresent(
  api: KubeApi,
  kind: WorkloadKind,
  target: PlanTarget,
  attempt: number,
  signal: AbortSignal,
): Promise<SeenWorkload> {
  const { namespace, name, uid } = target.ref;
  const found = await findNamed(api, kind, namespace, name, signal);
  if (found.type !== "found") throw found.error;
  const { workload, template } = found.item;
  if (uid !== undefined && workload.ref.uid !== uid) {
    throw new RestartError("Recreated", `${kind.singular} "${name}" is another object than planned`);
  }
  // Ours may have arrived and been followed by another, which then is the one that rolls out.
  if (attempt > 1 && Date.parse(workload.restartedAt ?? "") > Date.parse(target.restartedAt)) {
    throw new RestartError("Conflict", `${kind.singular} "${name}" was restarted by someone else meanwhile`, {
      detail: { why: "superseded" },
    });
  }
  if (workload.restartedAt !== target.restartedAt && shortHash(template) !== target.templateHash) {
    throw new RestartError(
      "Conflict",
      `the pod template of ${kind.singular} "${name}" is not the planned one any more`,
    );
  }
  return found.item;
}
