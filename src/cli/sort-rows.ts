import type { RolloutPhase, WorkloadRow } from "../core/index.ts";
import type { SortColumn, SortOrder } from "./list-flags.ts";

// What needs looking at comes first.
const phases: Readonly<Record<RolloutPhase["phase"], number>> = {
  failing: 0,
  stalled: 1,
  degraded: 2,
  rolling: 3,
  deleting: 4,
  paused: 5,
  "on-delete": 6,
  "scaled-to-zero": 7,
  complete: 8,
};

type Compare = (one: WorkloadRow, other: WorkloadRow) => number;

const byColumn: Readonly<Record<SortColumn, Compare>> = {
  name: by(({ ref }) => ref.name),
  namespace: by(({ ref }) => ref.namespace),
  cluster: by(({ ref }) => ref.cluster),
  kind: by(({ ref }) => ref.kind),
  // The share that is ready: one of three is worse off than nine of ten.
  ready: by(({ counts }) => (counts.desired === 0 ? 1 : counts.ready / counts.desired)),
  rollout: by(({ phase }) => phases[phase.phase]),
  // As the column reads: the youngest, and the last restart, first.
  age: by(({ creationTimestamp }) => -momentOf(creationTimestamp)),
  restarted: by(({ restartedAt }) => -momentOf(restartedAt)),
};

const places: readonly Compare[] = [byColumn.cluster, byColumn.namespace, byColumn.name, byColumn.kind];

/** A sorted copy; rows that are equal there stand by cluster, namespace, name and kind, whichever way it is sorted. */
export function sortRows(rows: readonly WorkloadRow[], { column, descending }: SortOrder): readonly WorkloadRow[] {
  const first = byColumn[column];
  return rows.toSorted((one, other) => {
    const order = descending ? first(other, one) : first(one, other);
    return order !== 0 ? order : (places.map((compare) => compare(one, other)).find((next) => next !== 0) ?? 0);
  });
}

function by(value: (row: WorkloadRow) => string | number): Compare {
  return (one, other) => {
    const [left, right] = [value(one), value(other)];
    return left < right ? -1 : left > right ? 1 : 0;
  };
}

/** What never happened, or nobody can read, was longest ago. */
function momentOf(time: string | undefined): number {
  const moment = Date.parse(time ?? "");
  return Number.isNaN(moment) ? Number.NEGATIVE_INFINITY : moment;
}
