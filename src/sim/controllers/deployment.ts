import { controllerOf } from "../object.ts";
import type { StoreEvent } from "../store.ts";
import { type ControllerContext, isNamespaceTerminating, objectKey, objectOfKey } from "./controller-context.ts";
import {
  allowedNewReplicas,
  desiredAnnotation,
  isRecreate,
  type Revisions,
  replicaSetsOf,
  replicasOf,
  revisionsOf,
  rollingLimits,
  scaleReplicaSet,
  syncNewest,
  trimHistory,
} from "./deployment-revisions.ts";
import { isComplete, noteNewReplicaSet, notePause, observe, observeRollout } from "./deployment-status.ts";
import type { Reconciler } from "./work-queue.ts";
import type { Deployment, Pod, ReplicaSet } from "./workload-objects.ts";

/** Rolls Deployments as kube-controller-manager does. Source: pkg/controller/deployment. */
export function createDeploymentController(context: ControllerContext): Reconciler {
  return {
    name: "deployment",
    keys: (event) => keysOf(context, event),
    sync: (key) => syncDeployment(context, key),
  };
}

function keysOf({ store }: ControllerContext, { type, resource, object }: StoreEvent): readonly string[] {
  if (resource === "deployments.apps") return [objectKey(object)];
  if (resource === "replicasets.apps") return ownerKey(object);
  // A Recreate waits for the last old pod to be gone.
  if (resource !== "pods" || type !== "DELETED") return [];
  const owner = controllerOf(object);
  const replicaSet = owner && store.get("replicasets.apps", object.metadata.namespace, owner.name);
  return replicaSet === undefined ? [] : ownerKey(replicaSet);
}

function ownerKey(object: StoreEvent["object"]): readonly string[] {
  const owner = controllerOf(object);
  return owner?.kind === "Deployment" ? [`${object.metadata.namespace ?? ""}/${owner.name}`] : [];
}

function syncDeployment(context: ControllerContext, key: string): number | undefined {
  const { store } = context;
  const fresh = (): Deployment | undefined => objectOfKey(store, "deployments.apps", key) as Deployment | undefined;
  const found = fresh();
  if (found === undefined || found.metadata.annotations?.["fake/unobserved"] === "true") return undefined;
  if (found.metadata.deletionTimestamp !== undefined || isNamespaceTerminating(store, found.metadata.namespace)) {
    observe(context, found, revisionsOf(context, found));
    return undefined;
  }
  notePause(context, found);
  const deployment = fresh() ?? found;
  if (deployment.spec.paused === true || isScaling(replicaSetsOf(context, deployment), deployment)) {
    const { revisions } = syncNewest(context, deployment, false);
    scale(context, fresh() ?? deployment, revisions);
    if (deployment.spec.paused === true) trimHistory(context, deployment, revisions.old);
    observe(context, fresh() ?? deployment, revisionsOf(context, deployment));
    return undefined;
  }
  const revisions = isRecreate(deployment) ? recreate(context, deployment) : roll(context, deployment);
  const observed = fresh() ?? deployment;
  if (isComplete(observed)) trimHistory(context, observed, revisions.old);
  return observeRollout(context, observed, revisionsOf(context, observed));
}

/** Brings the newest ReplicaSet up to date and notes what happened to it. */
function newestOf(context: ControllerContext, deployment: Deployment): Revisions {
  const { revisions, created } = syncNewest(context, deployment, true);
  const { namespace, name } = deployment.metadata;
  const written = context.store.get("deployments.apps", namespace, name) as Deployment | undefined;
  if (written !== undefined && revisions.newest !== undefined) {
    noteNewReplicaSet(context, written, revisions.newest, created);
  }
  return revisions;
}

/** One step of a rolling update: up as far as the surge allows, else down as far as availability allows. */
function roll(context: ControllerContext, deployment: Deployment): Revisions {
  const revisions = newestOf(context, deployment);
  const { newest, old } = revisions;
  if (newest === undefined) return revisions;
  if (scaleNewest(context, deployment, newest, old)) return revisions;
  scaleDownOld(context, deployment, newest, old);
  return revisions;
}

function scaleNewest(
  context: ControllerContext,
  deployment: Deployment,
  newest: ReplicaSet,
  old: readonly ReplicaSet[],
): boolean {
  const desired = replicasOf(deployment);
  const present = replicasOf(newest);
  if (present === desired) return scaleReplicaSet(context, deployment, newest, present);
  const wanted = present > desired ? desired : allowedNewReplicas(deployment, [...old, newest], newest);
  return scaleReplicaSet(context, deployment, newest, wanted);
}

/** First the old pods that do not serve, then as many healthy ones as may be missed. Source: reconcileOldReplicaSets. */
function scaleDownOld(
  context: ControllerContext,
  deployment: Deployment,
  newest: ReplicaSet,
  old: readonly ReplicaSet[],
): void {
  const wantedOld = total(old, replicasOf);
  if (wantedOld === 0) return;
  const minimum = replicasOf(deployment) - rollingLimits(deployment).unavailable;
  const newUnavailable = replicasOf(newest) - availableOf(newest);
  const mayGo = wantedOld + replicasOf(newest) - minimum - newUnavailable;
  if (mayGo <= 0) return;
  const sizes = new Map(old.map((replicaSet) => [replicaSet, replicasOf(replicaSet)]));
  let unhealthyLeft = mayGo;
  for (const replicaSet of old) {
    const size = replicasOf(replicaSet);
    const gone = Math.min(unhealthyLeft, Math.max(0, size - availableOf(replicaSet)));
    sizes.set(replicaSet, size - gone);
    unhealthyLeft -= gone;
  }
  let spare = total([...old, newest], availableOf) - minimum;
  for (const replicaSet of old) {
    const size = sizes.get(replicaSet) ?? 0;
    const gone = Math.min(size, Math.max(0, spare));
    sizes.set(replicaSet, size - gone);
    spare -= gone;
  }
  for (const [replicaSet, size] of sizes)
    if (size !== replicasOf(replicaSet)) scaleReplicaSet(context, deployment, replicaSet, size);
}

/** All old pods go, and only when the last is gone the new ones come. */
function recreate(context: ControllerContext, deployment: Deployment): Revisions {
  const { revisions } = syncNewest(context, deployment, false);
  let scaledDown = false;
  for (const replicaSet of revisions.old) {
    if (replicasOf(replicaSet) === 0) continue;
    scaledDown = scaleReplicaSet(context, deployment, replicaSet, 0) || scaledDown;
  }
  const remaining = revisions.old.some((replicaSet) =>
    (context.owners.dependents(replicaSet.metadata.uid, "pods") as readonly Pod[]).some(
      ({ status }) => status?.phase !== "Failed" && status?.phase !== "Succeeded",
    ),
  );
  if (scaledDown || remaining) return revisions;
  const { namespace, name } = deployment.metadata;
  const written = (context.store.get("deployments.apps", namespace, name) ?? deployment) as Deployment;
  const { newest, old } = newestOf(context, written);
  if (newest !== undefined) scaleReplicaSet(context, written, newest, replicasOf(written));
  return { newest, old };
}

/** Somebody changed `spec.replicas` since the ReplicaSets were last sized. */
function isScaling(replicaSets: readonly ReplicaSet[], deployment: Deployment): boolean {
  const desired = String(replicasOf(deployment));
  return replicaSets.some(
    (replicaSet) =>
      replicasOf(replicaSet) > 0 && (replicaSet.metadata.annotations?.[desiredAnnotation] ?? desired) !== desired,
  );
}

/** Scaling while nothing rolls changes the one active ReplicaSet; in the middle of a roll each gets its share. Source: scale. */
function scale(context: ControllerContext, deployment: Deployment, { newest, old }: Revisions): void {
  const desired = replicasOf(deployment);
  const all = newest === undefined ? old : [...old, newest];
  const active = all.filter((replicaSet) => replicasOf(replicaSet) > 0);
  if (active.length <= 1) {
    const only = active[0] ?? newest ?? old.at(-1);
    if (only !== undefined) scaleReplicaSet(context, deployment, only, desired);
    return;
  }
  if (newest !== undefined && replicasOf(newest) === desired && availableOf(newest) === desired) {
    for (const replicaSet of old) if (replicasOf(replicaSet) > 0) scaleReplicaSet(context, deployment, replicaSet, 0);
    return;
  }
  if (isRecreate(deployment)) return;
  scaleInProportion(context, deployment, active);
}

function scaleInProportion(context: ControllerContext, deployment: Deployment, active: readonly ReplicaSet[]): void {
  const desired = replicasOf(deployment);
  const allowed = desired > 0 ? desired + rollingLimits(deployment).surge : 0;
  const present = total(active, replicasOf);
  const toAdd = allowed - present;
  // The largest first; of equals the newer one when growing, the older one when shrinking.
  const order = active.toSorted((left, right) => replicasOf(right) - replicasOf(left));
  let added = 0;
  const sizes = order.map((replicaSet) => {
    const size = replicasOf(replicaSet);
    const share = Math.round((size * allowed) / present) - size;
    const left = toAdd - added;
    const change = toAdd > 0 ? Math.min(Math.max(share, 0), left) : Math.max(Math.min(share, 0), left);
    added += change;
    return size + change;
  });
  order.forEach((replicaSet, index) => {
    const rest = index === 0 ? toAdd - added : 0;
    scaleReplicaSet(context, deployment, replicaSet, Math.max(0, (sizes[index] ?? 0) + rest));
  });
}

function availableOf(replicaSet: ReplicaSet): number {
  return replicaSet.status?.availableReplicas ?? 0;
}

function total(replicaSets: readonly ReplicaSet[], count: (replicaSet: ReplicaSet) => number): number {
  return replicaSets.reduce((sum, replicaSet) => sum + count(replicaSet), 0);
}
