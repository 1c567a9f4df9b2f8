import { timestamp } from "../clock.ts";
import { type Condition, findCondition, withCondition, withFreshCondition, withoutCondition } from "./conditions.ts";
import type { ControllerContext } from "./controller-context.ts";
import { isRecreate, type Revisions, replicasOf, rollingLimits } from "./deployment-revisions.ts";
import type { Deployment, DeploymentStatus, ReplicaSet } from "./workload-objects.ts";

/** What a Deployment without a limit has in its place; the API server's default is 600 s. */
const noDeadline = 2_147_483_647;

/** The counters and the Available condition. Zeros are left out, as Kubernetes does. Source: calculateStatus. */
export function calculateStatus(deployment: Deployment, { newest, old }: Revisions, now: number): DeploymentStatus {
  const all = newest === undefined ? old : [...old, newest];
  const available = sum(all, ({ status }) => status?.availableReplicas);
  // What should be there, not what is: pods that a quota refuses count as unavailable.
  const unavailable = Math.max(0, sum(all, replicasOf) - available);
  const counts = {
    replicas: sum(all, ({ status }) => status?.replicas),
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: sum(all, ({ status }) => status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: unavailable,
  };
  const enough =
    available >= replicasOf(deployment) - (isRecreate(deployment) ? 0 : rollingLimits(deployment).unavailable);
  return {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    terminatingReplicas: sum(all, ({ status }) => status?.terminatingReplicas),
    conditions: withCondition(deployment.status?.conditions ?? [], {
      type: "Available",
      status: enough ? "True" : "False",
      ...times(now),
      reason: enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
      message: `Deployment ${enough ? "has" : "does not have"} minimum availability.`,
    }),
  };
}

/** Writes counters and availability only: of a paused Deployment, one that is scaled or one that is being deleted. */
export function observe({ store }: ControllerContext, deployment: Deployment, revisions: Revisions): void {
  const { namespace, name } = deployment.metadata;
  const status = calculateStatus(deployment, revisions, store.clock.now());
  store.updateStatus("deployments.apps", namespace, name, status);
}

/** Writes the status with its progress; returns when the progress deadline must be looked at. Source: syncRolloutStatus. */
export function observeRollout(
  { store }: ControllerContext,
  deployment: Deployment,
  revisions: Revisions,
): number | undefined {
  const now = store.clock.now();
  const counted = calculateStatus(deployment, revisions, now);
  const status = { ...counted, conditions: rolloutConditions(deployment, counted, revisions, now) };
  store.updateStatus("deployments.apps", deployment.metadata.namespace, deployment.metadata.name, status);
  return deadlineIn(deployment, status, now);
}

function rolloutConditions(
  deployment: Deployment,
  status: DeploymentStatus,
  { newest, old }: Revisions,
  now: number,
): readonly Condition[] {
  let conditions = status.conditions ?? [];
  const present = findCondition(deployment.status?.conditions, "Progressing");
  const what =
    newest === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newest.metadata.name}"`;
  const settled =
    present?.reason === "NewReplicaSetAvailable" && (status.replicas ?? 0) === (status.updatedReplicas ?? 0);
  if (!hasDeadline(deployment)) conditions = withoutCondition(conditions, "Progressing");
  else if (!settled) {
    if (isComplete(deployment, status)) {
      const message = `${what} has successfully progressed.`;
      conditions = withCondition(conditions, progressing("True", "NewReplicaSetAvailable", message, now));
    } else if (madeProgress(deployment.status, status)) {
      const message = `${what} is progressing.`;
      conditions = withFreshCondition(conditions, progressing("True", "ReplicaSetUpdated", message, now));
    } else if (timedOut(deployment, now)) {
      const message = `${what} has timed out progressing.`;
      conditions = withCondition(conditions, progressing("False", "ProgressDeadlineExceeded", message, now));
    }
  }
  const failure =
    findCondition(newest?.status?.conditions, "ReplicaFailure") ??
    old.map((replicaSet) => findCondition(replicaSet.status?.conditions, "ReplicaFailure")).find((found) => found);
  return failure === undefined
    ? withoutCondition(conditions, "ReplicaFailure")
    : withCondition(conditions, { ...failure, lastUpdateTime: failure.lastTransitionTime ?? timestamp(now) });
}

/** Every desired pod is of the newest revision and available, and no other is left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined = deployment.status): boolean {
  const desired = replicasOf(deployment);
  return (
    (status?.updatedReplicas ?? 0) === desired &&
    (status?.replicas ?? 0) === desired &&
    (status?.availableReplicas ?? 0) === desired &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 1)
  );
}

/** Notes that a ReplicaSet was made. The first condition of a found one is another: Kubernetes tells them apart. */
export function noteNewReplicaSet(
  { store }: ControllerContext,
  deployment: Deployment,
  newest: ReplicaSet,
  created: boolean,
): void {
  if (!hasDeadline(deployment)) return;
  if (!created && findCondition(deployment.status?.conditions, "Progressing") !== undefined) return;
  const [reason, verb] = created ? ["NewReplicaSetCreated", "Created new"] : ["FoundNewReplicaSet", "Found new"];
  const message = `${verb} replica set "${newest.metadata.name}"`;
  writeCondition(store, deployment, progressing("True", reason, message, store.clock.now()));
}

/** A pause stops the clock of the progress deadline. Source: checkPausedConditions. */
export function notePause({ store }: ControllerContext, deployment: Deployment): void {
  if (!hasDeadline(deployment)) return;
  const reason = findCondition(deployment.status?.conditions, "Progressing")?.reason;
  if (reason === "ProgressDeadlineExceeded") return;
  const paused = deployment.spec.paused === true;
  if (paused === (reason === "DeploymentPaused")) return;
  const message = `Deployment is ${paused ? "paused" : "resumed"}`;
  const next = progressing("Unknown", paused ? "DeploymentPaused" : "DeploymentResumed", message, store.clock.now());
  writeCondition(store, deployment, next);
}

function writeCondition(store: ControllerContext["store"], deployment: Deployment, condition: Condition): void {
  const conditions = withCondition(deployment.status?.conditions ?? [], condition);
  const { namespace, name } = deployment.metadata;
  store.updateStatus("deployments.apps", namespace, name, { ...deployment.status, conditions });
}

function madeProgress(before: DeploymentStatus | undefined = {}, after: DeploymentStatus): boolean {
  const oldPods = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldPods(after) < oldPods(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function timedOut(deployment: Deployment, now: number): boolean {
  const present = findCondition(deployment.status?.conditions, "Progressing");
  if (present === undefined || present.reason === "NewReplicaSetAvailable") return false;
  if (present.reason === "ProgressDeadlineExceeded") return true;
  return Date.parse(present.lastUpdateTime ?? "") + deadlineOf(deployment) < now;
}

/** When to look whether the deadline has passed: a second after it, for the condition's time has no fractions. */
function deadlineIn(deployment: Deployment, status: DeploymentStatus, now: number): number | undefined {
  const present = findCondition(status.conditions, "Progressing");
  if (present === undefined || present.reason === "ProgressDeadlineExceeded") return undefined;
  if (isComplete(deployment, status)) return undefined;
  return Math.max(1000, Date.parse(present.lastUpdateTime ?? "") + deadlineOf(deployment) + 1000 - now);
}

function hasDeadline(deployment: Deployment): boolean {
  return deployment.spec.progressDeadlineSeconds !== noDeadline;
}

function deadlineOf(deployment: Deployment): number {
  return (deployment.spec.progressDeadlineSeconds ?? 600) * 1000;
}

function progressing(status: Condition["status"], reason: string, message: string, now: number): Condition {
  return { type: "Progressing", status, ...times(now), reason, message };
}

function times(now: number): Pick<Condition, "lastUpdateTime" | "lastTransitionTime"> {
  return { lastUpdateTime: timestamp(now), lastTransitionTime: timestamp(now) };
}

function sum(replicaSets: readonly ReplicaSet[], count: (replicaSet: ReplicaSet) => number | undefined): number {
  return replicaSets.reduce((total, replicaSet) => total + (count(replicaSet) ?? 0), 0);
}
