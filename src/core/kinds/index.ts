import { argoRollout } from "./argo-rollout.ts";
import { daemonset } from "./daemonset.ts";
import { deployment } from "./deployment.ts";
import { statefulset } from "./statefulset.ts";
import type { WorkloadKind } from "./workload-kind.ts";

/** Every restartable kind. Completion, parsing and the shared suite of tests read this list. */
export const workloadKinds: readonly WorkloadKind[] = [deployment, statefulset, daemonset, argoRollout];

/** A kind that people try to restart and that has no rollout. */
interface UnrestartableKind {
  readonly kind: string;
  readonly apiVersion: string;
  readonly resource: string;
  /** As it can be typed, in lower case. */
  readonly names: readonly string[];
}

/** Kinds that people try to restart and that have no rollout. */
export const unrestartableKinds: readonly UnrestartableKind[] = [
  unrestartable("Pod", "v1", "po"),
  unrestartable("ReplicaSet", "apps/v1", "rs"),
  unrestartable("ReplicationController", "v1", "rc"),
  unrestartable("Job", "batch/v1"),
  unrestartable("CronJob", "batch/v1", "cj"),
  unrestartable("ConfigMap", "v1", "cm"),
];

function unrestartable(kind: string, apiVersion: string, ...shortNames: readonly string[]): UnrestartableKind {
  const singular = kind.toLowerCase();
  const resource = `${singular}s`;
  const [version = "", group] = apiVersion.split("/").toReversed();
  const bases = [singular, resource];
  const names = [...shortNames, ...bases, ...bases.flatMap((base) => qualified(base, version, group))];
  return { kind, apiVersion, resource, names };
}

/** kubectl's longer names; the core group has none. */
function qualified(base: string, version: string, group: string | undefined): readonly string[] {
  return group === undefined ? [] : [`${base}.${group}`, `${base}.${version}.${group}`];
}

/** Finds a kind by its API identity. */
export function findKind(apiVersion: string, kind: string): WorkloadKind | undefined {
  return workloadKinds.find((candidate) => candidate.apiVersion === apiVersion && candidate.kind === kind);
}

/** Names under which a kind can be typed: `deploy`, `deployment`, `deployments`, `deployments.apps`, `deployments.v1.apps`. */
export function kindNames(kind: WorkloadKind): readonly string[] {
  const bases = [kind.singular, kind.resource];
  return [...kind.shortNames, ...bases, ...bases.flatMap((base) => qualified(base, kind.version, kind.group))];
}

/** Reads a kind as kubectl does: any case, short, singular, plural or qualified. */
export function parseKind(text: string): WorkloadKind | undefined {
  const wanted = text.toLowerCase();
  return workloadKinds.find((kind) => kindNames(kind).includes(wanted));
}
