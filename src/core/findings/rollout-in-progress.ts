import { deadlineTrouble } from "../diagnosis/silence.ts";
import type { FoundWorkload } from "../found-workload.ts";
import type { Pod } from "../pods.ts";
import type { Revision } from "../revisions.ts";
import { readRollout } from "../rollout-state.ts";
import type { ClusterCheck } from "./finding.ts";

/**
 * A rollout that is under way blocks while it moves, since a restart on top kills half-started pods; one that is stalled
 * or failing only warns, because people restart what is stuck.
 */
export const rolloutInProgress: ClusterCheck = {
  codes: [{ code: "rollout-in-progress", levels: ["block", "warn"] }],
  check: async ({ found, namespace, ask }) => {
    const { kind, workload } = found;
    if (!kind.rolling(workload) || workload.paused || workload.strategy === "OnDelete") return [];
    const { updated, desired, available } = workload.counts;
    const evidence = { updated: String(updated), desired: String(desired), available: String(available) };
    // Whoever may not look at pods cannot tell a stuck rollout from a moving one: the careful answer stands.
    const pods = await ask(namespace.pods());
    const revisions = await ask(namespace.revisions(kind));
    const stuck = deadlineTrouble(workload) ?? (pods && revisions && findTrouble(found, pods, revisions));
    if (stuck === undefined) return [{ code: "rollout-in-progress", level: "block", evidence }];
    const { cause, reason, pod = "" } = stuck.diagnosis;
    return [{ code: "rollout-in-progress", level: "warn", evidence: { ...evidence, cause, reason, pod } }];
  },
};

function findTrouble(found: FoundWorkload, pods: readonly Pod[], revisions: readonly Revision[]) {
  const sight = {
    kind: found.kind,
    seen: found,
    pods: new Map(pods.map((pod) => [pod.uid, pod])),
    revisions: new Map(revisions.map((revision) => [revision.uid, revision])),
  };
  return readRollout(sight, found.workload.observedGeneration, undefined).troubles[0];
}
