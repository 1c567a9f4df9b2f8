import type { Sentences } from "./sentence.ts";

/** Sentences of what a pod template refers to. */
export const referencesSentences: Sentences = {};
