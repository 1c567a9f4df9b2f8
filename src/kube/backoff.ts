import type { Random } from "./clock.ts";

/** First and longest pause between tries, in milliseconds. */
export const firstPause = 250;
export const longestPause = 30_000;

/**
 * Milliseconds to wait after the `failures`-th failure in a row (from 1): doubled each time, between half and the whole
 * of it at random, so that many clients do not come back together.
 */
export function backoff(failures: number, random: Random): number {
  const whole = Math.min(longestPause, firstPause * 2 ** Math.min(failures - 1, 16));
  return whole * (0.5 + 0.5 * random());
}
