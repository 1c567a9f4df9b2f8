/** One figure of a report: its samples, and what it may be at most. */
export interface Figure {
  readonly name: string;
  readonly unit: "ms" | "ratio" | "MiB";
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
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
  return { minimum: sorted[0] ?? Number.NaN, median, maximum: sorted.at(-1) ?? Number.NaN, runs: sorted.length };
}

/** Whether the budget is met; undefined where there is none. */
export function isMet({ samples, budget }: Figure): boolean | undefined {
  return budget === undefined ? undefined : summarize(samples).median <= budget;
}
