/** One figure of a report: its samples, and what it may be at most. */
export interface Figure {
  readonly name: string;
  readonly unit: "ms" | "s" | "ratio" | "MiB" | "count";
  readonly samples: readonly number[];
  /** The median may be this at most. */
  readonly budget?: number;
}

export interface Summary {
  readonly minimum: number;
  readonly median: number;
  readonly maximum: number;
  readonly runs: number;
}

export function summarize(samples: readonly number[]): Summary {
  const sorted = [...samples].sort((left, right) => left - right);
  return {
    minimum: sorted[0] ?? Number.NaN,
    median: quantile(sorted, 0.5),
    maximum: sorted.at(-1) ?? Number.NaN,
    runs: sorted.length,
  };
}

/** The value that the share `at` of the samples does not exceed, between two samples if need be. */
export function quantile(samples: readonly number[], at: number): number {
  const sorted = [...samples].sort((left, right) => left - right);
  const place = (sorted.length - 1) * at;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Whether the budget is met; undefined where there is none. */
export function isMet({ samples, budget }: Figure): boolean | undefined {
  return budget === undefined ? undefined : summarize(samples).median <= budget;
}
