import { fromLabelSelector, matchesLabels } from "../../kube/selector.ts";
import type { FoundWorkload } from "../found-workload.ts";
import type { FactBudget } from "./fact-objects.ts";
import type { ClusterCheck } from "./finding.ts";

/**
 * A budget that selects the pods allows no disruption now. Rolling updates take no notice of budgets: it protects nothing
 * here, and says that something is short already. A kind that evicts waits for the budget, which may be for ever.
 */
export const pdbZero: ClusterCheck = {
  codes: [{ code: "pdb-zero", levels: ["warn", "block"] }],
  check: async ({ found, namespace, ask }) => {
    if (found.kind.affected(found.workload) === 0) return [];
    const spent = budgetsOf(found, (await ask(namespace.budgets())) ?? []).filter(
      ({ disruptionsAllowed, expectedPods }) => disruptionsAllowed === 0 && expectedPods > 0,
    );
    if (spent.length === 0) return [];
    const evicts = found.kind.evicts === true;
    const evidence = { budgets: spent.map(({ name }) => name).join(","), ...(evicts && { evicts: "true" }) };
    return [{ code: "pdb-zero", level: evicts ? "block" : "warn", evidence }];
  },
};

/** So many are named; the others are counted, since a plan may have hundreds under one budget. */
const namedOthers = 5;

/** One budget selects pods of several targets: they stand in for each other, and rolling updates do not heed it. */
export const pdbShared: ClusterCheck = {
  codes: [{ code: "pdb-shared", levels: ["info"] }],
  check: async ({ found, namespace, ask }) => {
    if (namespace.targets.length < 2) return [];
    const budgets = budgetsOf(found, (await ask(namespace.budgets())) ?? []);
    return budgets.flatMap((budget) => {
      const others = namespace.targets.filter(
        (other) => other.workload.ref.uid !== found.workload.ref.uid && selectsPods(budget, other),
      );
      if (others.length === 0) return [];
      const names = others
        .slice(0, namedOthers)
        .map(({ workload: { ref } }) => `${ref.kind.toLowerCase()}/${ref.name}`);
      const evidence = { budget: budget.name, others: names.join(","), count: String(others.length) };
      return [{ code: "pdb-shared", level: "info", evidence }] as const;
    });
  },
};

function budgetsOf(found: FoundWorkload, budgets: readonly FactBudget[]): readonly FactBudget[] {
  return budgets.filter((budget) => selectsPods(budget, found));
}

function selectsPods({ selector }: FactBudget, { needs }: FoundWorkload): boolean {
  // No selector selects nothing, an empty one everything (policy/v1).
  return selector !== undefined && matchesLabels(fromLabelSelector(selector), needs.labels);
}
