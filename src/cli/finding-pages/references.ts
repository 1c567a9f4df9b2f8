import type { PageTexts } from "./page-text.ts";

/** Pages of what a pod template refers to. */
export const referencesPages: PageTexts = {};
