import type { KubeApi } from "../kube/cluster.ts";
import { type RestartError, toRestartError } from "../kube/error.ts";
import { formatLabelSelector } from "../kube/selector.ts";
import { type FollowEvent, follow } from "../kube/watch.ts";
import type { RevisionSource, WorkloadKind } from "./kinds/workload-kind.ts";
import { createInbox } from "./merge.ts";
import type { Outcome } from "./outcome.ts";
import { type Pod, type PodObject, projectPod } from "./pods.ts";
import { projectRevision, type Revision, type RevisionObject } from "./revisions.ts";
import type { SeenWorkload, Sight } from "./rollout-state.ts";
import { seeWorkload } from "./seen-workload.ts";
import type { Workload } from "./workload.ts";

/** One rollout to follow: of whom, from which generation on, and by which value its pods are known. */
export interface RolloutTarget {
  readonly kind: WorkloadKind;
  readonly workload: Workload;
  /** The generation that the restart made; for a rollout that somebody else started, the present one. */
  readonly generation: number;
  /** `T0` of our restart; undefined follows whatever is rolling. */
  readonly restartedAt: string | undefined;
  /** The value before ours, to tell `reverted` from `superseded`. */
  readonly previousRestartedAt: string | undefined;
  /** Fingerprint of the template that our PATCH made; undefined when it is not ours. */
  readonly template: string | undefined;
  /** When the API server took our PATCH, by its own clock: nobody who wrote before can have undone it. */
  readonly writtenAt?: string;
  /** Its old pods are deleted by us: nobody else replaces them. */
  readonly deletePods?: boolean;
  /** The Progressing condition of an earlier rollout still said ProgressDeadlineExceeded when ours began. */
  readonly staleDeadline: boolean;
}

/** Of one of the watches, named by its resource. */
type News = { readonly source: string } & (
  | { readonly type: "news" }
  | { readonly type: "lost"; readonly error: RestartError }
);

/** The watches of one rollout, folded. */
export interface RolloutSources {
  readonly take: () => readonly News[];
  readonly arrival: () => Promise<void>;
  /** Wakes whoever waits for an arrival. */
  readonly wake: () => void;
  /** Undefined until the workload, its revisions and its pods have been listed once. */
  readonly sight: () => Sight | undefined;
  /** An end that the object itself decides: deleted, re-created, superseded, reverted. */
  readonly fate: () => { readonly outcome: Outcome; readonly by?: string } | undefined;
  /** The workload may not be watched any more. */
  readonly failure: () => RestartError | undefined;
  /** Resolves when every watch has ended, which an abort of the signal brings about. */
  readonly closed: Promise<void>;
}

const podSource = { group: "", version: "v1", resource: "pods", listKind: "PodList" };

/** Opens the watches: the workload by name, its revisions and pods by its selector. */
export function openSources(api: KubeApi, target: RolloutTarget, signal: AbortSignal): RolloutSources {
  const inbox = createInbox<News>();
  const { kind, workload } = target;
  const { namespace, name, uid } = workload.ref;
  const own = { group: kind.group, version: kind.version, resource: kind.resource, namespace };
  let seen: SeenWorkload | undefined;
  let gone: Outcome | undefined;
  let failure: RestartError | undefined;
  const pods = createTable<Pod>((pod) => pod.uid);
  const revisions = createTable<Revision>((revision) => revision.uid);
  const labelSelector = formatLabelSelector(workload.selector);

  const tell = (source: string, event: FollowEvent<unknown>) => {
    inbox.push(event.type === "lost" ? { type: "lost", source, error: event.error } : { type: "news", source });
  };

  const watchWorkload = async () => {
    const project = (object: unknown) => seeWorkload(kind, object, api.cluster.name);
    const options = { fieldSelector: `metadata.name=${name}`, signal };
    for await (const event of follow(api, own, kind.listKind, project, options)) {
      if (event.type === "synced") note(event.items[0]);
      if (event.type === "changed") note(event.object);
      if (event.type === "deleted" && event.object.workload.ref.uid === uid) gone = "deleted";
      tell(kind.resource, event);
    }
  };
  const note = (next: SeenWorkload | undefined) => {
    if (next === undefined) gone ??= "deleted";
    else if (next.workload.ref.uid !== uid) gone = "re-created";
    else seen = next;
  };
  const watchTable = async <T>(
    table: Table<T>,
    { listKind, ...path }: Pick<RevisionSource, "group" | "version" | "resource" | "listKind">,
    project: (object: unknown) => T,
  ) => {
    const { resource } = path;
    try {
      for await (const event of follow(api, { ...path, namespace }, listKind, project, { labelSelector, signal })) {
        table.apply(event);
        tell(resource, event);
      }
    } catch {
      // What may not be read is left out of the evidence; the workload's own status still decides. What ends every watch
      // ends that of the workload, too, and is told there.
      table.deny();
      inbox.push({ type: "news", source: resource });
    }
  };
  const closed = Promise.all([
    watchWorkload().catch((error: unknown) => {
      failure = toRestartError(error);
      inbox.push({ type: "news", source: kind.resource });
    }),
    watchTable(revisions, kind.revisions, (object) => projectRevision(object as RevisionObject, kind.revisionLabel)),
    watchTable(pods, podSource, (object) => projectPod(object as PodObject)),
  ]).then(() => undefined);

  return {
    take: inbox.take,
    arrival: inbox.arrival,
    wake: () => inbox.push({ type: "news", source: "events" }),
    sight: () =>
      seen && pods.listed() && revisions.listed()
        ? { kind, seen, pods: pods.items(), revisions: revisions.items() }
        : undefined,
    fate: () => (gone ? { outcome: gone } : seen && fateOf(target, seen)),
    failure: () => (signal.aborted ? undefined : failure),
    closed,
  };
}

/** An end that the object itself decides, from its template and its value. */
function fateOf(target: RolloutTarget, seen: SeenWorkload): { outcome: Outcome; by?: string } | undefined {
  const { workload, template, manager, writtenAt } = seen;
  // Who only takes a field away leaves no trace in managedFields, and the latest that is left there is innocent.
  const by = manager === "" || writtenAt < (target.writtenAt ?? "") ? {} : { by: manager };
  if (workload.deleting) return { outcome: "deleted" };
  if (target.restartedAt === undefined || workload.generation < target.generation) return undefined;
  if (workload.restartedAt !== target.restartedAt) {
    const reverted = workload.restartedAt === undefined || workload.restartedAt === target.previousRestartedAt;
    return { outcome: reverted ? "reverted" : "superseded", ...by };
  }
  if (target.template !== undefined && template !== target.template) return { outcome: "superseded", ...by };
  return undefined;
}

interface Table<T> {
  readonly apply: (event: FollowEvent<T>) => void;
  readonly deny: () => void;
  /** Listed once, or denied for good. */
  readonly listed: () => boolean;
  readonly items: () => ReadonlyMap<string, T> | undefined;
}

function createTable<T>(key: (item: T) => string): Table<T> {
  let items = new Map<string, T>();
  let state: "empty" | "listed" | "denied" = "empty";
  return {
    apply: (event) => {
      if (event.type === "synced") {
        items = new Map(event.items.map((item) => [key(item), item]));
        state = "listed";
      }
      if (event.type === "changed") items.set(key(event.object), event.object);
      if (event.type === "deleted") items.delete(key(event.object));
    },
    deny: () => {
      state = "denied";
    },
    listed: () => state !== "empty",
    items: () => (state === "listed" ? items : undefined),
  };
}
