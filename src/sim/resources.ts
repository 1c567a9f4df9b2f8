/** One resource that the simulated cluster serves. */
export interface ResourceInfo {
  readonly group: string;
  readonly version: string;
  /** Plural, as in a path. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly hasStatus: boolean;
  readonly hasScale: boolean;
  /** Whether `metadata.generation` is kept. */
  readonly hasGeneration: boolean;
  /** Served by the clusters that have its definition, and without strategic merge. */
  readonly custom: boolean;
}

type Extra = Partial<
  Pick<ResourceInfo, "shortNames" | "categories" | "hasStatus" | "hasScale" | "hasGeneration" | "custom">
>;

function namespaced(groupVersion: string, kind: string, resource: string, extra: Extra = {}): ResourceInfo {
  const [version = "", group = ""] = groupVersion.split("/").reverse();
  return {
    group,
    version,
    resource,
    singular: kind.toLowerCase(),
    kind,
    namespaced: true,
    shortNames: [],
    categories: [],
    hasStatus: false,
    hasScale: false,
    hasGeneration: false,
    custom: false,
    ...extra,
  };
}

function clusterWide(groupVersion: string, kind: string, resource: string, extra: Extra = {}): ResourceInfo {
  return { ...namespaced(groupVersion, kind, resource, extra), namespaced: false };
}

const workload = { categories: ["all"], hasStatus: true, hasGeneration: true } as const;

/** Every resource with objects, in discovery order. */
export const resources: readonly ResourceInfo[] = [
  namespaced("v1", "ConfigMap", "configmaps", { shortNames: ["cm"] }),
  namespaced("v1", "Event", "events", { shortNames: ["ev"] }),
  clusterWide("v1", "Namespace", "namespaces", { shortNames: ["ns"], hasStatus: true }),
  clusterWide("v1", "Node", "nodes", { shortNames: ["no"], hasStatus: true }),
  clusterWide("v1", "PersistentVolume", "persistentvolumes", { shortNames: ["pv"], hasStatus: true }),
  namespaced("v1", "PersistentVolumeClaim", "persistentvolumeclaims", { shortNames: ["pvc"], hasStatus: true }),
  namespaced("v1", "Pod", "pods", { shortNames: ["po"], categories: ["all"], hasStatus: true, hasGeneration: true }),
  namespaced("v1", "ReplicationController", "replicationcontrollers", {
    ...workload,
    shortNames: ["rc"],
    hasScale: true,
  }),
  namespaced("v1", "ResourceQuota", "resourcequotas", { shortNames: ["quota"], hasStatus: true }),
  namespaced("v1", "Secret", "secrets"),
  namespaced("v1", "Service", "services", { shortNames: ["svc"], categories: ["all"], hasStatus: true }),
  namespaced("v1", "ServiceAccount", "serviceaccounts", { shortNames: ["sa"] }),
  namespaced("apps/v1", "ControllerRevision", "controllerrevisions"),
  namespaced("apps/v1", "DaemonSet", "daemonsets", { ...workload, shortNames: ["ds"] }),
  namespaced("apps/v1", "Deployment", "deployments", { ...workload, shortNames: ["deploy"], hasScale: true }),
  namespaced("apps/v1", "ReplicaSet", "replicasets", { ...workload, shortNames: ["rs"], hasScale: true }),
  namespaced("apps/v1", "StatefulSet", "statefulsets", { ...workload, shortNames: ["sts"], hasScale: true }),
  namespaced("argoproj.io/v1alpha1", "Rollout", "rollouts", { ...workload, shortNames: ["ro"], custom: true }),
  namespaced("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", {
    shortNames: ["hpa"],
    categories: ["all"],
    hasStatus: true,
  }),
  namespaced("batch/v1", "CronJob", "cronjobs", { ...workload, shortNames: ["cj"] }),
  namespaced("batch/v1", "Job", "jobs", { ...workload }),
  namespaced("coordination.k8s.io/v1", "Lease", "leases"),
  namespaced("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", {
    shortNames: ["pdb"],
    hasStatus: true,
    hasGeneration: true,
  }),
];

/** The name of a resource in the store and in messages: `pods`, `deployments.apps`. */
export function resourceName(info: { readonly group: string; readonly resource: string }): string {
  return info.group === "" ? info.resource : `${info.resource}.${info.group}`;
}

const byName = new Map(resources.map((info) => [resourceName(info), info]));

export function findResource(name: string): ResourceInfo | undefined {
  return byName.get(name);
}

/** The resources that a cluster with these custom ones serves. */
export function servedResources(custom: ReadonlySet<string>): readonly ResourceInfo[] {
  return resources.filter((info) => !info.custom || custom.has(resourceName(info)));
}

export function groupVersion(info: { readonly group: string; readonly version: string }): string {
  return info.group === "" ? info.version : `${info.group}/${info.version}`;
}
