import type { WorkloadKind } from "./kinds/workload-kind.ts";
import { type RolloutPhase, rolloutPhase } from "./rollout-phase.ts";
import type { OwnerRef, RolloutCounts, Workload, WorkloadRef } from "./workload.ts";

/** What deploys workloads and leaves its labels on them. */
export type Deployer = "helm" | "flux" | "argocd";

/** A workload as a list of thousands keeps it. */
export interface WorkloadRow {
  readonly uid: string;
  readonly ref: WorkloadRef & { readonly uid: string };
  readonly counts: RolloutCounts;
  readonly phase: RolloutPhase;
  readonly restartedAt: string | undefined;
  /** The field manager that wrote `restartedAt`, where it is known. */
  readonly restartedBy?: string;
  readonly owner: OwnerRef | undefined;
  /** What deploys it, by the labels that such tools set. */
  readonly manager: Deployer | undefined;
  readonly images: readonly string[];
  readonly strategy: string;
  /** RFC 3339. */
  readonly creationTimestamp: string;
  readonly generation: number;
}

/** Answers one copy of each text: namespaces, images and owners repeat by the thousand. */
export type Intern = (text: string) => string;

/** The row of a workload. */
export function workloadRow(kind: WorkloadKind, workload: Workload, intern: Intern = (text) => text): WorkloadRow {
  const { ref, counts, restartedAt, restartedBy, owner, images, strategy, creationTimestamp, generation } = workload;
  return {
    uid: ref.uid,
    ref: { ...ref, namespace: intern(ref.namespace) },
    counts,
    phase: rolloutPhase(kind, workload),
    restartedAt,
    ...(restartedBy !== undefined && { restartedBy: intern(restartedBy) }),
    owner: owner && { apiVersion: intern(owner.apiVersion), kind: intern(owner.kind), name: intern(owner.name) },
    manager: deployerOf(workload.labels),
    images: images.map(intern),
    strategy: intern(strategy),
    creationTimestamp,
    generation,
  };
}

/** What deploys a workload with these labels. */
export function deployerOf(labels: Readonly<Record<string, string>>): Deployer | undefined {
  if (labels["kustomize.toolkit.fluxcd.io/name"] || labels["helm.toolkit.fluxcd.io/name"]) return "flux";
  if (labels["argocd.argoproj.io/instance"]) return "argocd";
  return labels["app.kubernetes.io/managed-by"] === "Helm" ? "helm" : undefined;
}
