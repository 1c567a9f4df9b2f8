import type { KubeApi } from "../kube/cluster.ts";
import { list } from "../kube/list.ts";
import { follow } from "../kube/watch.ts";
import type { Workload } from "./workload.ts";

/** A Kubernetes Event that warns. */
export interface WarningEvent {
  /** Equal only while the event has not come again. */
  readonly sighting: string;
  readonly uid: string;
  readonly involvedUid: string;
  readonly reason: string;
  readonly message: string;
  /** The container of the pod that it is about; empty where it is about the whole. */
  readonly container: string;
  /** How often it has come. */
  readonly count: number;
  /** Milliseconds since the epoch, from the cluster's clock; orders events, never compared with ours. */
  readonly last: number;
  /** When its latest sighting reached us, by our clock. */
  readonly arrived: number;
}

interface EventObject {
  readonly reason?: string;
  readonly message?: string;
  readonly metadata: { readonly uid?: string; readonly creationTimestamp?: string };
  readonly involvedObject?: { readonly name?: string; readonly uid?: string; readonly fieldPath?: string };
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string } | null;
}

/** The warnings that came while a rollout was followed. Events explain; they decide nothing that a status denies. */
export interface RolloutWarnings {
  /**
   * Those about one object, newest first. Of those about the workload itself only what came while it was followed: an
   * event outlives what it tells of by an hour or more. Its pods are as new as their warnings.
   */
  readonly about: (uid: string) => readonly WarningEvent[];
  /** They arrive by themselves. Otherwise `look` has to ask. */
  readonly live: () => boolean;
  /** They could be read, now or before. */
  readonly readable: () => boolean;
  /** Asks for the warnings about some objects; resolves also when it learnt nothing. */
  readonly look: (uids: readonly string[]) => Promise<void>;
  /** Whether the pod has got past its volumes and its sandbox, by the events that tell of what comes after. */
  readonly isMounted: (uid: string) => Promise<boolean>;
  /** Resolves when every request has ended, which an abort of the signal brings about. */
  readonly closed: Promise<void>;
}

const resource = { group: "", version: "v1", resource: "events" };
// Names of pods are cut before their random end, at 58 characters.
const sharedPrefix = 50;
/** What kubelet does once the volumes of a pod are mounted. */
const afterMounts: ReadonlySet<string> = new Set(["Pulling", "Pulled", "Created", "Started", "BackOff"]);

/**
 * Watches the warnings of the namespace, of which those about the workload, its revisions and its pods are kept. Who may
 * not watch them is asked to look now and then. `onNews` is called when one has come.
 */
export function openWarnings(
  api: KubeApi,
  { workload }: { readonly workload: Workload },
  signal: AbortSignal,
  onNews: () => void,
): RolloutWarnings {
  const { namespace, name, uid } = workload.ref;
  const known = new Map<string, WarningEvent>();
  // Newest first, by the object that they are about; made anew when asked for after a change.
  let index: ReadonlyMap<string, readonly WarningEvent[]> | undefined;
  let earlier: ReadonlySet<string> | undefined;
  let state: "live" | "away" | "denied" = "live";
  let readable = false;

  const project = (object: unknown) => projectWarning(object as EventObject, name);
  const keep = (event: WarningEvent) => {
    const same = known.get(event.uid)?.sighting === event.sighting;
    if (!same) known.set(event.uid, { ...event, arrived: api.clock.now() });
    if (!same) index = undefined;
    return !same;
  };
  const forget = (gone: string) => {
    if (known.delete(gone)) index = undefined;
  };
  const replace = (events: readonly WarningEvent[]) => {
    const present = new Set(events.map((event) => event.uid));
    for (const old of known.keys()) if (!present.has(old)) forget(old);
    for (const event of events) keep(event);
    earlier ??= new Set(events.filter(({ involvedUid }) => involvedUid === uid).map(({ sighting }) => sighting));
    readable = true;
  };
  const ask = (fieldSelector: string, each: (object: unknown) => WarningEvent | undefined) =>
    list(api, { ...resource, namespace }, "EventList", each, {
      fieldSelector,
      attempts: 1,
      timeoutMilliseconds: 5000,
      signal,
    }).then(
      ({ items }) => items,
      () => undefined,
    );
  const watchAll = async () => {
    const options = { fieldSelector: "type=Warning", signal };
    for await (const event of follow(api, { ...resource, namespace }, "EventList", project, options)) {
      state = event.type === "lost" ? "away" : "live";
      if (event.type === "synced") replace(event.items);
      if (event.type === "deleted") forget(event.object.uid);
      if (event.type === "synced" || (event.type === "changed" && keep(event.object))) onNews();
    }
  };
  const closed = watchAll().catch(async () => {
    state = "denied";
    const events = earlier ? [] : await ask(`involvedObject.uid=${uid},type=Warning`, project);
    earlier ??= new Set(events?.map(({ sighting }) => sighting));
    readable ||= events !== undefined;
  });

  return {
    about: (involved) => {
      index ??= byObject(known.values());
      const events = index.get(involved) ?? [];
      return involved === uid ? events.filter(({ sighting }) => !isEarlier(sighting)) : events;
    },
    live: () => state === "live",
    readable: () => readable,
    look: async (uids) => {
      await Promise.all(
        uids.map(async (involved) => {
          const events = await ask(`involvedObject.uid=${involved},type=Warning`, project);
          if (events === undefined) return;
          readable = true;
          const present = new Set(events.map((event) => event.uid));
          for (const old of known.values()) {
            if (old.involvedUid === involved && !present.has(old.uid)) forget(old.uid);
          }
          for (const event of events) keep(event);
        }),
      );
    },
    isMounted: async (pod) => {
      const events = await ask(`involvedObject.uid=${pod}`, project);
      return events?.some(({ reason }) => afterMounts.has(reason)) ?? false;
    },
    closed,
  };

  function isEarlier(sighting: string): boolean {
    return earlier === undefined || earlier.has(sighting);
  }
}

function byObject(events: Iterable<WarningEvent>): ReadonlyMap<string, readonly WarningEvent[]> {
  const index = new Map<string, WarningEvent[]>();
  for (const event of [...events].sort((left, right) => right.last - left.last)) {
    const others = index.get(event.involvedUid);
    if (others === undefined) index.set(event.involvedUid, [event]);
    else others.push(event);
  }
  return index;
}

/** Undefined when by its object's name it cannot be about the workload, its revisions or its pods. */
function projectWarning(event: EventObject, workloadName: string): WarningEvent | undefined {
  const { metadata, series, involvedObject } = event;
  const { name = "", uid = "", fieldPath = "" } = involvedObject ?? {};
  if (!name.startsWith(workloadName.slice(0, sharedPrefix))) return undefined;
  const last = series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? metadata.creationTimestamp ?? "";
  return {
    sighting: [metadata.uid, event.count ?? 0, series?.count ?? 0, last].join(" "),
    uid: metadata.uid ?? "",
    involvedUid: uid,
    reason: event.reason ?? "",
    message: event.message ?? "",
    container: /\{(.+)\}$/.exec(fieldPath)?.[1] ?? "",
    count: series?.count ?? event.count ?? 1,
    last: Date.parse(last) || 0,
    arrived: 0,
  };
}
