import { jsonEqual, type KubeObject } from "../object.ts";
import { type ControllerContext, noteBy } from "./controller-context.ts";
import { resolveFenceposts } from "./int-or-percent.ts";
import { templateHash } from "./template-hash.ts";
import type { Deployment, PodTemplate, ReplicaSet } from "./workload-objects.ts";

export const hashLabel = "pod-template-hash";
export const revisionAnnotation = "deployment.kubernetes.io/revision";
const historyAnnotation = "deployment.kubernetes.io/revision-history";
export const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
const maxAnnotation = "deployment.kubernetes.io/max-replicas";
const notInherited: readonly string[] = [
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
];
const note = noteBy("deployment-controller");

export interface Revisions {
  /** The ReplicaSet of the present template, if it exists. */
  readonly newest: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

/** The ReplicaSets of a Deployment, oldest first. */
export function replicaSetsOf({ owners }: ControllerContext, deployment: Deployment): readonly ReplicaSet[] {
  return owners.dependents(
    deployment.metadata.uid,
    "replicasets.apps",
  ) as readonly KubeObject[] as readonly ReplicaSet[];
}

/** Tells the ReplicaSet of the present template from the others. */
export function revisionsOf(context: ControllerContext, deployment: Deployment): Revisions {
  const all = replicaSetsOf(context, deployment);
  const newest = all.find((replicaSet) => jsonEqual(withoutHash(replicaSet.spec.template), deployment.spec.template));
  return { newest, old: all.filter((replicaSet) => replicaSet !== newest) };
}

export function replicasOf(object: Deployment | ReplicaSet): number {
  return object.spec.replicas ?? 1;
}

/** How many pods a rolling update may add and miss; a Recreate may do neither. */
export function rollingLimits(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  if (isRecreate(deployment)) return { surge: 0, unavailable: 0 };
  const { maxSurge = "25%", maxUnavailable = "25%" } = deployment.spec.strategy?.rollingUpdate ?? {};
  const replicas = replicasOf(deployment);
  const { surge, unavailable } = resolveFenceposts(maxSurge, maxUnavailable, replicas);
  return { surge, unavailable: Math.min(unavailable, replicas) };
}

export function isRecreate(deployment: Deployment): boolean {
  return deployment.spec.strategy?.type === "Recreate";
}

/** How many pods the newest ReplicaSet may have now. Source: NewRSNewReplicas. */
export function allowedNewReplicas(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
): number {
  const desired = replicasOf(deployment);
  if (isRecreate(deployment)) return desired;
  const present = newest === undefined ? 0 : replicasOf(newest);
  const room = desired + rollingLimits(deployment).surge - all.reduce((sum, other) => sum + replicasOf(other), 0);
  return room <= 0 ? present : present + Math.min(room, desired - present);
}

/** Gives the newest ReplicaSet the highest revision, and makes it when it is missing. Source: getNewReplicaSet. */
export function syncNewest(
  context: ControllerContext,
  deployment: Deployment,
  create: boolean,
): { readonly revisions: Revisions; readonly created: boolean } {
  const { store } = context;
  const { newest, old } = revisionsOf(context, deployment);
  const revision = 1 + old.reduce((highest, replicaSet) => Math.max(highest, revisionOf(replicaSet)), 0);
  if (newest !== undefined) {
    const { minReadySeconds, ...spec } = newest.spec;
    const annotations = { ...newest.metadata.annotations, ...inherited(deployment), ...raised(newest, revision) };
    const updated = store.update("replicasets.apps", {
      ...newest,
      metadata: { ...newest.metadata, annotations },
      spec: {
        ...spec,
        ...((deployment.spec.minReadySeconds ?? 0) > 0 ? { minReadySeconds: deployment.spec.minReadySeconds } : {}),
      },
    }) as ReplicaSet;
    writeRevision(context, deployment, String(revisionOf(updated)));
    return { revisions: { newest: updated, old }, created: false };
  }
  if (!create) return { revisions: { newest, old }, created: false };
  const replicas = allowedNewReplicas(deployment, old, undefined);
  const made = createReplicaSet(context, deployment, replicas, revision);
  if (replicas > 0) {
    const message = `Scaled up replica set ${made.metadata.name} from 0 to ${replicas}`;
    context.events.record(deployment, note("Normal", "ScalingReplicaSet", message));
  }
  writeRevision(context, deployment, String(revision));
  return { revisions: { newest: made, old }, created: true };
}

function createReplicaSet(
  { store }: ControllerContext,
  deployment: Deployment,
  replicas: number,
  revision: number,
): ReplicaSet {
  const { template, selector, minReadySeconds = 0 } = deployment.spec;
  const { name, uid, namespace } = deployment.metadata;
  let hash = templateHash(template);
  // Such a name can be taken by the remains of a Deployment of the same name that was just deleted.
  for (let collision = 1; store.get("replicasets.apps", namespace, `${name}-${hash}`) !== undefined; collision += 1) {
    hash = templateHash([template, collision]);
  }
  return store.create("replicasets.apps", {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...template.metadata?.labels, [hashLabel]: hash },
      annotations: {
        ...inherited(deployment),
        [revisionAnnotation]: String(revision),
        ...sizeAnnotations(deployment),
      },
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: {
      replicas,
      ...(minReadySeconds > 0 ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: withHash(template, hash),
    },
    status: { replicas: 0 },
  }) as ReplicaSet;
}

/** Sets the size of a ReplicaSet and says so; without a change of size only the annotations are brought up to date. */
export function scaleReplicaSet(
  { store, events }: ControllerContext,
  deployment: Deployment,
  replicaSet: ReplicaSet,
  replicas: number,
): boolean {
  const present = replicasOf(replicaSet);
  const annotations = { ...replicaSet.metadata.annotations, ...sizeAnnotations(deployment) };
  store.update("replicasets.apps", {
    ...replicaSet,
    metadata: { ...replicaSet.metadata, annotations },
    spec: { ...replicaSet.spec, replicas },
  });
  if (present === replicas) return false;
  const direction = replicas > present ? "up" : "down";
  const message = `Scaled ${direction} replica set ${replicaSet.metadata.name} from ${present} to ${replicas}`;
  events.record(deployment, note("Normal", "ScalingReplicaSet", message));
  return true;
}

/** Drops the oldest empty ReplicaSets beyond `revisionHistoryLimit`. */
export function trimHistory({ store }: ControllerContext, deployment: Deployment, old: readonly ReplicaSet[]): void {
  const alive = old.filter((replicaSet) => replicaSet.metadata.deletionTimestamp === undefined);
  const excess = alive.length - (deployment.spec.revisionHistoryLimit ?? 10);
  if (excess <= 0) return;
  const oldest = alive.toSorted((left, right) => revisionOf(left) - revisionOf(right)).slice(0, excess);
  for (const { metadata, spec, status } of oldest) {
    if (spec.replicas !== 0 || (status?.replicas ?? 0) !== 0) continue;
    if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) continue;
    store.remove("replicasets.apps", metadata.namespace, metadata.name);
  }
}

function revisionOf(replicaSet: ReplicaSet): number {
  return Number(replicaSet.metadata.annotations?.[revisionAnnotation] ?? 0);
}

/** A re-used ReplicaSet becomes the newest revision and remembers which ones it was. */
function raised(replicaSet: ReplicaSet, revision: number): Readonly<Record<string, string>> {
  const present = replicaSet.metadata.annotations?.[revisionAnnotation];
  if (Number(present ?? 0) >= revision) return {};
  const history = replicaSet.metadata.annotations?.[historyAnnotation];
  return {
    [revisionAnnotation]: String(revision),
    ...(present === undefined
      ? {}
      : { [historyAnnotation]: history === undefined ? present : `${history},${present}` }),
  };
}

function writeRevision({ store }: ControllerContext, deployment: Deployment, revision: string): void {
  if (deployment.metadata.annotations?.[revisionAnnotation] === revision) return;
  const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: revision };
  store.update("deployments.apps", { ...deployment, metadata: { ...deployment.metadata, annotations } });
}

function inherited(deployment: Deployment): Readonly<Record<string, string>> {
  const entries = Object.entries(deployment.metadata.annotations ?? {});
  return Object.fromEntries(entries.filter(([key]) => !notInherited.includes(key)));
}

function sizeAnnotations(deployment: Deployment): Readonly<Record<string, string>> {
  const desired = replicasOf(deployment);
  return {
    [desiredAnnotation]: String(desired),
    [maxAnnotation]: String(desired + rollingLimits(deployment).surge),
  };
}

function withHash(template: PodTemplate, hash: string): PodTemplate {
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return { ...template, metadata: { ...template.metadata, labels } };
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
