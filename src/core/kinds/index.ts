import { argoRollout } from "./argo-rollout.ts";
import { daemonset } from "./daemonset.ts";
import { deployment } from "./deployment.ts";
import { statefulset } from "./statefulset.ts";
import type { WorkloadKind } from "./workload-kind.ts";

/** Every restartable kind. Completion, parsing and the shared suite of tests read this list. */
export const workloadKinds: readonly WorkloadKind[] = [deployment, statefulset, daemonset, argoRollout];

/** Kinds that people try to restart and that have no rollout, with the way that does what they want. */
export const unrestartableKinds: readonly {
  readonly kind: string;
  readonly apiVersion: string;
  readonly resource: string;
  readonly names: readonly string[];
}[] = [
  { kind: "Pod", apiVersion: "v1", resource: "pods", names: ["po", "pod", "pods"] },
  { kind: "ReplicaSet", apiVersion: "apps/v1", resource: "replicasets", names: ["rs", "replicaset", "replicasets"] },
  {
    kind: "ReplicationController",
    apiVersion: "v1",
    resource: "replicationcontrollers",
    names: ["rc", "replicationcontroller", "replicationcontrollers"],
  },
  { kind: "Job", apiVersion: "batch/v1", resource: "jobs", names: ["job", "jobs"] },
  { kind: "CronJob", apiVersion: "batch/v1", resource: "cronjobs", names: ["cj", "cronjob", "cronjobs"] },
];

/** Finds a kind by its API identity. */
export function findKind(apiVersion: string, kind: string): WorkloadKind | undefined {
  return workloadKinds.find((candidate) => candidate.apiVersion === apiVersion && candidate.kind === kind);
}

/** Names under which a kind can be typed: `deploy`, `deployment`, `deployments`, `deployments.apps`, `deployments.v1.apps`. */
export function kindNames(kind: WorkloadKind): readonly string[] {
  const bases = [kind.singular, kind.resource];
  return [
    ...kind.shortNames,
    ...bases,
    ...bases.flatMap((base) => [`${base}.${kind.group}`, `${base}.${kind.version}.${kind.group}`]),
  ];
}

/** Reads a kind as kubectl does: any case, short, singular, plural or qualified. */
export function parseKind(text: string): WorkloadKind | undefined {
  const wanted = text.toLowerCase();
  return workloadKinds.find((kind) => kindNames(kind).includes(wanted));
}
