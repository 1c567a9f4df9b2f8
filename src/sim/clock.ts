/** Time for the simulated cluster: virtual in tests, real when served. Structurally equal to kube's clock, doubled on purpose. */
export interface SimClock {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Resolves after `ms`; an abort rejects at once with the signal's reason. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** RFC 3339 in UTC with whole seconds, as `metav1.Time` is written. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
