import type { Workload } from "./workload.ts";

/** How far a rollout is, in the words of the workload's status. Enough to say kubectl's own lines. */
export interface RolloutProgress {
  /** The controller has seen the generation that is followed. */
  readonly observed: boolean;
  readonly desired: number;
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  /** Ordinals below it stay as they are; 0 for every kind but StatefulSet. */
  readonly partition: number;
  readonly updateRevision: string;
  readonly currentRevision: string;
  /** New pods, as seen; absent while pods cannot be seen. */
  readonly newPods?: number;
  readonly newPodsReady?: number;
  readonly oldPods?: number;
  /** Being deleted. */
  readonly terminatingPods?: number;
}

/** Progress from the workload's status alone. */
export function progressOf(workload: Workload, generation: number): RolloutProgress {
  return {
    observed: workload.observedGeneration >= generation,
    ...workload.counts,
    partition: workload.partition,
    updateRevision: workload.updateRevision ?? "",
    currentRevision: workload.currentRevision ?? "",
  };
}
