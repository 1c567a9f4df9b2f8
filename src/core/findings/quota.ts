import type { FoundWorkload } from "../found-workload.ts";
import type { FactPod, FactQuota } from "./fact-objects.ts";
import type { ClusterCheck, Finding } from "./finding.ts";
import { ownPods } from "./own-pods.ts";

/**
 * New pods that come before old ones go need room in every quota; without it the rollout looks merely slow until its
 * deadline (kubernetes#98656). What a pod counts for is taken from the present pods, which have the namespace's defaults.
 * It blocks when no old pod may go first; one that may makes it slow.
 */
export const quota: ClusterCheck = {
  codes: [{ code: "quota", levels: ["block", "warn"] }],
  check: async ({ found, namespace, ask }) => {
    if (surgePods(found) === 0) return [];
    const quotas = (await ask(namespace.quotas()))?.filter(({ scoped }) => !scoped) ?? [];
    if (quotas.length === 0) return [];
    const pods = (await ask(namespace.pods())) ?? [];
    const alone = firstShortage(quotas, needed(found, pods));
    if (alone !== undefined) {
      const stuck = (found.workload.maxUnavailable ?? 0) === 0;
      return [shortage(alone, stuck ? "block" : "warn", "alone")];
    }
    // One after the other they fit, which is how a run goes unless it is told otherwise.
    const all = namespace.targets.map((target) => needed(target, pods));
    const together = firstShortage(quotas, all.reduce(sum, {}));
    return together === undefined ? [] : [shortage(together, "warn", "together")];
  },
};

interface Shortage {
  readonly quota: string;
  readonly resource: string;
  readonly needed: number;
  readonly left: number;
}

function shortage({ quota: name, resource, ...numbers }: Shortage, level: Finding["level"], why: string): Finding {
  const evidence = { quota: name, resource, needed: String(numbers.needed), left: String(numbers.left), why };
  return { code: "quota", level, evidence };
}

function surgePods({ kind, workload }: FoundWorkload): number {
  return workload.strategy === "RollingUpdate" ? Math.min(workload.maxSurge ?? 0, kind.affected(workload)) : 0;
}

/** What the pods that come first count for, by the names that quotas use. */
function needed(found: FoundWorkload, pods: readonly FactPod[]): Readonly<Record<string, number>> {
  const surge = surgePods(found);
  if (surge === 0) return {};
  const [sample] = ownPods(found, pods);
  const amounts: Record<string, number> = { pods: surge, "count/pods": surge };
  for (const [name, amount] of Object.entries(sample?.requests ?? found.needs.requests)) {
    amounts[`requests.${name}`] = amount * surge;
    // The two oldest names are short for requests.
    if (name === "cpu" || name === "memory" || name === "ephemeral-storage") amounts[name] = amount * surge;
  }
  for (const [name, amount] of Object.entries(sample?.limits ?? found.needs.limits)) {
    amounts[`limits.${name}`] = amount * surge;
  }
  return amounts;
}

function sum(left: Readonly<Record<string, number>>, right: Readonly<Record<string, number>>) {
  const total: Record<string, number> = { ...left };
  for (const [name, amount] of Object.entries(right)) total[name] = (total[name] ?? 0) + amount;
  return total;
}

function firstShortage(quotas: readonly FactQuota[], amounts: Readonly<Record<string, number>>): Shortage | undefined {
  for (const { name, hard, used } of quotas) {
    for (const [resource, limit] of Object.entries(hard)) {
      const need = amounts[resource] ?? 0;
      const left = limit - (used[resource] ?? 0);
      if (need > left) return { quota: name, resource, needed: need, left: Math.max(0, left) };
    }
  }
  return undefined;
}
