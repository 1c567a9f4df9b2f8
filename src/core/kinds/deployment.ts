import { integer, intOrString, message, truth } from "../../kube/wire.ts";
import { projectWorkload, resolvePods, type WorkloadObject } from "../workload.ts";
import { replicaSets } from "./revision-sources.ts";
import { templatePatch } from "./template-patch.ts";
import { condition, field, labelSelector, listOf, many, podTemplate, strategyOf } from "./wire-fields.ts";
import type { WorkloadKind } from "./workload-kind.ts";

interface DeploymentObject extends WorkloadObject {
  readonly spec: WorkloadObject["spec"] & {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly strategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string };
    };
  };
  readonly status?: WorkloadObject["status"] & {
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
  };
}

// Numbers of k8s.io/api/apps/v1/generated.proto.
const wire = listOf(
  message({
    1: field("replicas", integer),
    2: field("selector", labelSelector),
    3: field("template", podTemplate),
    4: field("strategy", strategyOf({ 1: field("maxUnavailable", intOrString), 2: field("maxSurge", intOrString) })),
    5: field("minReadySeconds", integer),
    7: field("paused", truth),
  }),
  message({
    1: field("observedGeneration", integer),
    2: field("replicas", integer),
    3: field("updatedReplicas", integer),
    4: field("availableReplicas", integer),
    6: many("conditions", condition),
    7: field("readyReplicas", integer),
  }),
);

export const deployment: WorkloadKind = {
  apiVersion: "apps/v1",
  group: "apps",
  version: "v1",
  kind: "Deployment",
  listKind: "DeploymentList",
  resource: "deployments",
  singular: "deployment",
  shortNames: ["deploy"],
  revisions: replicaSets,
  revisionLabel: "pod-template-hash",
  patch: templatePatch,
  project: (object, cluster) => {
    const { spec, status } = object as DeploymentObject;
    const desired = spec.replicas ?? 1;
    const rolling = spec.strategy?.rollingUpdate;
    const strategy = spec.strategy?.type ?? "RollingUpdate";
    const surge = resolvePods(rolling?.maxSurge, desired, "up");
    const unavailable = resolvePods(rolling?.maxUnavailable, desired, "down");
    return projectWorkload(
      object,
      { cluster, apiVersion: "apps/v1", kind: "Deployment" },
      {
        paused: spec.paused ?? false,
        strategy,
        ordered: false,
        partition: 0,
        maxSurge: strategy === "Recreate" ? 0 : surge,
        // Both rounded to zero would never move: the controller then takes one away.
        maxUnavailable: strategy === "Recreate" ? desired : surge === 0 && unavailable === 0 ? 1 : unavailable,
        counts: {
          desired,
          replicas: status?.replicas ?? 0,
          updated: status?.updatedReplicas ?? 0,
          ready: status?.readyReplicas ?? 0,
          available: status?.availableReplicas ?? 0,
        },
        currentRevision: undefined,
        updateRevision: undefined,
      },
    );
  },
  wire,
  // The three comparisons of kubectl's rollout_status.go.
  complete: ({ generation, observedGeneration, counts }) =>
    observedGeneration >= generation &&
    counts.updated >= counts.desired &&
    counts.replicas <= counts.updated &&
    counts.available >= counts.updated,
  rolling: ({ generation, observedGeneration, counts, conditions }) =>
    observedGeneration < generation ||
    counts.updated < counts.desired ||
    counts.replicas > counts.updated ||
    // Once complete the reason stays, whatever the pods do later.
    (counts.available < counts.updated &&
      conditions.some(({ type, reason }) => type === "Progressing" && reason !== "NewReplicaSetAvailable")),
  awaitsOldPods: ({ strategy }) => strategy === "Recreate",
  affected: ({ counts }) => counts.desired,
};
