import { timestamp } from "../clock.ts";
import type { KubeObject } from "../object.ts";
import type { Store } from "../store.ts";

export interface EventNote {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** Who saw it: `kubelet`, `deployment-controller`. */
  readonly component: string;
  /** The node, for what a kubelet saw. */
  readonly host?: string;
  /** The part of the object: `spec.containers{app}`. */
  readonly fieldPath?: string;
}

export interface EventRecorder {
  /** Writes an Event about an object; the same again raises the count of the one that is there. */
  readonly record: (about: KubeObject, note: EventNote) => void;
}

/** The API server forgets events after an hour. */
const timeToLive = 3_600_000;
/** From so many different messages of one reason on, client-go's correlator combines them. */
const similarLimit = 10;

interface Recorded {
  readonly namespace: string;
  readonly name: string;
  readonly lastSeen: number;
}

export function createEventRecorder(store: Store): EventRecorder {
  /** By what was noted; insertion order is the order of the last sight, so that the oldest come first. */
  const recorded = new Map<string, Recorded>();
  const similar = new Map<string, Set<string>>();
  let counter = 0;

  const forgetOld = (now: number): void => {
    for (const [key, { namespace, name, lastSeen }] of recorded) {
      if (lastSeen > now - timeToLive) return;
      recorded.delete(key);
      store.remove("events", namespace, name);
    }
  };

  /** What the note is counted under, and its message when it must be combined with similar ones. */
  const correlate = (about: KubeObject, note: EventNote): { readonly key: string; readonly message: string } => {
    const group = [about.metadata.uid, note.component, note.type, note.reason, note.fieldPath ?? ""].join("\n");
    // Only these carry a new name each time; the others repeat a few messages.
    if (note.reason !== "FailedCreate") return { key: `${group}\n${note.message}`, message: note.message };
    const messages = similar.get(group) ?? new Set<string>();
    similar.set(group, messages);
    if (messages.size < similarLimit) messages.add(note.message);
    if (messages.has(note.message)) return { key: `${group}\n${note.message}`, message: note.message };
    return { key: `${group}\ncombined`, message: `(combined from similar events): ${note.message}` };
  };

  return {
    record: (about, note) => {
      const now = store.clock.now();
      forgetOld(now);
      const { key, message } = correlate(about, note);
      const namespace = about.metadata.namespace ?? "default";
      const known = recorded.get(key);
      const present = known && store.get("events", namespace, known.name);
      recorded.delete(key);
      if (present !== undefined && known !== undefined) {
        const count = typeof present["count"] === "number" ? present["count"] + 1 : 2;
        store.update("events", { ...present, count, message, lastTimestamp: timestamp(now) });
        recorded.set(key, { ...known, lastSeen: now });
        return;
      }
      counter += 1;
      const name = `${about.metadata.name}.${(now * 4096 + (counter % 4096)).toString(16)}`;
      store.create("events", {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name, namespace },
        involvedObject: {
          kind: about.kind,
          ...(about.metadata.namespace === undefined ? {} : { namespace: about.metadata.namespace }),
          name: about.metadata.name,
          uid: about.metadata.uid,
          apiVersion: about.apiVersion,
          resourceVersion: about.metadata.resourceVersion,
          ...(note.fieldPath === undefined ? {} : { fieldPath: note.fieldPath }),
        },
        reason: note.reason,
        message,
        source: { component: note.component, ...(note.host === undefined ? {} : { host: note.host }) },
        firstTimestamp: timestamp(now),
        lastTimestamp: timestamp(now),
        count: 1,
        type: note.type,
        eventTime: null,
        reportingComponent: note.component,
        reportingInstance: note.host ?? "",
      });
      recorded.set(key, { namespace, name, lastSeen: now });
    },
  };
}
