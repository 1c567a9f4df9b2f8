import { projectWorkload, resolvePods, type Workload, type WorkloadObject } from "../workload.ts";
import { replicaSets } from "./revision-sources.ts";
import type { WorkloadKind } from "./workload-kind.ts";

interface RolloutObject {
  readonly spec: WorkloadObject["spec"] & {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly restartAt?: string;
    readonly strategy?: {
      readonly canary?: { readonly maxUnavailable?: number | string };
      readonly blueGreen?: { readonly maxUnavailable?: number | string };
    };
  };
  readonly status?: {
    /** A string, unlike anybody else's. */
    readonly observedGeneration?: string;
    readonly phase?: string;
    readonly restartedAt?: string;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/**
 * Argo Rollouts (argo-rollouts rollout/restart.go, utils/rollout/rolloututil.go). A restart is a time in the spec: the
 * controller evicts the pods that are older, a few at a time, and writes the time into the status when the last one was
 * told to go, which is before its successor is ready. The pod template stays: to change it would begin a canary.
 */
export const argoRollout: WorkloadKind = {
  apiVersion: "argoproj.io/v1alpha1",
  group: "argoproj.io",
  version: "v1alpha1",
  kind: "Rollout",
  listKind: "RolloutList",
  resource: "rollouts",
  singular: "rollout",
  shortNames: ["ro"],
  optional: true,
  evicts: true,
  serverTime: true,
  revisions: replicaSets,
  revisionLabel: "rollouts-pod-template-hash",
  isRestarted: (creationTimestamp, restartedAt) => Date.parse(creationTimestamp) >= Date.parse(restartedAt),
  // A plugin's name comes before any flag.
  resume: ({ cluster, namespace, name }) => [
    ...["kubectl", "argo", "rollouts", "promote", name],
    ...["--context", cluster, "-n", namespace],
  ],
  patch: (restartedAt, uid) => ({
    contentType: "application/merge-patch+json",
    body: { ...(uid !== undefined && { metadata: { uid } }), spec: { restartAt: restartedAt } },
  }),
  project: (object, cluster) => {
    const { spec, status } = object as unknown as RolloutObject;
    const { canary, blueGreen } = spec.strategy ?? {};
    const desired = spec.replicas ?? 1;
    const isRestarting = spec.restartAt !== undefined && spec.restartAt !== status?.restartedAt;
    const maxUnavailable = canary?.maxUnavailable ?? blueGreen?.maxUnavailable ?? "25%";
    const { phase } = status ?? {};
    return projectWorkload(
      object,
      { cluster, apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" },
      {
        observedGeneration: Number(status?.observedGeneration ?? 0) || 0,
        restartedAt: spec.restartAt,
        ...(phase !== undefined && { phase }),
        // A canary that waits at a step is not: its pods are replaced all the same, which is why restarts are made so.
        paused: spec.paused === true,
        strategy: blueGreen === undefined ? "Canary" : "BlueGreen",
        ordered: false,
        partition: 0,
        // It evicts, and nothing is made before.
        maxSurge: 0,
        maxUnavailable: Math.max(1, resolvePods(maxUnavailable, desired, "down")),
        counts: {
          desired,
          replicas: status?.replicas ?? 0,
          // Of the present template they all may be: while it restarts, how many are done is not said.
          updated: isRestarting ? 0 : (status?.updatedReplicas ?? 0),
          ready: status?.readyReplicas ?? 0,
          available: status?.availableReplicas ?? 0,
        },
        currentRevision: undefined,
        updateRevision: undefined,
      },
      ["f:spec", "f:restartAt"],
    );
  },
  complete: (workload) =>
    isObserved(workload) &&
    workload.phase === "Healthy" &&
    workload.counts.updated >= workload.counts.desired &&
    workload.counts.available >= workload.counts.desired,
  rolling: (workload) =>
    !isObserved(workload) ||
    workload.phase === "Progressing" ||
    workload.phase === "Paused" ||
    (workload.counts.updated < workload.counts.desired && workload.phase !== "Degraded"),
  affected: ({ counts }) => counts.desired,
};

function isObserved({ generation, observedGeneration }: Workload): boolean {
  return observedGeneration >= generation;
}
