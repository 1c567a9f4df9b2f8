import { controllerOf } from "../object.ts";
import {
  type ControllerContext,
  isNamespaceTerminating,
  noteBy,
  objectKey,
  objectOfKey,
  soonest,
} from "./controller-context.ts";
import {
  recordedTemplate,
  revisionHashLabel,
  revisionsOf,
  syncRevision,
  trimRevisions,
} from "./controller-revisions.ts";
import { createPod, deletePod } from "./pod-creation.ts";
import { isAvailable, isRunningAndReady, isTerminating, nextAvailableIn } from "./pod-state.ts";
import type { Reconciler } from "./work-queue.ts";
import type { ControllerRevision, Pod, StatefulSet, StatefulSetStatus } from "./workload-objects.ts";

const note = noteBy("statefulset-controller");
const resource = "statefulsets.apps";
const ordinalLabel = "apps.kubernetes.io/pod-index";
/** How soon a refused pod is tried again; the real back-off starts shorter and grows longer. */
const retryAfter = 5_000;

/** Keeps the ordinals of StatefulSets. Source: pkg/controller/statefulset/stateful_set_control.go. */
export function createStatefulSetController(context: ControllerContext): Reconciler {
  return {
    name: "statefulset",
    keys: ({ resource: changed, object }) => {
      if (changed === resource) return [objectKey(object)];
      const owner = changed === "pods" ? controllerOf(object) : undefined;
      return owner?.kind === "StatefulSet" ? [`${object.metadata.namespace ?? ""}/${owner.name}`] : [];
    },
    sync: (key) => {
      const found = objectOfKey(context.store, resource, key) as StatefulSet | undefined;
      return found === undefined ? undefined : syncStatefulSet(context, found);
    },
  };
}

/** One look at a StatefulSet: the revisions that count, and whether a pod was refused. */
interface Look {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

function syncStatefulSet(context: ControllerContext, set: StatefulSet): number | undefined {
  const update = syncRevision(context, set, "controller.kubernetes.io/hash");
  const current =
    revisionsOf(context, set).find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
  const look = { current, update };
  const { store } = context;
  const deleted = set.metadata.deletionTimestamp !== undefined || isNamespaceTerminating(store, set.metadata.namespace);
  const refused = deleted ? false : managePods(context, set, look);
  const wait = observe(context, set, look);
  const used = new Set(podsOf(context, set).map(revisionName));
  trimRevisions(context, set, ({ metadata }) => {
    return metadata.name === update.metadata.name || metadata.name === current.metadata.name || used.has(metadata.name);
  });
  return soonest(wait, refused ? retryAfter : undefined);
}

function podsOf({ owners }: ControllerContext, set: StatefulSet): readonly Pod[] {
  return owners.dependents(set.metadata.uid, "pods") as readonly Pod[];
}

/** Creates, removes or replaces pods as far as may be done now; true when the API server refused one. */
function managePods(context: ControllerContext, set: StatefulSet, look: Look): boolean {
  const { store } = context;
  const replicas = set.spec.replicas ?? 1;
  const oneByOne = set.spec.podManagementPolicy !== "Parallel";
  const pods = new Map(podsOf(context, set).map((pod) => [ordinalOf(pod), pod]));
  const healthy = (pod: Pod | undefined): boolean =>
    pod !== undefined &&
    isRunningAndReady(pod) &&
    !isTerminating(pod) &&
    isAvailable(pod, set.spec.minReadySeconds ?? 0, store.clock.now());

  for (let ordinal = 0; ordinal < replicas; ordinal += 1) {
    const pod = pods.get(ordinal);
    if (pod === undefined) {
      const made = create(context, set, look, ordinal);
      if (made === undefined) return true;
      pods.set(ordinal, made);
      if (oneByOne) return false;
    } else if (pod.status?.phase === "Failed" || pod.status?.phase === "Succeeded") {
      remove(context, set, pod);
      if (oneByOne) return false;
    } else if (oneByOne && !healthy(pod)) {
      // The first pod that is not healthy stops everything, an update that would repair it included.
      return false;
    }
  }
  const condemned = [...pods].filter(([ordinal]) => ordinal >= replicas).sort(([left], [right]) => right - left);
  for (const [, pod] of condemned) {
    if (oneByOne && isTerminating(pod)) return false;
    remove(context, set, pod);
    if (oneByOne) return false;
  }
  if (set.spec.updateStrategy?.type === "OnDelete") return false;
  for (let ordinal = replicas - 1; ordinal >= partitionOf(set); ordinal -= 1) {
    const pod = pods.get(ordinal);
    if (pod !== undefined && revisionName(pod) !== look.update.metadata.name && !isTerminating(pod)) {
      remove(context, set, pod);
      return false;
    }
    if (!healthy(pod)) return false;
  }
  return false;
}

function create({ store, events }: ControllerContext, set: StatefulSet, look: Look, ordinal: number): Pod | undefined {
  const revision = ordinal < partitionOf(set) ? look.current : look.update;
  const name = `${set.metadata.name}-${ordinal}`;
  const pod = createPod(store, {
    name,
    template: recordedTemplate(revision),
    owner: set,
    labels: {
      [ordinalLabel]: String(ordinal),
      [revisionHashLabel]: revision.metadata.name,
      "statefulset.kubernetes.io/pod-name": name,
    },
    spec: {
      hostname: name,
      ...(set.spec.serviceName === undefined ? {} : { subdomain: set.spec.serviceName }),
    },
  });
  const what = `create Pod ${name} in StatefulSet ${set.metadata.name}`;
  if (typeof pod === "string") {
    events.record(set, note("Warning", "FailedCreate", `${what} failed error: ${pod}`));
    return undefined;
  }
  events.record(set, note("Normal", "SuccessfulCreate", `${what} successful`));
  return pod;
}

function remove({ store, events }: ControllerContext, set: StatefulSet, pod: Pod): void {
  if (isTerminating(pod)) return;
  deletePod(store, pod);
  const message = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  events.record(set, note("Normal", "SuccessfulDelete", message));
}

/** Writes the status; returns when a ready pod will be available. Source: updateStatus and completeRollingUpdate. */
function observe(context: ControllerContext, set: StatefulSet, { current, update }: Look): number | undefined {
  const { store } = context;
  const now = store.clock.now();
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const pods = podsOf(context, set);
  const ready = pods.filter(isRunningAndReady);
  const of = (revision: ControllerRevision): number =>
    pods.filter((pod) => !isTerminating(pod) && revisionName(pod) === revision.metadata.name).length;
  const updated = of(update);
  const rolling = set.spec.updateStrategy?.type !== "OnDelete";
  const complete =
    rolling && updated === pods.length && ready.length === pods.length && pods.length === (set.spec.replicas ?? 1);
  const currentRevision = complete ? update : current;
  const counts = {
    readyReplicas: ready.length,
    currentReplicas: complete ? updated : of(current),
    updatedReplicas: updated,
  };
  const status: StatefulSetStatus = {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    currentRevision: currentRevision.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: 0,
    availableReplicas: ready.filter((pod) => isAvailable(pod, minReadySeconds, now)).length,
  };
  store.updateStatus(resource, set.metadata.namespace, set.metadata.name, status);
  return nextAvailableIn(ready, minReadySeconds, now);
}

function partitionOf(set: StatefulSet): number {
  if (set.spec.updateStrategy?.type === "OnDelete") return 0;
  return set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
}

function ordinalOf(pod: Pod): number {
  return Number(pod.metadata.name.slice(pod.metadata.name.lastIndexOf("-") + 1));
}

function revisionName(pod: Pod): string {
  return pod.metadata.labels?.[revisionHashLabel] ?? "";
}
