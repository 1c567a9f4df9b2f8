import type { KubeApi } from "../kube/cluster.ts";
import { RestartError } from "../kube/error.ts";
import { patch } from "../kube/patch.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import type { SeenWorkload } from "./rollout-state.ts";
import { seeWorkload } from "./seen-workload.ts";
import type { WorkloadRef } from "./workload.ts";

export interface RestartOptions {
  /** `T0`, fixed by the caller: sending it again changes nothing, so a retry cannot restart twice. */
  readonly restartedAt: string;
  /** Generation before the restart; the answer must have moved past it. Undefined when it could not be read. */
  readonly generation: number | undefined;
  readonly fieldManager: string;
  /** Runs admission and stores nothing. */
  readonly dryRun?: boolean;
  /** Kept by the API server as the audit event's id. */
  readonly auditId?: string;
  /** An abort before the answer leaves open whether the restart happened. */
  readonly signal?: AbortSignal;
}

/** The workload as the API server answered it, after the restart. */
export interface Restarted extends SeenWorkload {
  readonly restartedAt: string;
  /** The `Date` header of the answer, when there was one. */
  readonly date: string | undefined;
}

/**
 * Restarts one workload: the one place that issues the PATCH. Resolves when the API server has accepted it and its
 * answer shows that the template moved; a restart that changed nothing rejects with `NotRestarted`.
 * Rejects with `Unconfirmed` when it was sent and no answer came, with `Recreated` when `ref.uid` is another object's,
 * else with the reason of the API server.
 */
export async function restart(
  api: KubeApi,
  kind: WorkloadKind,
  ref: WorkloadRef,
  options: RestartOptions,
): Promise<Restarted> {
  const { restartedAt, generation, fieldManager, dryRun = false, auditId, signal } = options;
  const { contentType, body } = kind.patch(restartedAt, ref.uid);
  const { group, version, resource } = kind;
  const answer = await patch(
    api,
    { group, version, resource, namespace: ref.namespace, name: ref.name },
    kind.kind,
    { contentType, body, fieldManager, fieldValidation: "Strict", dryRun, ...(auditId !== undefined && { auditId }) },
    signal === undefined ? {} : { signal },
  );
  const seen = seeWorkload(kind, answer.object, ref.cluster);
  const { workload } = seen;
  if (ref.uid !== undefined && workload.ref.uid !== ref.uid) {
    throw new RestartError("Recreated", `${kind.singular} "${ref.name}" is another object than before`);
  }
  if (workload.restartedAt !== restartedAt) {
    throw new RestartError("NotRestarted", "the API server accepted the restart and did not keep it", {
      detail: { why: "stripped" },
    });
  }
  if (generation !== undefined && workload.generation <= generation) {
    throw new RestartError("NotRestarted", "the API server accepted the restart and changed nothing", {
      detail: { why: "unchanged" },
    });
  }
  return { ...seen, restartedAt, date: answer.date };
}
