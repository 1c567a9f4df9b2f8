import type { FindingLevel } from "../../core/index.ts";

/** What a sentence is made of: the workload as kubectl names it, a fact of the evidence (empty when there is none), the level. */
export interface SentenceFacts {
  readonly name: string;
  readonly of: (key: string) => string;
  readonly level: FindingLevel;
}

/** One sentence a code: what stands in the way of a workload's restart, and what to do. */
export type Sentences = Readonly<Record<string, (facts: SentenceFacts) => string>>;
