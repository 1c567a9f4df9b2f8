/** RFC 3339 in whole seconds, UTC: what a restart writes. */
export function formatSeconds(milliseconds: number): string {
  return `${new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/**
 * The value of the next restart: now, but strictly later than the value that is there, since an equal value is a no-op at
 * the API server and an earlier one would re-use an old ReplicaSet. A value that is no time is no lower bound.
 */
export function nextRestartedAt(now: number, present: string | undefined): string {
  const value = formatSeconds(now);
  if (present === undefined) return value;
  const before = Date.parse(present);
  if (Number.isNaN(before) || Date.parse(value) > before) return value;
  return formatSeconds(Math.floor(before / 1000) * 1000 + 1000);
}
