import { timestamp } from "../clock.ts";
import { controllerOf } from "../object.ts";
import { type Condition, findCondition, withoutCondition } from "./conditions.ts";
import { type ControllerContext, noteBy, objectKey, objectOfKey, soonest } from "./controller-context.ts";
import { createPod, deletePod } from "./pod-creation.ts";
import { isActive, isAvailable, isReady, isTerminating, nextAvailableIn } from "./pod-state.ts";
import { nameSuffix } from "./template-hash.ts";
import type { Reconciler } from "./work-queue.ts";
import type { Pod, ReplicaSet, ReplicaSetStatus } from "./workload-objects.ts";

const note = noteBy("replicaset-controller");
/** client-go's default rate limit of a key that fails: doubling from 5 ms up to 1000 s. */
const firstBackOff = 5;
const longestBackOff = 1_000_000;

/** Keeps as many pods as a ReplicaSet asks for. Source: pkg/controller/replicaset. */
export function createReplicaSetController(context: ControllerContext): Reconciler {
  const failures = new Map<string, { readonly tries: number; readonly due: number }>();
  return {
    name: "replicaset",
    keys: ({ resource, object }) => {
      if (resource === "replicasets.apps") return [objectKey(object)];
      const owner = resource === "pods" ? controllerOf(object) : undefined;
      return owner?.kind === "ReplicaSet" ? [`${object.metadata.namespace ?? ""}/${owner.name}`] : [];
    },
    sync: (key) => {
      const replicaSet = objectOfKey(context.store, "replicasets.apps", key) as ReplicaSet | undefined;
      if (replicaSet === undefined) {
        failures.delete(key);
        return undefined;
      }
      const failure = replicaSet.metadata.deletionTimestamp === undefined ? managePods(context, replicaSet) : undefined;
      const wait = observe(context, replicaSet, failure);
      if (failure === undefined) {
        failures.delete(key);
        return wait;
      }
      const now = context.store.clock.now();
      const { tries, due: before } = failures.get(key) ?? { tries: 0, due: 0 };
      const due = now + Math.min(longestBackOff, firstBackOff * 2 ** tries);
      // A try that an event brings does not take away the one that is due already (client-go, delaying_queue.go).
      const next = before > now ? Math.min(before, due) : due;
      failures.set(key, { tries: tries + 1, due: next });
      return soonest(wait, next - now);
    },
  };
}

function podsOf({ owners }: ControllerContext, replicaSet: ReplicaSet): readonly Pod[] {
  return owners.dependents(replicaSet.metadata.uid, "pods") as readonly Pod[];
}

/** Creates or deletes the difference; returns the API server's refusal, if there was one. */
function managePods(context: ControllerContext, replicaSet: ReplicaSet): string | undefined {
  const { store, events } = context;
  const active = podsOf(context, replicaSet).filter(isActive);
  const missing = (replicaSet.spec.replicas ?? 1) - active.length;
  for (let index = 0; index < missing; index += 1) {
    const name = `${replicaSet.metadata.name}-${nameSuffix(store.random)}`;
    const pod = createPod(store, { name, template: replicaSet.spec.template, owner: replicaSet });
    // One refusal is enough: the next one would be refused too.
    if (typeof pod === "string") {
      events.record(replicaSet, note("Warning", "FailedCreate", `Error creating: ${pod}`));
      return pod;
    }
    events.record(replicaSet, note("Normal", "SuccessfulCreate", `Created pod: ${name}`));
  }
  if (missing < 0) {
    for (const pod of active.toSorted(expendableFirst).slice(0, -missing)) {
      deletePod(store, pod);
      events.record(replicaSet, note("Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`));
    }
  }
  return undefined;
}

const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** Which pod is missed least. Source: ActivePodsWithRanks in pkg/controller. */
function expendableFirst(left: Pod, right: Pod): number {
  return (
    Number(left.spec.nodeName !== undefined) - Number(right.spec.nodeName !== undefined) ||
    (phaseOrder[left.status?.phase ?? ""] ?? 0) - (phaseOrder[right.status?.phase ?? ""] ?? 0) ||
    Number(isReady(left)) - Number(isReady(right)) ||
    deletionCost(left) - deletionCost(right) ||
    readySince(right) - readySince(left) ||
    restartsOf(right) - restartsOf(left) ||
    Date.parse(right.metadata.creationTimestamp) - Date.parse(left.metadata.creationTimestamp)
  );
}

function deletionCost(pod: Pod): number {
  return Number(pod.metadata.annotations?.["controller.kubernetes.io/pod-deletion-cost"] ?? 0) || 0;
}

function readySince(pod: Pod): number {
  return isReady(pod) ? Date.parse(findCondition(pod.status?.conditions, "Ready")?.lastTransitionTime ?? "") : 0;
}

function restartsOf(pod: Pod): number {
  return pod.status?.containerStatuses?.reduce((most, { restartCount }) => Math.max(most, restartCount), 0) ?? 0;
}

/** Writes the status; returns when a ready pod will be available. */
function observe(context: ControllerContext, replicaSet: ReplicaSet, failure: string | undefined): number | undefined {
  const { store } = context;
  const now = store.clock.now();
  const minReadySeconds = replicaSet.spec.minReadySeconds ?? 0;
  const pods = podsOf(context, replicaSet);
  const active = pods.filter(isActive);
  const ready = active.filter(isReady);
  const counts = {
    fullyLabeledReplicas: active.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, minReadySeconds, now)).length,
  };
  const conditions = failureConditions(replicaSet, failure, now);
  const status: ReplicaSetStatus = {
    replicas: active.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    terminatingReplicas: pods.filter(isTerminating).length,
    observedGeneration: replicaSet.metadata.generation ?? 1,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
  store.updateStatus("replicasets.apps", replicaSet.metadata.namespace, replicaSet.metadata.name, status);
  return nextAvailableIn(ready, minReadySeconds, now);
}

/** The first refusal stays until there is none: its message is not brought up to date. */
function failureConditions(replicaSet: ReplicaSet, failure: string | undefined, now: number): readonly Condition[] {
  const present = replicaSet.status?.conditions ?? [];
  if (failure === undefined) return withoutCondition(present, "ReplicaFailure");
  if (findCondition(present, "ReplicaFailure") !== undefined) return present;
  const lastTransitionTime = timestamp(now);
  return [
    ...present,
    { type: "ReplicaFailure", status: "True", lastTransitionTime, reason: "FailedCreate", message: failure },
  ];
}
