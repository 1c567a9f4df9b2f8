import type { Revision } from "../revisions.ts";
import type { Workload } from "../workload.ts";
import { kubectl, type Trouble } from "./trouble.ts";

// The events that explain a missing pod stand on the new ReplicaSet, not on the Deployment (measured); a StatefulSet
// and a DaemonSet have no such condition, theirs are found by `describeSilence`.
export function creationTroubles(workload: Workload, revision: Revision | undefined): readonly Trouble[] {
  const condition = [...(revision?.conditions ?? []), ...workload.conditions].find(
    ({ type, status }) => type === "ReplicaFailure" && status === "True",
  );
  if (condition === undefined) return [];
  return [
    {
      heals: true,
      involvedUid: revision?.uid ?? workload.ref.uid,
      diagnosis: {
        cause: /exceeded quota/.test(condition.message) ? "quota" : "create-failed",
        reason: condition.reason,
        message: condition.message,
        command: /exceeded quota/.test(condition.message)
          ? kubectl(workload, ["describe", "resourcequota"])
          : kubectl(workload, ["describe", workload.ref.kind.toLowerCase(), workload.ref.name]),
      },
    },
  ];
}
