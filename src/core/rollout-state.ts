import { findTroubles } from "./diagnosis/index.ts";
import type { Trouble } from "./diagnosis/trouble.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import { isRestarted, type Pod } from "./pods.ts";
import { progressOf, type RolloutProgress } from "./progress.ts";
import { newRevision, type Revision } from "./revisions.ts";
import type { Workload } from "./workload.ts";

/** A workload as the follower sees it: its projection, its template's fingerprint and who wrote last. */
export interface SeenWorkload {
  readonly workload: Workload;
  /** Equal exactly when the pod templates are. */
  readonly template: string;
  /** The manager of the latest write that was not one of the status. */
  readonly manager: string;
  /** When that was, as the API server has it: RFC 3339, or empty. */
  readonly writtenAt: string;
}

/** Everything seen of one rollout. Pods and revisions are undefined while they may not be read. */
export interface Sight {
  readonly kind: WorkloadKind;
  readonly seen: SeenWorkload;
  readonly pods: ReadonlyMap<string, Pod> | undefined;
  readonly revisions: ReadonlyMap<string, Revision> | undefined;
}

/** One reading of a rollout. */
export interface Reading {
  readonly progress: RolloutProgress;
  readonly revision: Revision | undefined;
  readonly newPods: readonly Pod[];
  readonly oldPods: readonly Pod[];
  readonly terminating: readonly Pod[];
  readonly healthy: boolean;
  readonly troubles: readonly Trouble[];
}

/**
 * Reads a rollout. Healthy is: `generation` observed, the status complete, and, as far as they can be seen, every
 * desired pod of the new revision ready and no old pod left that is not already going. Which pods are new is decided by
 * revision and uid, or as the kind decides it; no two clocks are compared.
 */
export function readRollout(sight: Sight, generation: number, restartedAt: string | undefined): Reading {
  const { kind, seen } = sight;
  const { workload } = seen;
  const observed = workload.observedGeneration >= generation;
  const keepsRevision = kind.isRestarted !== undefined;
  const revision = keepsRevision
    ? undefined
    : sight.revisions && newRevision(workload, sight.revisions.values(), restartedAt);
  const own = ownPods(sight);
  const terminating = own.filter((pod) => pod.terminating);
  const present = own.filter((pod) => !pod.terminating && pod.phase !== "Succeeded");
  const isNew = (pod: Pod) =>
    keepsRevision
      ? isRestarted(kind, pod, restartedAt ?? workload.restartedAt)
      : belongsTo(pod, sight, revision, observed);
  const newPods = present.filter(isNew);
  const oldPods = present.filter((pod) => !isNew(pod) && pod.phase !== "Failed");
  const seesPods = sight.pods !== undefined;
  const affected = kind.affected(workload);
  const podsHealthy =
    !seesPods ||
    (oldPods.length <= Math.min(workload.partition, workload.counts.desired) &&
      newPods.filter((pod) => pod.ready).length >= affected);
  const revisionsHealthy =
    revision === undefined
      ? keepsRevision || sight.revisions === undefined
      : !kind.revisions.makePods || onlyNewReplicas(sight, revision, workload.counts.desired);
  return {
    progress: {
      ...progressOf(workload, generation),
      ...(seesPods && {
        newPods: newPods.length,
        newPodsReady: newPods.filter((pod) => pod.ready).length,
        oldPods: oldPods.length,
        terminatingPods: terminating.length,
      }),
    },
    revision,
    newPods,
    oldPods,
    terminating,
    healthy: observed && kind.complete(workload) && podsHealthy && revisionsHealthy,
    troubles: observed ? findTroubles(workload, newPods, revision, oldPods) : [],
  };
}

function ownPods({ kind, seen, pods, revisions }: Sight): readonly Pod[] {
  if (pods === undefined) return [];
  const owners = new Set([seen.workload.ref.uid]);
  if (kind.revisions.makePods) {
    for (const revision of revisions?.values() ?? []) {
      if (revision.ownerUid === seen.workload.ref.uid) owners.add(revision.uid);
    }
    // Without the right to read ReplicaSets the selector has to do: it is the workload's own.
    if (revisions === undefined) return [...pods.values()];
  }
  return [...pods.values()].filter((pod) => owners.has(pod.ownerUid));
}

function belongsTo(
  pod: Pod,
  { kind, seen, revisions }: Sight,
  revision: Revision | undefined,
  observed: boolean,
): boolean {
  if (revision !== undefined) return pod.labels[kind.revisionLabel] === revision.hash;
  if (revisions !== undefined) return false;
  const { updateRevision, restartedAt } = seen.workload;
  if (updateRevision !== undefined) return observed && pod.labels[kind.revisionLabel] === updateRevision;
  // Pods inherit the annotations of their template, so equality with ours decides where revisions cannot be read.
  return pod.restartedAt === restartedAt;
}

function onlyNewReplicas({ seen, revisions }: Sight, fresh: Revision, desired: number): boolean {
  for (const revision of revisions?.values() ?? []) {
    if (revision.ownerUid !== seen.workload.ref.uid || revision.uid === fresh.uid) continue;
    if (revision.replicas > 0) return false;
  }
  return fresh.available >= desired;
}

/**
 * What counts as progress, as marks that only rise: our generation observed, the counts, the set of new pods, a new
 * pod's containers getting further. Flapping and container restarts raise none.
 */
export interface ProgressMarks {
  readonly observed: boolean;
  readonly updated: number;
  readonly available: number;
  readonly oldGone: number;
  readonly stages: ReadonlyMap<string, number>;
}

export const noProgress: ProgressMarks = {
  observed: false,
  updated: 0,
  available: 0,
  oldGone: Number.NEGATIVE_INFINITY,
  stages: new Map(),
};

/** Raises the marks by a reading; the same object back means that nothing got further. */
export function raiseMarks(marks: ProgressMarks, reading: Reading): ProgressMarks {
  const { progress } = reading;
  const stages = new Map(marks.stages);
  let risen = false;
  for (const pod of reading.newPods) {
    const stage = podStage(pod);
    if (stage > (stages.get(pod.uid) ?? -1)) {
      stages.set(pod.uid, stage);
      risen = true;
    }
  }
  const next: ProgressMarks = {
    observed: marks.observed || progress.observed,
    updated: progress.observed ? Math.max(marks.updated, progress.updated) : marks.updated,
    available: progress.observed
      ? Math.max(marks.available, Math.min(progress.available, progress.updated))
      : marks.available,
    oldGone: Math.max(
      marks.oldGone,
      progress.observed ? -(progress.replicas - progress.updated) : Number.NEGATIVE_INFINITY,
    ),
    stages,
  };
  const same =
    !risen &&
    next.observed === marks.observed &&
    next.updated === marks.updated &&
    next.available === marks.available &&
    next.oldGone === marks.oldGone;
  return same ? marks : next;
}

/** How far a new pod has come: 0 made, 1 scheduled, 2 a container started, 3 ready. */
export function podStage(pod: Pod): number {
  if (pod.ready) return 3;
  if (pod.containers.some(({ state, restartCount }) => state === "running" || restartCount > 0)) return 2;
  return pod.scheduled ? 1 : 0;
}
