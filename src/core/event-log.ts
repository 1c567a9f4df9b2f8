import type { KubeApi } from "../kube/cluster.ts";
import { list } from "../kube/list.ts";
import type { Cause, Trouble } from "./diagnosis/trouble.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import type { Workload } from "./workload.ts";

/** A Kubernetes Event that warns. */
export interface WarningEvent {
  /** Equal only while the event has not come again. */
  readonly sighting: string;
  readonly reason: string;
  readonly message: string;
  readonly name: string;
  /** Milliseconds since the epoch, from the cluster's clock; orders events, never compared with ours. */
  readonly last: number;
}

interface EventObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly metadata: { readonly uid?: string; readonly creationTimestamp?: string };
  readonly involvedObject?: { readonly name?: string };
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string } | null;
}

/**
 * The warnings about one object, newest first. No right to read events, or a cluster that does not answer, is an empty
 * list: events explain, they decide nothing.
 */
export async function warningEvents(
  api: KubeApi,
  namespace: string,
  uid: string,
  signal: AbortSignal | undefined,
): Promise<readonly WarningEvent[]> {
  try {
    const { items } = await list(
      api,
      { group: "", version: "v1", resource: "events", namespace },
      "EventList",
      (object) => {
        const event = object as unknown as EventObject;
        const { metadata, series } = event;
        const last =
          series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? metadata.creationTimestamp ?? "";
        return {
          sighting: [metadata.uid, event.count ?? 0, series?.count ?? 0, last].join(" "),
          reason: event.reason ?? "",
          message: event.message ?? "",
          name: event.involvedObject?.name ?? "",
          last: Date.parse(last) || 0,
        };
      },
      {
        fieldSelector: `involvedObject.uid=${uid},type=Warning`,
        attempts: 1,
        timeoutMilliseconds: 5000,
        ...(signal && { signal }),
      },
    );
    return [...items].sort((left, right) => right.last - left.last);
  } catch {
    return [];
  }
}

/** The warnings that came while a rollout was followed. */
export interface RolloutWarnings {
  /**
   * Those about the workload itself leave out what was there before and has not come again: an event outlives what it
   * tells of by an hour or more. Its pods are as new as their warnings.
   */
  readonly about: (uid: string) => Promise<readonly WarningEvent[]>;
  /** Resolves when the first look has ended, which an abort of the signal brings about. */
  readonly closed: Promise<void>;
}

/** Notes which warnings a workload has by now. Where revisions make the pods, what hinders these is told of the revision. */
export function openWarnings(
  api: KubeApi,
  { kind, workload }: { readonly kind: WorkloadKind; readonly workload: Workload },
  signal: AbortSignal,
): RolloutWarnings {
  const { namespace, uid } = workload.ref;
  const earlier = kind.revisions.makePods
    ? Promise.resolve(new Set<string>())
    : warningEvents(api, namespace, uid, signal).then((events) => new Set(events.map(({ sighting }) => sighting)));
  return {
    about: async (involved) => {
      const events = await warningEvents(api, namespace, involved, signal);
      if (involved !== uid) return events;
      const known = await earlier;
      return events.filter(({ sighting }) => !known.has(sighting));
    },
    closed: earlier.then(() => undefined),
  };
}

const causes: readonly {
  readonly reason: RegExp;
  readonly message: RegExp;
  readonly cause: Cause;
  readonly heals: boolean;
}[] = [
  { reason: /^FailedCreate$/, message: /exceeded quota/, cause: "quota", heals: true },
  { reason: /^FailedCreate$/, message: /./, cause: "create-failed", heals: true },
  // A volume whose Secret or ConfigMap is missing is a missing reference like any other.
  {
    reason: /^FailedMount$/,
    message: /(secret|configmap)s? ".*" not found|references non-existent/,
    cause: "config-error",
    heals: false,
  },
  { reason: /^(FailedMount|FailedAttachVolume)$/, message: /./, cause: "volume", heals: true },
];

/** Trouble that shows only in events: pods that could not be made, volumes that could not be attached. */
export function eventTrouble(
  workload: Workload,
  involvedUid: string,
  pod: string | undefined,
  events: readonly WarningEvent[],
): Trouble | undefined {
  for (const event of events) {
    const known = causes.find(({ reason, message }) => reason.test(event.reason) && message.test(event.message));
    if (known === undefined) continue;
    const { cluster, namespace, kind, name } = workload.ref;
    const subject = pod === undefined ? [kind.toLowerCase(), name] : ["pod", pod];
    return {
      heals: known.heals,
      involvedUid,
      diagnosis: {
        cause: known.cause,
        reason: event.reason,
        message: event.message,
        ...(pod !== undefined && { pod }),
        event: { reason: event.reason, message: event.message },
        command:
          known.cause === "quota"
            ? ["kubectl", "--context", cluster, "-n", namespace, "describe", "resourcequota"]
            : ["kubectl", "--context", cluster, "-n", namespace, "describe", ...subject],
      },
    };
  }
  return undefined;
}
