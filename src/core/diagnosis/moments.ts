import type { Reading } from "../rollout-state.ts";
import { nextOverdue } from "./leftover.ts";

/** When what takes time was first seen, in milliseconds of our clock. */
export interface Moments {
  /** Every pod that was ever seen, by uid. */
  readonly seen: ReadonlySet<string>;
  /** When a pod came last; what was there at first came before. */
  readonly lastCreated: number;
  /** Since when each pod is being deleted, by uid. */
  readonly terminating: ReadonlyMap<string, number>;
  readonly unobservedSince: number | undefined;
}

export const noMoments: Moments = {
  seen: new Set(),
  lastCreated: Number.NEGATIVE_INFINITY,
  terminating: new Map(),
  unobservedSince: undefined,
};

/** Milliseconds that a controller gets to look at what was written. */
const observesWithin = 10_000;

export function noteMoments(before: Moments, reading: Reading, now: number): Moments {
  const present = [...reading.newPods, ...reading.oldPods];
  const isFirst = before === noMoments;
  const came = present.some(({ uid }) => !before.seen.has(uid));
  return {
    seen: came ? new Set([...before.seen, ...present.map(({ uid }) => uid)]) : before.seen,
    lastCreated: came && !isFirst ? now : before.lastCreated,
    terminating: new Map(reading.terminating.map(({ uid }) => [uid, before.terminating.get(uid) ?? now])),
    unobservedSince: reading.progress.observed ? undefined : (before.unobservedSince ?? now),
  };
}

/** While the cluster did not answer nothing could be seen. */
export function postponeMoments(moments: Moments, outage: number): Moments {
  const { unobservedSince } = moments;
  return { ...moments, unobservedSince: unobservedSince === undefined ? undefined : unobservedSince + outage };
}

export function unobservedFor({ unobservedSince }: Moments, now: number): boolean {
  return unobservedSince !== undefined && now - unobservedSince >= observesWithin;
}

/** When the mere passing of time is the next to show something; undefined when it shows nothing. */
export function nextMoment(moments: Moments, reading: Reading, now: number): number | undefined {
  const { unobservedSince } = moments;
  if (unobservedSince !== undefined && unobservedSince + observesWithin > now) return unobservedSince + observesWithin;
  return nextOverdue(reading.terminating, moments.terminating, now);
}
