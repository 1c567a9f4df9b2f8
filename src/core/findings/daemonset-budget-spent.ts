import type { ClusterCheck } from "./finding.ts";
import { ownPods } from "./own-pods.ts";

/** Pods that are named. */
const named = 3;

/**
 * As many pods are unavailable already as may be at a time. The controller then replaces those, all of them at once, and
 * no other before they are available again, which on a node that is gone is never (kubernetes
 * pkg/controller/daemon/update.go, rollingUpdate; NVSentinel#1764).
 */
export const daemonsetBudgetSpent: ClusterCheck = {
  codes: [{ code: "daemonset-budget-spent", levels: ["block"] }],
  check: async ({ found, namespace, ask }) => {
    const { kind, workload } = found;
    const { counts, maxSurge = 0, maxUnavailable = 1, strategy } = workload;
    const missing = counts.desired - counts.available;
    if (kind.perNode !== true || strategy !== "RollingUpdate" || maxSurge > 0) return [];
    if (missing === 0 || missing < maxUnavailable) return [];
    const pods = ownPods(found, (await ask(namespace.pods())) ?? []).filter(({ ready }) => !ready);
    const evidence = {
      unavailable: String(missing),
      maxUnavailable: String(maxUnavailable),
      pods: pods
        .slice(0, named)
        .map(({ name }) => name)
        .join(","),
      nodes: pods
        .slice(0, named)
        .map(({ nodeName }) => nodeName)
        .filter(Boolean)
        .join(","),
    };
    return [{ code: "daemonset-budget-spent", level: "block", evidence }];
  },
};
