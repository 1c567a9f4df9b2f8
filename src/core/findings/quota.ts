import { formatQuantity } from "../../kube/quantity.ts";
import type { FoundWorkload } from "../found-workload.ts";
import type { FactPod, FactQuota } from "./fact-objects.ts";
import type { NamespaceFacts } from "./facts.ts";
import type { ClusterCheck, Finding } from "./finding.ts";
import { ownPods } from "./own-pods.ts";

/**
 * New pods that come before old ones go need room in every quota; without it the rollout looks merely slow until its
 * deadline (kubernetes#98656). What a pod counts for is taken from the present pods, which have the namespace's defaults.
 * It blocks when no new pod fits and no old one may go first; what fits in part, or may go first, is slow. Where more is
 * used than a quota allows by now, a pod that goes first does not come back, which blocks, too.
 */
export const quota: ClusterCheck = {
  codes: [{ code: "quota", levels: ["block", "warn"] }],
  check: async ({ found, namespace, ask }) => {
    if (found.kind.affected(found.workload) === 0) return [];
    const quotas = (await ask(namespace.quotas()))?.filter(({ scoped }) => !scoped) ?? [];
    if (quotas.length === 0) return [];
    const pods = (await ask(namespace.pods())) ?? [];
    const surge = surgePods(found);
    const each = amountsOfPod(found, pods);
    const over = surge === 0 || (found.workload.maxUnavailable ?? 0) > 0 ? firstOverdrawn(quotas, each) : undefined;
    if (over !== undefined) return [over];
    if (surge === 0) return [];
    const surging = times(each, surge);
    const none = firstShortage(quotas, each);
    if (none !== undefined) {
      const stuck = (found.workload.maxUnavailable ?? 0) === 0;
      return [shortage({ ...none, needed: surging[none.resource] ?? 0 }, stuck ? "block" : "warn", "alone")];
    }
    const some = firstShortage(quotas, surging);
    if (some !== undefined) return [shortage(some, "warn", "alone")];
    // One after the other they fit, which is how a run goes unless it is told otherwise.
    const together = firstShortage(quotas, amountsOfAll(namespace, pods));
    return together === undefined ? [] : [shortage(together, "warn", "together")];
  },
};

/** Amounts by the names that quotas use. */
type Amounts = Readonly<Record<string, number>>;

interface Shortage {
  readonly quota: string;
  readonly resource: string;
  readonly needed: number;
  readonly left: number;
}

function shortage(
  { quota: name, resource, needed, left }: Shortage,
  level: Finding["level"],
  why: "alone" | "together",
): Finding {
  const evidence = {
    quota: name,
    resource,
    needed: amountText(resource, needed),
    left: amountText(resource, left),
    why,
  };
  return { code: "quota", level, evidence };
}

function amountText(resource: string, amount: number): string {
  return formatQuantity(exact(amount), /(memory|storage)$/.test(resource) ? "binary" : "decimal");
}

function surgePods({ kind, workload }: FoundWorkload): number {
  return workload.strategy === "RollingUpdate" ? Math.min(workload.maxSurge ?? 0, kind.affected(workload)) : 0;
}

/** What one new pod counts for. */
function amountsOfPod(found: FoundWorkload, pods: readonly FactPod[]): Amounts {
  const [sample] = ownPods(found, pods);
  const amounts: Record<string, number> = { pods: 1, "count/pods": 1 };
  for (const [name, amount] of Object.entries(sample?.requests ?? found.needs.requests)) {
    amounts[`requests.${name}`] = amount;
    // The three oldest names are short for requests.
    if (name === "cpu" || name === "memory" || name === "ephemeral-storage") amounts[name] = amount;
  }
  for (const [name, amount] of Object.entries(sample?.limits ?? found.needs.limits)) {
    amounts[`limits.${name}`] = amount;
  }
  return amounts;
}

const known = new WeakMap<NamespaceFacts, Amounts>();

/** What the new pods of all targets count for; added up once for a namespace of many. */
function amountsOfAll(namespace: NamespaceFacts, pods: readonly FactPod[]): Amounts {
  const before = known.get(namespace);
  if (before !== undefined) return before;
  const total: Record<string, number> = {};
  for (const target of namespace.targets) {
    const surge = surgePods(target);
    if (surge === 0) continue;
    for (const [name, amount] of Object.entries(times(amountsOfPod(target, pods), surge))) {
      total[name] = (total[name] ?? 0) + amount;
    }
  }
  known.set(namespace, total);
  return total;
}

function times(amounts: Amounts, count: number): Amounts {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount * count]));
}

function firstShortage(quotas: readonly FactQuota[], amounts: Amounts): Shortage | undefined {
  for (const { name, hard, used } of quotas) {
    for (const [resource, limit] of Object.entries(hard)) {
      const needed = amounts[resource] ?? 0;
      const left = Math.max(0, limit - (used[resource] ?? 0));
      if (exact(needed) > exact(left)) return { quota: name, resource, needed, left };
    }
  }
  return undefined;
}

function firstOverdrawn(quotas: readonly FactQuota[], each: Amounts): Finding | undefined {
  for (const { name, hard, used } of quotas) {
    for (const [resource, limit] of Object.entries(hard)) {
      const amount = used[resource] ?? 0;
      if ((each[resource] ?? 0) === 0 || exact(amount) <= exact(limit)) continue;
      const numbers = { used: amountText(resource, amount), hard: amountText(resource, limit) };
      return { code: "quota", level: "block", evidence: { quota: name, resource, ...numbers, why: "overdrawn" } };
    }
  }
  return undefined;
}

/** Three times 0.1 is a little more than 0.3, which would be no room where there is just enough. */
function exact(amount: number): number {
  return Number.isInteger(amount) ? amount : Math.round(amount * 1e6) / 1e6;
}
