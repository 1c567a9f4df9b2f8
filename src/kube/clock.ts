/**
 * Time as an argument. The real clock lives in `runtime`; tests pass a virtual one.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /**
   * Resolves after `milliseconds`. An abort rejects at once with the signal's reason and leaves no timer behind.
   */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** A number in [0, 1): jitter only, never identity. */
export type Random = () => number;
