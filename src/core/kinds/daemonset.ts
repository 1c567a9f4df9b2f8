import { integer, intOrString, message } from "../../kube/wire.ts";
import { projectWorkload, resolvePods, type WorkloadObject } from "../workload.ts";
import { controllerRevisions } from "./revision-sources.ts";
import { templatePatch } from "./template-patch.ts";
import { condition, field, labelSelector, listOf, many, podTemplate, strategyOf } from "./wire-fields.ts";
import type { WorkloadKind } from "./workload-kind.ts";

interface DaemonSetObject extends WorkloadObject {
  readonly spec: WorkloadObject["spec"] & {
    readonly updateStrategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string };
    };
  };
  readonly status?: WorkloadObject["status"] & {
    readonly desiredNumberScheduled?: number;
    readonly currentNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberReady?: number;
    readonly numberAvailable?: number;
  };
}

// Numbers of k8s.io/api/apps/v1/generated.proto.
const wire = listOf(
  message({
    1: field("selector", labelSelector),
    2: field("template", podTemplate),
    3: field(
      "updateStrategy",
      strategyOf({ 1: field("maxUnavailable", intOrString), 2: field("maxSurge", intOrString) }),
    ),
    4: field("minReadySeconds", integer),
  }),
  message({
    1: field("currentNumberScheduled", integer),
    3: field("desiredNumberScheduled", integer),
    4: field("numberReady", integer),
    5: field("observedGeneration", integer),
    6: field("updatedNumberScheduled", integer),
    7: field("numberAvailable", integer),
    10: many("conditions", condition),
  }),
);

export const daemonset: WorkloadKind = {
  apiVersion: "apps/v1",
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  listKind: "DaemonSetList",
  resource: "daemonsets",
  singular: "daemonset",
  shortNames: ["ds"],
  revisions: controllerRevisions,
  revisionLabel: "controller-revision-hash",
  perNode: true,
  deletionOrder: (left, right) => (left < right ? -1 : Number(left > right)),
  patch: templatePatch,
  project: (object, cluster) => {
    const { spec, status } = object as DaemonSetObject;
    const desired = status?.desiredNumberScheduled ?? 0;
    const rolling = spec.updateStrategy?.rollingUpdate;
    const surge = resolvePods(rolling?.maxSurge, desired, "up");
    return projectWorkload(
      object,
      { cluster, apiVersion: "apps/v1", kind: "DaemonSet" },
      {
        paused: false,
        strategy: spec.updateStrategy?.type ?? "RollingUpdate",
        ordered: false,
        partition: 0,
        maxSurge: surge,
        maxUnavailable: surge > 0 ? 0 : Math.max(1, resolvePods(rolling?.maxUnavailable ?? 1, desired, "up")),
        counts: {
          desired,
          replicas: status?.currentNumberScheduled ?? 0,
          updated: status?.updatedNumberScheduled ?? 0,
          ready: status?.numberReady ?? 0,
          available: status?.numberAvailable ?? 0,
        },
        currentRevision: undefined,
        updateRevision: undefined,
      },
    );
  },
  wire,
  complete: ({ generation, observedGeneration, counts }) =>
    observedGeneration >= generation && counts.updated >= counts.desired && counts.available >= counts.desired,
  rolling: ({ generation, observedGeneration, counts }) =>
    observedGeneration < generation || counts.updated < counts.desired,
  awaitsOldPods: ({ maxSurge }) => maxSurge === 0,
  affected: ({ counts }) => counts.desired,
};
