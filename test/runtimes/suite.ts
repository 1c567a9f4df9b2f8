import { apiOf, type Case, type Surroundings } from "./case.ts";
import type { Expect } from "./expect.ts";
import { readingCases } from "./reading-cases.ts";
import { restartCases } from "./restart-cases.ts";

const cases: readonly Case[] = [...restartCases, ...readingCases];

export interface Result {
  readonly name: string;
  /** Empty when it passed. */
  readonly problem: string;
}

const caseMilliseconds = 20_000;

/** Runs every case after another, so that one runtime's requests are easy to count. */
export async function runSuite(surroundings: Surroundings, expect: Expect): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const { name, run } of cases) {
    const over = new AbortController();
    try {
      await Promise.race([run(surroundings, expect), timeUp(surroundings, over.signal)]);
      results.push({ name, problem: "" });
    } catch (error) {
      results.push({ name, problem: error instanceof Error ? error.message : String(error) });
    } finally {
      over.abort();
    }
  }
  return results;
}

/** Rejects when a case takes too long, so that one that hangs is named and the others are run. */
async function timeUp({ cluster }: Surroundings, over: AbortSignal): Promise<void> {
  await apiOf(cluster).clock.sleep(caseMilliseconds, over);
  throw new Error(`it was not over after ${caseMilliseconds / 1000} s`);
}

/** How many cases there are, so that a runtime that ran none is noticed. */
export const caseCount: number = cases.length;
