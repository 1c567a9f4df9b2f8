import type { Sentences } from "./sentence.ts";

/** Sentences of disruption budgets, room, locks and identity. */
export const budgetsSentences: Sentences = {};
