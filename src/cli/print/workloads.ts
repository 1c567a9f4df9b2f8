import { findKind, rolloutPhase, type Workload } from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import { formatAge } from "../../words/duration.ts";
import { objectName } from "../../words/names.ts";
import { phaseWords } from "../../words/rollout-phase.ts";
import { formatTable } from "./table.ts";

/** Which columns a table of workloads has beside the usual ones. */
export interface WorkloadColumns {
  readonly cluster: boolean;
  readonly namespace: boolean;
  /** Names carry their kind, as kubectl writes them when it lists several. */
  readonly kind: boolean;
  readonly wide: boolean;
}

/** A table of workloads: kubectl's columns and the state of the rollout. */
export function workloadTable(workloads: readonly Workload[], columns: WorkloadColumns, now: number): string {
  const header = [
    ...(columns.cluster ? ["CLUSTER"] : []),
    ...(columns.namespace ? ["NAMESPACE"] : []),
    "NAME",
    "READY",
    "UP-TO-DATE",
    "AVAILABLE",
    "AGE",
    "ROLLOUT",
    ...(columns.wide ? ["RESTARTED", "IMAGES"] : []),
  ];
  const rows = workloads.map((workload) => {
    const { ref, counts } = workload;
    return [
      ...(columns.cluster ? [cleaned(ref.cluster)] : []),
      ...(columns.namespace ? [cleaned(ref.namespace)] : []),
      cleaned(columns.kind ? objectName(ref) : ref.name),
      `${counts.ready}/${counts.desired}`,
      String(counts.updated),
      String(counts.available),
      formatAge(now - Date.parse(workload.creationTimestamp)),
      cleaned(rolloutState(workload)),
      ...(columns.wide ? [restartAge(workload, now), cleaned(workload.images.join(","))] : []),
    ];
  });
  return formatTable(header, rows);
}

function restartAge({ restartedAt }: Workload, now: number): string {
  if (restartedAt === undefined) return "<none>";
  const time = Date.parse(restartedAt);
  return Number.isNaN(time) ? "<unknown>" : formatAge(now - time);
}

/** The state of a workload's rollout in a word or two. */
function rolloutState(workload: Workload): string {
  return phaseWords(rolloutPhase(findKind(workload.ref.apiVersion, workload.ref.kind), workload));
}

/** A workload in a document: Kubernetes' names, times as the API gives them. */
export function workloadItem(workload: Workload): Readonly<Record<string, unknown>> {
  const { ref, counts, restartedAt } = workload;
  return {
    cluster: ref.cluster,
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: {
      namespace: ref.namespace,
      name: ref.name,
      uid: ref.uid,
      generation: workload.generation,
      creationTimestamp: workload.creationTimestamp,
    },
    replicas: counts.desired,
    readyReplicas: counts.ready,
    updatedReplicas: counts.updated,
    availableReplicas: counts.available,
    rollout: rolloutState(workload),
    ...(restartedAt !== undefined && { restartedAt }),
    images: workload.images,
  };
}
