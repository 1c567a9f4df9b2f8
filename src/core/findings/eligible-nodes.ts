import type { V1NodeSelectorRequirement, V1NodeSelectorTerm, V1Taint, V1Toleration } from "@kubernetes/client-node";
import type { PodNeeds } from "../pod-template.ts";
import type { FactNode } from "./fact-objects.ts";

/**
 * Nodes on which the scheduler would look for room for a pod of the template: ready, schedulable, selected, tolerated
 * (kubernetes pkg/scheduler/framework/plugins: nodeaffinity, tainttoleration, nodeunschedulable).
 */
export function eligibleNodes(needs: PodNeeds, nodes: readonly FactNode[]): readonly FactNode[] {
  const terms = needs.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return nodes.filter(
    (node) =>
      node.ready &&
      !node.unschedulable &&
      Object.entries(needs.nodeSelector).every(([key, value]) => node.labels[key] === value) &&
      matchesTerms(terms, node) &&
      node.taints.every((taint) => taint.effect === "PreferNoSchedule" || tolerated(taint, needs.tolerations)),
  );
}

/** Whether a node meets one of the terms at least; every node meets no terms. */
export function matchesTerms(terms: readonly V1NodeSelectorTerm[] | undefined, node: FactNode): boolean {
  return terms === undefined || terms.some((term) => matchesTerm(term, node));
}

function matchesTerm({ matchExpressions = [], matchFields = [] }: V1NodeSelectorTerm, node: FactNode): boolean {
  // A term without requirements selects nothing.
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => meets(requirement, node.labels[requirement.key])) &&
    matchFields.every((requirement) => meets(requirement, node.name))
  );
}

function meets({ operator, values = [] }: V1NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return Number(value) > Number(values[0]);
    case "Lt":
      return Number(value) < Number(values[0]);
    default:
      // A new operator: whether it excludes the node is not known, so it does not.
      return true;
  }
}

function tolerated(taint: V1Taint, tolerations: readonly V1Toleration[]): boolean {
  return tolerations.some(
    ({ key = "", operator = "Equal", value = "", effect = "" }) =>
      (effect === "" || effect === taint.effect) &&
      (key === "" ? operator === "Exists" : key === taint.key) &&
      (operator === "Exists" || value === (taint.value ?? "")),
  );
}
