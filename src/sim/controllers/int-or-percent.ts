export type IntOrPercent = number | string;

/** A count, or a share of `total` rounded as asked; what is no number is zero. */
export function resolveCount(value: IntOrPercent, total: number, round: "up" | "down"): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  if (percent === undefined) return 0;
  const exact = (Number(percent) * total) / 100;
  return round === "up" ? Math.ceil(exact) : Math.floor(exact);
}

/**
 * The surge (rounded up) and the unavailability (rounded down) of a rolling update. Both zero would never move: one pod may then be missing.
 * Source: ResolveFenceposts in pkg/controller/deployment/util.
 */
export function resolveFenceposts(
  maxSurge: IntOrPercent,
  maxUnavailable: IntOrPercent,
  replicas: number,
): { readonly surge: number; readonly unavailable: number } {
  const surge = resolveCount(maxSurge, replicas, "up");
  const unavailable = resolveCount(maxUnavailable, replicas, "down");
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}
