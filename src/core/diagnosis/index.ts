import type { Pod } from "../pods.ts";
import type { Revision } from "../revisions.ts";
import type { Workload } from "../workload.ts";
import { podTroubles } from "./containers.ts";
import { creationTroubles } from "./creation.ts";
import { blockedOrdinals } from "./leftover.ts";
import { pausedTrouble } from "./silence.ts";
import type { Trouble } from "./trouble.ts";

/**
 * What is wrong with the new revision, worst first. `pods` are the pods of the new revision that are not being deleted,
 * `revision` is the new ReplicaSet of a Deployment, `old` are the pods that are still to be replaced.
 */
export function findTroubles(
  workload: Workload,
  pods: readonly Pod[],
  revision: Revision | undefined,
  old: readonly Pod[] = [],
): readonly Trouble[] {
  const troubles = [
    ...pods.flatMap((pod) => podTroubles(workload, pod)),
    ...blockedOrdinals(workload, old),
    ...creationTroubles(workload, revision),
    ...(workload.paused || workload.phase === "Paused" ? [pausedTrouble(workload)] : []),
  ];
  return troubles.sort((left, right) => Number(left.heals) - Number(right.heals));
}
