import type { PageTexts } from "./page-text.ts";

/** Pages of disruption budgets, room, locks and identity. */
export const budgetsPages: PageTexts = {};
