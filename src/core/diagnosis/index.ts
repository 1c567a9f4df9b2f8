import type { RolloutWarnings, WarningEvent } from "../event-log.ts";
import type { Pod } from "../pods.ts";
import type { Revision } from "../revisions.ts";
import type { Reading, Sight } from "../rollout-state.ts";
import type { Workload } from "../workload.ts";
import { podTroubles } from "./containers.ts";
import { creationEventTroubles, creationTroubles } from "./creation.ts";
import { blockedOrdinals, terminatingTroubles } from "./leftover.ts";
import { type Moments, unobservedFor } from "./moments.ts";
import { notObservedTrouble, pausedTrouble } from "./silence.ts";
import { inOrder, type Trouble } from "./trouble.ts";
import { mountTroubles } from "./volumes.ts";

const noEvents = (): readonly WarningEvent[] => [];

/**
 * What is wrong with the new revision, the first true cause first. `pods` are the pods of the new revision that are not
 * being deleted, `revision` is the new ReplicaSet of a Deployment, `old` are the pods that are still to be replaced;
 * `about` gives the warnings about an object.
 */
export function findTroubles(
  workload: Workload,
  pods: readonly Pod[],
  revision: Revision | undefined,
  old: readonly Pod[] = [],
  about: RolloutWarnings["about"] = noEvents,
): readonly Trouble[] {
  return inOrder([
    ...creationTroubles(workload, revision),
    ...pods.flatMap((pod) => [
      ...podTroubles(workload, pod, about(pod.uid)),
      ...mountTroubles(workload, pod, about(pod.uid)),
    ]),
    ...blockedOrdinals(workload, old),
    ...(workload.paused || workload.phase === "Paused" ? [pausedTrouble(workload)] : []),
  ]);
}

/** What a rollout is judged by beside its reading. */
export interface Clues {
  readonly about: RolloutWarnings["about"];
  readonly moments: Moments;
  /** Pods that have got past their volumes, whatever their events say. */
  readonly mounted: ReadonlySet<string>;
  /** The old pods are waited for, also where they hold up nothing else. */
  readonly waitTerminated: boolean;
  readonly generation: number;
  readonly now: number;
}

/** `findTroubles` of a rollout that is followed, with what only its warnings and the passing of time show. */
export function diagnose(sight: Sight, reading: Reading, clues: Clues): readonly Trouble[] {
  const { workload } = sight.seen;
  const { moments, now } = clues;
  if (!reading.progress.observed) {
    return unobservedFor(moments, now) ? [notObservedTrouble(workload, clues.generation)] : [];
  }
  const about: RolloutWarnings["about"] = (uid) =>
    clues
      .about(uid)
      .filter(({ reason }) => !(clues.mounted.has(uid) && /^Failed(Mount|Attach|CreatePodSand)/.test(reason)));
  // A warning about making a pod is over once one was made, and while every pod is there.
  const refusals =
    sight.kind.revisions.makePods || !isShort(sight, reading)
      ? []
      : about(workload.ref.uid).filter(({ arrived }) => arrived >= moments.lastCreated);
  return inOrder([
    ...findTroubles(workload, reading.newPods, reading.revision, reading.oldPods, about),
    ...creationEventTroubles(workload, refusals),
    ...(isHeldUp(sight, clues) ? terminatingTroubles(workload, reading.terminating, moments.terminating, now) : []),
  ]);
}

/** A pod that should be there is not. */
function isShort({ seen, pods }: Sight, { newPods, oldPods }: Reading): boolean {
  const { counts, maxSurge = 0 } = seen.workload;
  if (pods === undefined) return counts.replicas < counts.desired;
  if (newPods.length + oldPods.length < counts.desired) return true;
  // Where new pods come first, the old ones stay until then.
  return maxSurge > 0 && newPods.length < counts.desired && newPods.every(({ ready }) => ready);
}

/** Whether a pod that does not go keeps the next one from coming: its name or its node is taken, or all have to go first. */
export function isHeldUp({ kind, seen }: Sight, { waitTerminated }: Pick<Clues, "waitTerminated">): boolean {
  const { strategy, maxSurge = 0 } = seen.workload;
  return waitTerminated || (kind.revisions.makePods ? strategy === "Recreate" : maxSurge === 0);
}
