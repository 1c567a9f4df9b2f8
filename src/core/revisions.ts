import { restartedAtAnnotation, type Workload, type WorkloadCondition } from "./workload.ts";

/**
 * One revision of a workload's template: a ReplicaSet of a Deployment, or a ControllerRevision of a StatefulSet or a
 * DaemonSet.
 */
export interface Revision {
  readonly name: string;
  readonly uid: string;
  readonly ownerUid: string;
  /** The value that pods of this revision carry in the kind's revision label. */
  readonly hash: string;
  readonly number: number;
  readonly restartedAt: string | undefined;
  /** ReplicaSet only. */
  readonly replicas: number;
  readonly available: number;
  readonly conditions: readonly WorkloadCondition[];
}

interface TemplateHolder {
  readonly template?: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };
}

/** A ReplicaSet or a ControllerRevision as the API sends it, as far as it is read. */
export interface RevisionObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string; readonly controller?: boolean }[];
  };
  readonly revision?: number;
  readonly data?: { readonly spec?: TemplateHolder };
  readonly spec?: TemplateHolder;
  readonly status?: {
    readonly replicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Partial<WorkloadCondition>[];
  };
}

export function projectRevision(object: RevisionObject, label: string): Revision {
  const { metadata, status } = object;
  const template = (object.data?.spec ?? object.spec)?.template;
  return {
    name: metadata.name,
    uid: metadata.uid,
    ownerUid: metadata.ownerReferences?.find((reference) => reference.controller === true)?.uid ?? "",
    // A StatefulSet's pods carry the whole name of the ControllerRevision, a DaemonSet's only its hash.
    hash: metadata.labels?.[label] ?? metadata.name,
    number: object.revision ?? Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0),
    restartedAt: template?.metadata?.annotations?.[restartedAtAnnotation],
    replicas: status?.replicas ?? 0,
    available: status?.availableReplicas ?? 0,
    conditions: (status?.conditions ?? []).map((condition) => ({
      type: condition.type ?? "",
      status: condition.status ?? "",
      reason: condition.reason ?? "",
      message: condition.message ?? "",
    })),
  };
}

/**
 * The revision that the workload is rolling to: among its own, the one whose template carries the restart's value; with
 * no restart to look for (`undefined`), the newest.
 */
export function newRevision(
  workload: Workload,
  revisions: Iterable<Revision>,
  restartedAt: string | undefined,
): Revision | undefined {
  let best: Revision | undefined;
  for (const revision of revisions) {
    if (revision.ownerUid !== workload.ref.uid) continue;
    if (restartedAt !== undefined && revision.restartedAt !== restartedAt) continue;
    if (best === undefined || revision.number > best.number) best = revision;
  }
  return best;
}
