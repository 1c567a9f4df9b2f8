import type { Finding } from "../core/index.ts";
import { budgetsSentences } from "./finding-sentences/budgets.ts";
import { capacitySentences } from "./finding-sentences/capacity.ts";
import { manifestSentences } from "./finding-sentences/manifest.ts";
import { referencesSentences } from "./finding-sentences/references.ts";
import type { Sentences } from "./finding-sentences/sentence.ts";
import { stateSentences } from "./finding-sentences/state.ts";

const sentences: Sentences = {
  ...stateSentences,
  ...referencesSentences,
  ...manifestSentences,
  ...capacitySentences,
  ...budgetsSentences,
};

/** What a finding says about one workload, and what to do. `name` is the workload as kubectl names it. */
export function findingSentence({ code, level, evidence }: Finding, name: string): string {
  return sentences[code]?.({ name, level, of: (key) => evidence[key] ?? "" }) ?? `${name}: ${code}`;
}
