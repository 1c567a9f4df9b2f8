import { controllerOf, jsonEqual, type KubeObject } from "../object.ts";
import {
  type ControllerContext,
  isNamespaceTerminating,
  objectKey,
  objectOfKey,
  soonest,
} from "./controller-context.ts";
import { type IntOrPercent, resolveCount } from "./int-or-percent.ts";
import { matchesSelector } from "./label-selector.ts";
import { deletePod } from "./pod-creation.ts";
import { isAvailable, isReady, isTerminating, nextAvailableIn } from "./pod-state.ts";
import { templateHash } from "./template-hash.ts";
import type { Reconciler } from "./work-queue.ts";
import type { LabelSelector, Pod, PodTemplate, ReplicaSet } from "./workload-objects.ts";

interface RolloutSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly restartAt?: string;
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  readonly strategy?: {
    readonly canary?: { readonly maxUnavailable?: IntOrPercent; readonly steps?: readonly object[] };
    readonly blueGreen?: { readonly maxUnavailable?: IntOrPercent };
  };
}

interface RolloutStatus {
  readonly restartedAt?: string;
  readonly stableRS?: string;
  /** What `kubectl argo rollouts promote --full` sets. */
  readonly promoteFull?: boolean;
}

interface Rollout extends KubeObject<RolloutSpec, RolloutStatus> {
  readonly spec: RolloutSpec;
}

const resource = "rollouts.argoproj.io";
const hashLabel = "rollouts-pod-template-hash";
const evictAgainAfter = 30_000;

/**
 * Stands in for the controller of Argo Rollouts: what it does about a restart (rollout/restart.go), and of its updates
 * only that a canary with steps waits, paused, with one pod of the new template until it is promoted in full.
 */
export function createRolloutController(context: ControllerContext): Reconciler {
  const { store } = context;
  const keyOf = (namespace: string | undefined, name: string) => `${namespace ?? ""}/${name}`;
  return {
    name: "rollout",
    keys: ({ resource: changed, object }) => {
      if (changed === resource) return [objectKey(object)];
      if (changed !== "pods" && changed !== "replicasets.apps") return [];
      const { namespace } = object.metadata;
      const owner = controllerOf(object);
      if (owner?.kind === "Rollout") return [keyOf(namespace, owner.name)];
      const set = owner?.kind === "ReplicaSet" ? store.get("replicasets.apps", namespace, owner.name) : undefined;
      const above = set === undefined ? undefined : controllerOf(set);
      return above?.kind === "Rollout" ? [keyOf(namespace, above.name)] : [];
    },
    sync: (key) => {
      const found = objectOfKey(store, resource, key) as Rollout | undefined;
      if (found === undefined) return undefined;
      const { namespace, deletionTimestamp } = found.metadata;
      if (deletionTimestamp !== undefined || isNamespaceTerminating(store, namespace)) return undefined;
      const sets = syncSets(context, found);
      const restart = restartPods(context, found, sets);
      return soonest(restart.wait, observe(context, found, sets, restart.restartedAt));
    },
  };
}

interface Sets {
  readonly stable: ReplicaSet;
  readonly newest: ReplicaSet;
}

function setsOf({ owners }: ControllerContext, rollout: Rollout): readonly ReplicaSet[] {
  return owners.dependents(rollout.metadata.uid, "replicasets.apps") as readonly KubeObject[] as readonly ReplicaSet[];
}

function podsOf(context: ControllerContext, rollout: Rollout): readonly Pod[] {
  return setsOf(context, rollout).flatMap(
    ({ metadata }) => context.owners.dependents(metadata.uid, "pods") as readonly Pod[],
  );
}

function hashOf(set: ReplicaSet): string {
  return set.metadata.labels?.[hashLabel] ?? "";
}

/** The ReplicaSets of the present template and of the one that serves, sized for where the update is. */
function syncSets(context: ControllerContext, rollout: Rollout): Sets {
  const { spec, status } = rollout;
  const replicas = spec.replicas ?? 1;
  const hash = templateHash(spec.template);
  const present = setsOf(context, rollout);
  const found = present.find((set) => hashOf(set) === hash);
  const stable = present.find((set) => hashOf(set) === status?.stableRS);
  const isUpdate = stable !== undefined && hashOf(stable) !== hash;
  const waits = isUpdate && (spec.strategy?.canary?.steps?.length ?? 0) > 0 && status?.promoteFull !== true;
  const newest = found ?? createSet(context, rollout, hash, waits ? 1 : replicas);
  const sized = scale(context, newest, waits ? Math.min(1, replicas) : replicas);
  if (stable === undefined || !isUpdate) return { stable: sized, newest: sized };
  return { stable: scale(context, stable, waits ? Math.max(0, replicas - 1) : 0), newest: sized };
}

function scale({ store }: ControllerContext, set: ReplicaSet, replicas: number): ReplicaSet {
  return store.update("replicasets.apps", { ...set, spec: { ...set.spec, replicas } }) as ReplicaSet;
}

function createSet({ store }: ControllerContext, rollout: Rollout, hash: string, replicas: number): ReplicaSet {
  const { name, namespace, uid } = rollout.metadata;
  const { template, selector, minReadySeconds } = rollout.spec;
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return store.create("replicasets.apps", {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      ownerReferences: [
        { apiVersion: rollout.apiVersion, kind: "Rollout", name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  }) as ReplicaSet;
}

/**
 * Evicts what is older than `restartAt`, as many at a time as may be missing and at least one; the stable pods first.
 * All evicted is done for it, whether or not their successors are ready.
 */
function restartPods(
  context: ControllerContext,
  rollout: Rollout,
  { stable }: Sets,
): { readonly wait?: number; readonly restartedAt?: string } {
  const { store } = context;
  const { restartAt, replicas = 1, minReadySeconds = 0 } = rollout.spec;
  const done = rollout.status?.restartedAt;
  if (restartAt === undefined || done === restartAt) return done === undefined ? {} : { restartedAt: done };
  const now = store.clock.now();
  const before = done === undefined ? {} : { restartedAt: done };
  const begin = Date.parse(restartAt);
  if (now < begin) return { ...before, wait: begin - now };
  const pods = podsOf(context, rollout);
  const available = pods.filter((pod) => !isTerminating(pod) && isAvailable(pod, minReadySeconds, now)).length;
  let mayGo = maxUnavailable(rollout) - Math.max(0, replicas - available);
  const isStable = (pod: Pod): boolean => pod.metadata.labels?.[hashLabel] === hashOf(stable);
  const old = pods
    .filter((pod) => !isTerminating(pod) && Date.parse(pod.metadata.creationTimestamp) < begin)
    .toSorted((left, right) => Number(isStable(right)) - Number(isStable(left)));
  let left = old.length;
  for (const pod of old) {
    if (mayGo <= 0) break;
    if (!budgetAllows(context, pod)) continue;
    deletePod(store, pod);
    mayGo -= 1;
    left -= 1;
  }
  return left === 0 ? { restartedAt: restartAt } : { ...before, wait: evictAgainAfter };
}

function maxUnavailable({ spec }: Rollout): number {
  const { canary, blueGreen } = spec.strategy ?? {};
  const given = canary?.maxUnavailable ?? blueGreen?.maxUnavailable ?? "25%";
  return Math.max(1, resolveCount(given, spec.replicas ?? 1, "down"));
}

function budgetAllows({ store }: ControllerContext, pod: Pod): boolean {
  return store.list("poddisruptionbudgets.policy", pod.metadata.namespace).every((budget) => {
    const { selector } = budget.spec as { readonly selector?: LabelSelector };
    const { disruptionsAllowed = 0 } = (budget.status ?? {}) as { readonly disruptionsAllowed?: number };
    return disruptionsAllowed > 0 || !matchesSelector(selector, pod.metadata.labels);
  });
}

/** Writes the status; returns when a ready pod will be available. */
function observe(
  context: ControllerContext,
  rollout: Rollout,
  { stable, newest }: Sets,
  restartedAt: string | undefined,
): number | undefined {
  const { store } = context;
  const { spec, metadata } = rollout;
  const { replicas = 1, minReadySeconds = 0, restartAt } = spec;
  const now = store.clock.now();
  const pods = podsOf(context, rollout).filter((pod) => !isTerminating(pod));
  const ready = pods.filter(isReady);
  const updated = pods.filter((pod) => pod.metadata.labels?.[hashLabel] === hashOf(newest));
  const available = ready.filter((pod) => isAvailable(pod, minReadySeconds, now)).length;
  const isPaused = !jsonEqual(stable.metadata.uid, newest.metadata.uid) && rollout.status?.promoteFull !== true;
  const settled = updated.length >= replicas && available >= replicas && pods.length <= replicas;
  const [phase, message] = isPaused
    ? ["Paused", "CanaryPauseStep"]
    : !settled
      ? ["Progressing", "more replicas need to be updated"]
      : restartAt !== restartedAt
        ? ["Progressing", "rollout is restarting"]
        : ["Healthy", ""];
  store.updateStatus(resource, metadata.namespace, metadata.name, {
    HPAReplicas: pods.length,
    availableReplicas: available,
    currentPodHash: hashOf(newest),
    ...(message === "" ? {} : { message }),
    // A string, as the real one writes it.
    observedGeneration: String(metadata.generation ?? 1),
    phase,
    readyReplicas: ready.length,
    replicas: pods.length,
    ...(restartedAt === undefined ? {} : { restartedAt }),
    ...(phase === "Healthy" || rollout.status?.stableRS === undefined
      ? { stableRS: hashOf(newest) }
      : { stableRS: rollout.status.stableRS, ...(rollout.status.promoteFull === true ? { promoteFull: true } : {}) }),
    updatedReplicas: updated.length,
  });
  return nextAvailableIn(ready, minReadySeconds, now);
}
