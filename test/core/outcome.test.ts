import { describe, expect, it } from "vitest";
import { type Outcome, runExitCode } from "../../src/core/outcome.ts";

describe("the exit code of a run", () => {
  const table: readonly { name: string; outcomes: readonly Outcome[]; want: number }[] = [
    { name: "is 0 when everything is healthy", outcomes: ["healthy", "healthy"], want: 0 },
    { name: "is 0 for what was only requested", outcomes: ["requested", "skipped"], want: 0 },
    { name: "is 0 for nothing", outcomes: [], want: 0 },
    {
      name: "is 5 when a target failed and the rest did not start",
      outcomes: ["healthy", "failed", "not-started"],
      want: 5,
    },
    { name: "is 5 rather than 6 when one failed and one stalled", outcomes: ["stalled", "failed"], want: 5 },
    { name: "is 9 rather than 6 when a cluster was lost", outcomes: ["stalled", "lost"], want: 9 },
    { name: "is 130 whatever else happened", outcomes: ["failed", "interrupted"], want: 130 },
    { name: "is 5 for a value that was taken away", outcomes: ["reverted"], want: 5 },
    { name: "is 10 for drift", outcomes: ["drifted", "not-started"], want: 10 },
    { name: "is 4 for a refusal", outcomes: ["blocked"], want: 4 },
  ];
  it.each(table)("$name", ({ outcomes, want }) => {
    expect(runExitCode(outcomes)).toBe(want);
  });
});
