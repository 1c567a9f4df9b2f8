import { cleanText } from "../kube/clean-text.ts";

/** A Kubernetes Event, as a list shows it. Texts are cleaned. */
export interface EventRow {
  /** RFC 3339, when it was last seen, by the cluster's clock. */
  readonly time: string;
  /** `Normal` or `Warning`. */
  readonly type: string;
  readonly reason: string;
  /** What it is about: `Pod/web-1`. */
  readonly object: string;
  readonly message: string;
  readonly count: number;
}

/** An event as a view keeps it. */
export interface KeptEvent extends EventRow {
  readonly uid: string;
  readonly involvedUid: string;
}

interface EventObject {
  readonly metadata: { readonly uid: string; readonly creationTimestamp?: string };
  readonly involvedObject?: { readonly kind?: string; readonly name?: string; readonly uid?: string };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string | null } | null;
}

// Names of pods are cut before their random end, at 58 characters.
const sharedPrefix = 50;

/** Projects an event; undefined when by its object's name it cannot be about the workload, its revisions or its pods. */
export function projectEventRow(object: unknown, workloadName: string): KeptEvent | undefined {
  const { metadata, involvedObject, series, ...event } = object as EventObject;
  const { kind = "", name = "", uid = "" } = involvedObject ?? {};
  if (!name.startsWith(workloadName.slice(0, sharedPrefix))) return undefined;
  const time = series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? metadata.creationTimestamp ?? "";
  return {
    uid: metadata.uid,
    involvedUid: uid,
    time: cleanText(time),
    type: cleanText(event.type ?? ""),
    reason: cleanText(event.reason ?? ""),
    object: cleanText(`${kind}/${name}`),
    message: cleanText(event.message ?? ""),
    count: series?.count ?? event.count ?? 1,
  };
}

/** Newest first; among those of one moment the order of arrival is turned round, too. */
export function newestFirst(events: readonly KeptEvent[]): readonly KeptEvent[] {
  return [...events].reverse().sort((one, other) => Date.parse(other.time) - Date.parse(one.time) || 0);
}
