import type { WarningEvent } from "../event-log.ts";
import type { Revision } from "../revisions.ts";
import type { Workload } from "../workload.ts";
import { type Diagnosis, describeWorkload, facts, kubectl, type Trouble } from "./trouble.ts";

/**
 * Pods that the API server refuses to make, by the condition that tells of it. It stands on the new ReplicaSet, and so do
 * the events (measured); a StatefulSet and a DaemonSet have none, theirs are events.
 */
export function creationTroubles(workload: Workload, revision: Revision | undefined): readonly Trouble[] {
  const condition = [...(revision?.conditions ?? []), ...workload.conditions].find(
    ({ type, status }) => type === "ReplicaFailure" && status === "True",
  );
  if (condition === undefined) return [];
  return [refusal(workload, condition, revision?.uid ?? workload.ref.uid)];
}

/** The same by the newest event of the workload itself. */
export function creationEventTroubles(workload: Workload, events: readonly WarningEvent[]): readonly Trouble[] {
  const event = events.find(({ reason }) => reason === "FailedCreate");
  if (event === undefined) return [];
  const { diagnosis, ...rest } = refusal(workload, event, workload.ref.uid);
  return [{ ...rest, diagnosis: { ...diagnosis, event: { reason: event.reason, message: event.message } } }];
}

function refusal(
  workload: Workload,
  { reason, message }: Pick<WarningEvent, "reason" | "message">,
  involvedUid: string,
): Trouble {
  const of = (diagnosis: Pick<Diagnosis, "cause"> & Partial<Diagnosis>): Trouble => ({
    heals: true,
    involvedUid,
    diagnosis: { reason, message, command: describeWorkload(workload), ...diagnosis },
  });
  // k8s.io/apiserver plugin/pkg/admission/resourcequota/controller.go.
  const exceeded =
    /exceeded quota: (?<quota>[^,]+), requested: (?<requested>.+), used: (?<used>.+), limited: (?<limited>.+)$/;
  const over = exceeded.exec(message)?.groups;
  const quota = over?.["quota"] ?? /(?:exceeded|failed) quota: ([^:,]+)/.exec(message)?.[1];
  if (quota !== undefined) {
    const command = kubectl(workload, ["describe", "resourcequota", quota]);
    return of({ cause: "quota", ...facts({ ...over, quota }), command });
  }
  const policy =
    /admission webhook "([^"]+)" denied/.exec(message)?.[1] ??
    /ValidatingAdmissionPolicy '([^']+)'/.exec(message)?.[1] ??
    /violates (PodSecurity "[^"]+")/.exec(message)?.[1]?.replaceAll('"', "");
  return policy === undefined ? of({ cause: "create-failed" }) : of({ cause: "admission", policy });
}
