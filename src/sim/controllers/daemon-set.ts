import { controllerOf } from "../object.ts";
import {
  type ControllerContext,
  isNamespaceTerminating,
  noteBy,
  objectKey,
  objectOfKey,
  soonest,
} from "./controller-context.ts";
import { hashOf, revisionHashLabel, syncRevision, trimRevisions } from "./controller-revisions.ts";
import { resolveCount } from "./int-or-percent.ts";
import { createPod, deletePod } from "./pod-creation.ts";
import { isAvailable, isReady, isTerminating, nextAvailableIn } from "./pod-state.ts";
import { pinnedNode, pinTo, takes } from "./scheduler.ts";
import { nameSuffix } from "./template-hash.ts";
import type { Reconciler } from "./work-queue.ts";
import type { DaemonSet, DaemonSetStatus, Node, Pod, PodSpec } from "./workload-objects.ts";

const note = noteBy("daemonset-controller");
const resource = "daemonsets.apps";
const generationLabel = "pod-template-generation";
/** How soon a refused pod is tried again; the real back-off starts shorter and grows longer. */
const retryAfter = 5_000;

/** What a DaemonSet's pods tolerate without saying so. Source: AddOrUpdateDaemonPodTolerations. */
const tolerations: NonNullable<PodSpec["tolerations"]> = [
  { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/disk-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/memory-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/pid-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" },
];

/** Keeps one pod of each DaemonSet on every node that takes it. Source: pkg/controller/daemon. */
export function createDaemonSetController(context: ControllerContext): Reconciler {
  const { store } = context;
  return {
    name: "daemonset",
    keys: ({ type, resource: changed, object, previous }) => {
      if (changed === resource) return [objectKey(object)];
      if (changed === "nodes" && (type !== "MODIFIED" || previous?.spec !== object.spec)) {
        return store.list(resource).map(objectKey);
      }
      const owner = changed === "pods" ? controllerOf(object) : undefined;
      return owner?.kind === "DaemonSet" ? [`${object.metadata.namespace ?? ""}/${owner.name}`] : [];
    },
    sync: (key) => {
      const found = objectOfKey(store, resource, key) as DaemonSet | undefined;
      return found === undefined ? undefined : syncDaemonSet(context, found);
    },
  };
}

/** The pods of one node, those that are being deleted apart. */
interface Place {
  readonly node: string;
  readonly live: readonly Pod[];
  readonly leaving: readonly Pod[];
}

function syncDaemonSet(context: ControllerContext, set: DaemonSet): number | undefined {
  const { store } = context;
  const revision = syncRevision(context, set, revisionHashLabel);
  const hash = hashOf(revision, revisionHashLabel);
  const deleted = set.metadata.deletionTimestamp !== undefined || isNamespaceTerminating(store, set.metadata.namespace);
  const nodes = eligibleNodes(context, set);
  let refused = false;
  if (!deleted) {
    refused = placePods(context, set, nodes, hash);
    if (!refused && set.spec.updateStrategy?.type !== "OnDelete") refused = roll(context, set, nodes, hash);
  }
  const used = new Set(podsOf(context, set).map(podHash));
  trimRevisions(context, set, (other) => other === revision || used.has(hashOf(other, revisionHashLabel)));
  return soonest(observe(context, set, nodes, hash), refused ? retryAfter : undefined);
}

function podsOf({ owners }: ControllerContext, set: DaemonSet): readonly Pod[] {
  return owners.dependents(set.metadata.uid, "pods") as readonly Pod[];
}

function eligibleNodes({ store }: ControllerContext, set: DaemonSet): readonly string[] {
  const { spec } = set.spec.template;
  return (store.list("nodes") as readonly Node[])
    .map((node) => ({ node, name: node.metadata.name }))
    .filter(({ node, name }) => {
      return takes(node, { ...spec, ...pinTo(name), tolerations: [...(spec.tolerations ?? []), ...tolerations] });
    })
    .map(({ name }) => name);
}

function places(context: ControllerContext, set: DaemonSet): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>();
  for (const pod of podsOf(context, set)) {
    const node = pod.spec.nodeName ?? pinnedNode(pod.spec) ?? "";
    const { live, leaving } = found.get(node) ?? { live: [], leaving: [] };
    found.set(
      node,
      isTerminating(pod) ? { node, live, leaving: [...leaving, pod] } : { node, live: [...live, pod], leaving },
    );
  }
  return found;
}

/** Fills nodes without a pod and clears what is superfluous; true when the API server refused a pod. */
function placePods(context: ControllerContext, set: DaemonSet, nodes: readonly string[], hash: string): boolean {
  const placed = places(context, set);
  for (const [node, { live }] of placed) {
    const failed = live.filter(({ status }) => status?.phase === "Failed");
    const kept = live.filter((pod) => !failed.includes(pod));
    const extra = nodes.includes(node) ? superfluous(kept, set, hash, context.store.clock.now()) : kept;
    for (const pod of [...failed, ...extra]) remove(context, set, pod);
  }
  // The pod that is leaving must be gone first.
  return nodes.filter((node) => !placed.has(node)).some((node) => !create(context, set, node, hash));
}

/** Of several pods on a node the oldest stays; while a surge replaces it, the newest of the new revision too. */
function superfluous(live: readonly Pod[], set: DaemonSet, hash: string, now: number): readonly Pod[] {
  if (live.length <= 1) return [];
  const old = live.filter((pod) => podHash(pod) !== hash);
  const fresh = live.filter((pod) => podHash(pod) === hash);
  const surging = limits(set, 1).surge > 0;
  const newest = fresh.at(-1);
  const newestServes = newest !== undefined && isAvailable(newest, set.spec.minReadySeconds ?? 0, now);
  const kept =
    surging && newest !== undefined && old[0] !== undefined ? [newest, ...(newestServes ? [] : [old[0]])] : [live[0]];
  return live.filter((pod) => !kept.includes(pod));
}

/** Replaces old pods as far as may be missed, or adds new ones beside them as far as the surge allows. Source: rollingUpdate. */
function roll(context: ControllerContext, set: DaemonSet, nodes: readonly string[], hash: string): boolean {
  const now = context.store.clock.now();
  const placed = places(context, set);
  const { surge, unavailable } = limits(set, nodes.length);
  const serves = (pod: Pod): boolean => isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  let missing = 0;
  let surging = 0;
  for (const node of nodes) {
    const live = placed.get(node)?.live ?? [];
    const old = live.find((pod) => podHash(pod) !== hash);
    const fresh = live.find((pod) => podHash(pod) === hash);
    if (old !== undefined && fresh !== undefined) surging += 1;
    else if (old === undefined) missing += fresh !== undefined && serves(fresh) ? 0 : 1;
    else if (serves(old)) candidates.push(old);
    else broken.push(old);
  }
  if (surge > 0) {
    const room = Math.max(0, surge - surging);
    return [...broken, ...candidates.slice(0, room)].some(
      (pod) => !create(context, set, pod.spec.nodeName ?? "", hash),
    );
  }
  const room = Math.max(0, unavailable - missing - broken.length);
  for (const pod of [...broken, ...candidates.slice(0, room)]) remove(context, set, pod);
  return false;
}

/** Both round up; both zero would never move. */
function limits(set: DaemonSet, nodes: number): { readonly surge: number; readonly unavailable: number } {
  const { maxSurge = 0, maxUnavailable = 1 } = set.spec.updateStrategy?.rollingUpdate ?? {};
  const surge = resolveCount(maxSurge, nodes, "up");
  const unavailable = resolveCount(maxUnavailable, nodes, "up");
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function create({ store, events }: ControllerContext, set: DaemonSet, node: string, hash: string): boolean {
  const { template } = set.spec;
  const name = `${set.metadata.name}-${nameSuffix(store.random)}`;
  const generation = set.metadata.annotations?.["deprecated.daemonset.template.generation"];
  const pod = createPod(store, {
    name,
    template,
    owner: set,
    labels: { [revisionHashLabel]: hash, [generationLabel]: generation ?? String(set.metadata.generation ?? 1) },
    spec: { ...pinTo(node), tolerations: [...(template.spec.tolerations ?? []), ...tolerations] },
  });
  if (typeof pod === "string") {
    events.record(set, note("Warning", "FailedCreate", `Error creating: ${pod}`));
    return false;
  }
  events.record(set, note("Normal", "SuccessfulCreate", `Created pod: ${name}`));
  return true;
}

function remove({ store, events }: ControllerContext, set: DaemonSet, pod: Pod): void {
  deletePod(store, pod);
  events.record(set, note("Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`));
}

/** Writes the status; returns when a ready pod will be available. Source: updateDaemonSetStatus. */
function observe(
  context: ControllerContext,
  set: DaemonSet,
  nodes: readonly string[],
  hash: string,
): number | undefined {
  const { store } = context;
  const now = store.clock.now();
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const placed = places(context, set);
  const counts = { scheduled: 0, ready: 0, available: 0, updated: 0 };
  for (const node of nodes) {
    const place = placed.get(node);
    // The oldest pod of a node speaks for it, one that is leaving too.
    const pods = [...(place?.leaving ?? []), ...(place?.live ?? [])];
    const [pod] = pods;
    if (pod === undefined) continue;
    counts.scheduled += 1;
    if (isReady(pod)) counts.ready += 1;
    if (isAvailable(pod, minReadySeconds, now)) counts.available += 1;
    if (podHash(pod) === hash) counts.updated += 1;
  }
  const optional = {
    updatedNumberScheduled: counts.updated,
    numberAvailable: counts.available,
    numberUnavailable: nodes.length - counts.available,
  };
  const status: DaemonSetStatus = {
    currentNumberScheduled: counts.scheduled,
    numberMisscheduled: [...placed.keys()].filter((node) => !nodes.includes(node)).length,
    desiredNumberScheduled: nodes.length,
    numberReady: counts.ready,
    observedGeneration: set.metadata.generation ?? 1,
    ...Object.fromEntries(Object.entries(optional).filter(([, count]) => count > 0)),
  };
  store.updateStatus(resource, set.metadata.namespace, set.metadata.name, status);
  return nextAvailableIn(podsOf(context, set), minReadySeconds, now);
}

function podHash(pod: Pod): string {
  return pod.metadata.labels?.[revisionHashLabel] ?? "";
}
