import { projectWorkload, resolvePods, type WorkloadObject } from "../workload.ts";
import { templatePatch } from "./template-patch.ts";
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

export const daemonset: WorkloadKind = {
  apiVersion: "apps/v1",
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  listKind: "DaemonSetList",
  resource: "daemonsets",
  singular: "daemonset",
  shortNames: ["ds"],
  revisionLabel: "controller-revision-hash",
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
  complete: ({ generation, observedGeneration, counts }) =>
    observedGeneration >= generation && counts.updated >= counts.desired && counts.available >= counts.desired,
  rolling: ({ generation, observedGeneration, counts }) =>
    observedGeneration < generation || counts.updated < counts.desired,
  affected: ({ counts }) => counts.desired,
};
