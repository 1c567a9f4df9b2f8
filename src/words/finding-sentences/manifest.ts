import type { Sentences } from "./sentence.ts";

/** Sentences of what the manifest asks for and who keeps it. */
export const manifestSentences: Sentences = {};
