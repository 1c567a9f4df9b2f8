import type { WorkloadKind } from "./kinds/workload-kind.ts";
import type { Workload } from "./workload.ts";

/** What a workload's own status says about its rollout; the first that applies. Counts are pods. */
export type RolloutPhase =
  | { readonly phase: "deleting" }
  | { readonly phase: "paused" }
  /** The progress deadline has passed. */
  | { readonly phase: "stalled" }
  /** Pods cannot be made. */
  | { readonly phase: "failing" }
  | { readonly phase: "on-delete" }
  | { readonly phase: "rolling"; readonly updated: number; readonly desired: number }
  | { readonly phase: "scaled-to-zero" }
  | { readonly phase: "degraded"; readonly available: number; readonly desired: number }
  | { readonly phase: "complete" };

export function rolloutPhase(kind: WorkloadKind | undefined, workload: Workload): RolloutPhase {
  const { counts, conditions } = workload;
  if (workload.deleting) return { phase: "deleting" };
  if (workload.paused || workload.phase === "Paused") return { phase: "paused" };
  if (conditions.some(({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded")) {
    return { phase: "stalled" };
  }
  if (conditions.some(({ type, status }) => type === "ReplicaFailure" && status === "True"))
    return { phase: "failing" };
  if (workload.strategy === "OnDelete") return { phase: "on-delete" };
  const { updated, available, desired } = counts;
  if (kind?.rolling(workload)) return { phase: "rolling", updated, desired };
  if (desired === 0) return { phase: "scaled-to-zero" };
  return available < desired || workload.phase === "Degraded"
    ? { phase: "degraded", available, desired }
    : { phase: "complete" };
}
