import type { V1LabelSelector, V1PodTemplateSpec } from "@kubernetes/client-node";
import { fieldManager, type ManagedFields } from "./field-manager.ts";

/** The key that `kubectl rollout restart` made the field's own; registered in the Kubernetes documentation. */
export const restartedAtAnnotation = "kubectl.kubernetes.io/restartedAt";

const restartedAtField = ["f:spec", "f:template", "f:metadata", "f:annotations", `f:${restartedAtAnnotation}`];

/** Names one restartable object. `cluster` is the context's name or the name of a configured entry. */
export interface WorkloadRef {
  readonly cluster: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
}

/** The object that controls another, as its `ownerReferences` names it. */
export interface OwnerRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** Counts of a rollout, named as the workload's status names them; a counter that the API leaves out is 0. */
export interface RolloutCounts {
  /** Pods that the spec (or, for a DaemonSet, the nodes) ask for. */
  readonly desired: number;
  /** Pods that exist and are not being deleted, old and new together. */
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
}

/** A condition of the workload's status. */
export interface WorkloadCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** What the core keeps of a workload: a projection, so that a list of thousands stays small. */
export interface Workload {
  readonly ref: WorkloadRef & { readonly uid: string };
  readonly resourceVersion: string;
  readonly generation: number;
  readonly observedGeneration: number;
  /** RFC 3339. */
  readonly creationTimestamp: string;
  readonly deleting: boolean;
  readonly owner: OwnerRef | undefined;
  /** Value of the last restart: the annotation in the pod template, or the field that a kind has for it. */
  readonly restartedAt: string | undefined;
  /** The field manager that wrote `restartedAt`; known where the object was read with its managed fields. */
  readonly restartedBy?: string;
  readonly paused: boolean;
  /** How its controller sums it up, for kinds that do: `Healthy`, `Progressing`, `Paused`, `Degraded`. */
  readonly phase?: string;
  /** `RollingUpdate`, `Recreate` or `OnDelete`. */
  readonly strategy: string;
  /** StatefulSet with `OrderedReady`: nothing moves while one of its pods is not ready. */
  readonly ordered: boolean;
  /** StatefulSet only: ordinals below it are left alone. */
  readonly partition: number;
  /** Resolved pod counts of the strategy; undefined where the kind has none. */
  readonly maxSurge: number | undefined;
  readonly maxUnavailable: number | undefined;
  readonly minReadySeconds: number;
  readonly counts: RolloutCounts;
  /** StatefulSet only. */
  readonly currentRevision: string | undefined;
  readonly updateRevision: string | undefined;
  readonly conditions: readonly WorkloadCondition[];
  readonly images: readonly string[];
  /** Names of the containers of the pod template, in its order. */
  readonly containers: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly selector: V1LabelSelector;
}

/** Fields that the objects of the three built-in kinds share, as the API sends them. */
export interface WorkloadObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly managedFields?: ManagedFields;
    readonly ownerReferences?: readonly {
      readonly apiVersion: string;
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
  readonly spec: {
    readonly selector?: V1LabelSelector;
    readonly template?: PodTemplate;
    readonly minReadySeconds?: number;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

/** The API's JSON gives strings where the typed model has dates. */
export type PodTemplate = Pick<V1PodTemplateSpec, "spec"> & {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
};

/** What every kind projects alike; a kind adds its strategy and counts. */
export function projectWorkload(
  object: WorkloadObject,
  identity: { readonly cluster: string; readonly apiVersion: string; readonly kind: string },
  own: Pick<
    Workload,
    | "paused"
    | "strategy"
    | "ordered"
    | "partition"
    | "maxSurge"
    | "maxUnavailable"
    | "counts"
    | "currentRevision"
    | "updateRevision"
  > &
    Partial<Pick<Workload, "observedGeneration" | "restartedAt" | "phase">>,
  /** Path of the field that a restart writes. */
  restartField: readonly string[] = restartedAtField,
): Workload {
  const { metadata, spec, status } = object;
  const owner = metadata.ownerReferences?.find((reference) => reference.controller === true);
  const containers = spec.template?.spec?.containers ?? [];
  const restartedBy = fieldManager(metadata.managedFields, restartField);
  return {
    ref: {
      ...identity,
      namespace: metadata.namespace ?? "",
      name: metadata.name,
      uid: metadata.uid,
    },
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation ?? 0,
    observedGeneration: status?.observedGeneration ?? 0,
    creationTimestamp: metadata.creationTimestamp ?? "",
    deleting: metadata.deletionTimestamp !== undefined,
    owner: owner && { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name },
    restartedAt: spec.template?.metadata?.annotations?.[restartedAtAnnotation],
    ...(restartedBy !== undefined && { restartedBy }),
    minReadySeconds: spec.minReadySeconds ?? 0,
    conditions: (status?.conditions ?? []).map(({ type, status: state, reason, message }) => ({
      type,
      status: state,
      reason: reason ?? "",
      message: message ?? "",
    })),
    images: containers.map((container) => container.image ?? ""),
    containers: containers.map((container) => container.name),
    labels: metadata.labels ?? {},
    selector: spec.selector ?? {},
    ...own,
  };
}

/**
 * Resolves a count or a percentage of `total` as the controllers do: surge rounds up, unavailable rounds down
 * (k8s.io/kubernetes pkg/controller/deployment/util, ResolveFenceposts).
 */
export function resolvePods(value: number | string | undefined, total: number, round: "up" | "down"): number {
  if (value === undefined) return 0;
  if (typeof value === "number") return value;
  const share = (Number.parseInt(value, 10) * total) / 100;
  return round === "up" ? Math.ceil(share) : Math.floor(share);
}
