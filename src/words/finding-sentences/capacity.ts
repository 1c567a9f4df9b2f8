import type { Sentences } from "./sentence.ts";

/** Sentences of capacity and history. */
export const capacitySentences: Sentences = {};
