import { integer, intOrString, message, text } from "../../kube/wire.ts";
import { projectWorkload, resolvePods, type WorkloadObject } from "../workload.ts";
import { controllerRevisions } from "./revision-sources.ts";
import { templatePatch } from "./template-patch.ts";
import { condition, field, labelSelector, listOf, many, podTemplate, strategyOf } from "./wire-fields.ts";
import type { WorkloadKind } from "./workload-kind.ts";

interface StatefulSetObject extends WorkloadObject {
  readonly spec: WorkloadObject["spec"] & {
    readonly replicas?: number;
    readonly podManagementPolicy?: string;
    readonly updateStrategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: number | string };
    };
  };
  readonly status?: WorkloadObject["status"] & {
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

// Numbers of k8s.io/api/apps/v1/generated.proto.
const wire = listOf(
  message({
    1: field("replicas", integer),
    2: field("selector", labelSelector),
    3: field("template", podTemplate),
    6: field("podManagementPolicy", text),
    7: field("updateStrategy", strategyOf({ 1: field("partition", integer), 2: field("maxUnavailable", intOrString) })),
    9: field("minReadySeconds", integer),
  }),
  message({
    1: field("observedGeneration", integer),
    2: field("replicas", integer),
    3: field("readyReplicas", integer),
    5: field("updatedReplicas", integer),
    6: field("currentRevision", text),
    7: field("updateRevision", text),
    10: many("conditions", condition),
    11: field("availableReplicas", integer),
  }),
);

export const statefulset: WorkloadKind = {
  apiVersion: "apps/v1",
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  listKind: "StatefulSetList",
  resource: "statefulsets",
  singular: "statefulset",
  shortNames: ["sts"],
  revisions: controllerRevisions,
  revisionLabel: "controller-revision-hash",
  // The highest ordinal first, as its controller goes about a rolling update.
  deletionOrder: (left, right) => ordinal(right) - ordinal(left),
  patch: templatePatch,
  project: (object, cluster) => {
    const { spec, status } = object as StatefulSetObject;
    const desired = spec.replicas ?? 1;
    const rolling = spec.updateStrategy?.rollingUpdate;
    return projectWorkload(
      object,
      { cluster, apiVersion: "apps/v1", kind: "StatefulSet" },
      {
        paused: false,
        strategy: spec.updateStrategy?.type ?? "RollingUpdate",
        ordered: (spec.podManagementPolicy ?? "OrderedReady") === "OrderedReady",
        partition: rolling?.partition ?? 0,
        maxSurge: 0,
        // A share is rounded down, against what its documentation says (getStatefulSetMaxUnavailable).
        maxUnavailable: Math.max(1, resolvePods(rolling?.maxUnavailable, desired, "down")),
        counts: {
          desired,
          replicas: status?.replicas ?? 0,
          updated: status?.updatedReplicas ?? 0,
          ready: status?.readyReplicas ?? 0,
          available: status?.availableReplicas ?? 0,
        },
        // Before the controller's first look JSON leaves them out, and the binary encoding writes them empty.
        currentRevision: status?.currentRevision || undefined,
        updateRevision: status?.updateRevision || undefined,
      },
    );
  },
  wire,
  // Available and not ready, so that minReadySeconds counts; right after a template is put back updateRevision equals
  // currentRevision while updatedReplicas lags (measured), so the counters decide and the names only when all moved.
  complete: ({ generation, observedGeneration, counts, partition, strategy, currentRevision, updateRevision }) =>
    observedGeneration >= generation &&
    counts.updated >= Math.max(0, counts.desired - partition) &&
    counts.replicas === counts.desired &&
    counts.available >= counts.desired &&
    // A set whose pods are deleted by hand never makes the new revision its current one (completeRollingUpdate).
    (partition > 0 || counts.desired === 0 || strategy === "OnDelete" || currentRevision === updateRevision),
  rolling: ({ generation, observedGeneration, counts, partition, currentRevision, updateRevision }) =>
    observedGeneration < generation ||
    (currentRevision !== updateRevision && counts.updated < Math.max(0, counts.desired - partition)) ||
    (currentRevision !== updateRevision && partition === 0),
  // They have its name.
  awaitsOldPods: () => true,
  affected: ({ counts, partition }) => Math.max(0, counts.desired - partition),
};

function ordinal(pod: string): number {
  return Number(pod.slice(pod.lastIndexOf("-") + 1));
}
