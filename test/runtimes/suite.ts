import type { Case, Surroundings } from "./case.ts";
import type { Expect } from "./expect.ts";
import { readingCases } from "./reading-cases.ts";
import { restartCases } from "./restart-cases.ts";

const cases: readonly Case[] = [...restartCases, ...readingCases];

export interface Result {
  readonly name: string;
  /** Empty when it passed. */
  readonly problem: string;
}

/** Runs every case after another, so that one runtime's requests are easy to count. */
export async function runSuite(surroundings: Surroundings, expect: Expect): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const { name, run } of cases) {
    try {
      await run(surroundings, expect);
      results.push({ name, problem: "" });
    } catch (error) {
      results.push({ name, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return results;
}

/** How many cases there are, so that a runtime that ran none is noticed. */
export const caseCount: number = cases.length;
