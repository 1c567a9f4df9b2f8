import type { PageTexts } from "./page-text.ts";

/** Pages of what the manifest asks for and who keeps it. */
export const manifestPages: PageTexts = {};
