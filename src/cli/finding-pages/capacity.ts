import type { PageTexts } from "./page-text.ts";

/** Pages of capacity and history. */
export const capacityPages: PageTexts = {};
