import { fromLabelSelector, matchesLabels } from "../../kube/selector.ts";
import type { PodNeeds } from "../pod-template.ts";
import { eligibleNodes } from "./eligible-nodes.ts";
import type { ClusterCheck } from "./finding.ts";

/**
 * New pods would find no node: they keep apart from the old ones, which are on every node that they could go to, or they
 * ask for more than any node has. What other pods use is not counted.
 */
export const noRoom: ClusterCheck = {
  codes: [{ code: "no-room", levels: ["warn"] }],
  check: async ({ found, cluster, ask }) => {
    const { kind, workload, needs } = found;
    const { desired } = workload.counts;
    const surge = workload.strategy === "RollingUpdate" ? (workload.maxSurge ?? 0) : 0;
    if (kind.perNode === true || kind.affected(workload) === 0) return [];
    const apart = keepsApart(needs);
    const asks = Object.keys(needs.requests).length > 0;
    if (!asks && !(apart && surge > 0)) return [];
    const nodes = await ask(cluster.nodes());
    if (nodes === undefined) return [];
    const eligible = eligibleNodes(needs, nodes);
    // One more than there are nodes cannot be placed while the old ones stay.
    if (apart && surge > 0 && (workload.maxUnavailable ?? 0) === 0 && desired + 1 > eligible.length) {
      const evidence = { why: "anti-affinity", nodes: String(eligible.length), pods: String(desired + 1) };
      return [{ code: "no-room", level: "warn", evidence }];
    }
    const large = Object.entries(needs.requests).find(
      ([name, amount]) => amount > 0 && eligible.every(({ allocatable }) => (allocatable[name] ?? 0) < amount),
    );
    if (large === undefined) return [];
    const [resource, amount] = large;
    const evidence = { why: "resources", nodes: String(eligible.length), resource, requested: String(amount) };
    return [{ code: "no-room", level: "warn", evidence }];
  },
};

const hostname = "kubernetes.io/hostname";

/** No two pods of the template may be on one node. */
function keepsApart({ affinity, labels }: PodNeeds): boolean {
  const terms = affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.some(
    ({ topologyKey, labelSelector }) =>
      topologyKey === hostname &&
      labelSelector !== undefined &&
      matchesLabels(fromLabelSelector(labelSelector), labels),
  );
}
