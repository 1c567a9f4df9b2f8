import type { RolloutPhase, WorkloadRow } from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import { formatAge } from "../../words/duration.ts";
import { phaseWords } from "../../words/rollout-phase.ts";
import { formatTable } from "./table.ts";

/** Which columns a table of workloads has beside the usual ones. */
export interface WorkloadColumns {
  readonly cluster: boolean;
  readonly namespace: boolean;
  readonly kind: boolean;
  readonly wide: boolean;
}

/** A table of workloads: kubectl's columns, the state of the rollout and the last restart. */
export function workloadTable(rows: readonly WorkloadRow[], columns: WorkloadColumns, now: number): string {
  return formatTable(
    workloadHeader(columns),
    rows.map((row) => workloadCells(row, columns, now)),
  );
}

export function workloadHeader({ cluster, namespace, kind, wide }: WorkloadColumns): readonly string[] {
  return [
    ...(cluster ? ["CLUSTER"] : []),
    ...(namespace ? ["NAMESPACE"] : []),
    ...(kind ? ["KIND"] : []),
    ...["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "ROLLOUT", "RESTARTED"],
    ...(wide ? ["BY", "OWNER", "STRATEGY", "IMAGES"] : []),
  ];
}

/** The cells of a row, clean; `state` stands in place of its rollout's. */
export function workloadCells(
  row: WorkloadRow,
  { cluster, namespace, kind, wide }: WorkloadColumns,
  now: number,
  state = phaseWords(row.phase),
): readonly string[] {
  const { ref, counts } = row;
  return [
    ...(cluster ? [cleaned(ref.cluster)] : []),
    ...(namespace ? [cleaned(ref.namespace)] : []),
    ...(kind ? [cleaned(ref.kind)] : []),
    cleaned(ref.name),
    `${counts.ready}/${counts.desired}`,
    String(counts.updated),
    String(counts.available),
    formatAge(now - Date.parse(row.creationTimestamp)),
    state,
    restartAge(row, now),
    ...(wide
      ? [orNone(row.restartedBy), orNone(ownerWords(row)), orNone(row.strategy), orNone(row.images.join(","))]
      : []),
  ];
}

function orNone(text = ""): string {
  return text === "" ? "<none>" : cleaned(text);
}

function restartAge({ restartedAt }: WorkloadRow, now: number): string {
  if (restartedAt === undefined) return "<none>";
  const time = Date.parse(restartedAt);
  return Number.isNaN(time) ? "<unknown>" : formatAge(now - time);
}

/** What deploys it, and the object that controls it. */
function ownerWords({ manager, owner }: WorkloadRow): string {
  return [manager ?? "", owner === undefined ? "" : `${owner.kind}/${owner.name}`].filter(Boolean).join(",");
}

/** A workload in a document: Kubernetes' names, times as the API gives them. */
export function workloadItem(row: WorkloadRow): Readonly<Record<string, unknown>> & { readonly rollout: RolloutPhase } {
  const { ref, counts, restartedAt, restartedBy, owner, manager } = row;
  return {
    cluster: ref.cluster,
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: {
      namespace: ref.namespace,
      name: ref.name,
      uid: ref.uid,
      generation: row.generation,
      creationTimestamp: row.creationTimestamp,
    },
    replicas: counts.desired,
    readyReplicas: counts.ready,
    updatedReplicas: counts.updated,
    availableReplicas: counts.available,
    rollout: row.phase,
    ...(restartedAt !== undefined && { restartedAt }),
    ...(restartedBy !== undefined && { restartedBy }),
    ...(owner !== undefined && { owner }),
    ...(manager !== undefined && { manager }),
    strategy: row.strategy,
    images: row.images,
  };
}
