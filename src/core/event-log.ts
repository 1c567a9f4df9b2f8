import type { KubeApi } from "../kube/cluster.ts";
import { list } from "../kube/list.ts";
import type { Cause, Trouble } from "./diagnosis.ts";
import type { Workload } from "./workload.ts";

/** A Kubernetes Event that warns. */
export interface WarningEvent {
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
  readonly metadata: { readonly creationTimestamp?: string };
  readonly involvedObject?: { readonly name?: string };
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
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
        const last = event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? "";
        return {
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
