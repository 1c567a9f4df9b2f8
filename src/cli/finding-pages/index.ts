import { budgetsPages } from "./budgets.ts";
import { capacityPages } from "./capacity.ts";
import { manifestPages } from "./manifest.ts";
import type { PageTexts } from "./page-text.ts";
import { referencesPages } from "./references.ts";
import { statePages } from "./state.ts";

/** The page of every finding. */
export const findingPages: PageTexts = {
  ...statePages,
  ...referencesPages,
  ...manifestPages,
  ...capacityPages,
  ...budgetsPages,
};
