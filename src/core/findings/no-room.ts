import type { V1PodAffinityTerm } from "@kubernetes/client-node";
import { formatQuantity } from "../../kube/quantity.ts";
import { fromLabelSelector, matchesLabels } from "../../kube/selector.ts";
import type { PodNeeds } from "../pod-template.ts";
import { eligibleNodes } from "./eligible-nodes.ts";
import type { FactNode } from "./fact-objects.ts";
import type { ClusterCheck, Finding } from "./finding.ts";

/**
 * New pods would find no node: they keep apart from the old ones, which are on every node that they could go to, or they
 * ask for what no node is or has. What other pods use is not counted.
 */
export const noRoom: ClusterCheck = {
  codes: [{ code: "no-room", levels: ["warn"] }],
  check: async ({ found, cluster, ask }) => {
    const { kind, workload, needs } = found;
    const { counts, strategy, maxSurge = 0, maxUnavailable = 0, ref } = workload;
    if (kind.perNode === true || kind.affected(workload) === 0) return [];
    // While one pod may go first, its node comes free.
    const surges = strategy === "RollingUpdate" && maxSurge > 0 && maxUnavailable === 0;
    const apart = surges && keepsApart(needs, ref.namespace);
    if (!apart && !asksForSomething(needs)) return [];
    const nodes = await ask(cluster.nodes());
    if (nodes === undefined) return [];
    const eligible = eligibleNodes(needs, nodes);
    if (eligible.length === 0) return [noRoomFor({ why: "nodes", all: String(nodes.length) })];
    const resources = lacking(needs, eligible);
    if (resources !== undefined) return [noRoomFor({ why: "resources", nodes: String(eligible.length), ...resources })];
    const pods = counts.desired + 1;
    if (!apart || pods <= eligible.length) return [];
    return [noRoomFor({ why: "anti-affinity", nodes: String(eligible.length), pods: String(pods) })];
  },
};

function noRoomFor(evidence: Finding["evidence"]): Finding {
  return { code: "no-room", level: "warn", evidence };
}

function asksForSomething({ requests, nodeSelector, affinity }: PodNeeds): boolean {
  return (
    Object.values(requests).some((amount) => amount > 0) ||
    Object.keys(nodeSelector).length > 0 ||
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined
  );
}

/** The first resource that every node has too little of, or those that no node has enough of together. */
function lacking({ requests }: PodNeeds, nodes: readonly FactNode[]): Finding["evidence"] | undefined {
  const asked = Object.entries(requests).filter(([, amount]) => amount > 0);
  const short = ({ allocatable }: FactNode) => asked.filter(([name, amount]) => (allocatable[name] ?? 0) < amount);
  const shortages = nodes.map(short);
  if (asked.length === 0 || shortages.some(({ length }) => length === 0)) return undefined;
  const everywhere = asked.find((one) => shortages.every((missing) => missing.includes(one)));
  if (everywhere === undefined) {
    const names = new Set(shortages.flat().map(([name]) => name));
    return { resource: [...names].join(",") };
  }
  const [resource, amount] = everywhere;
  const largest = Math.max(...nodes.map(({ allocatable }) => allocatable[resource] ?? 0));
  return { resource, requested: amountText(resource, amount), largest: amountText(resource, largest) };
}

function amountText(resource: string, amount: number): string {
  return formatQuantity(amount, /(memory|storage)$/.test(resource) ? "binary" : "decimal");
}

const hostname = "kubernetes.io/hostname";

/** No new pod of the template may be on the node of an old one. */
function keepsApart({ affinity, labels }: PodNeeds, namespace: string): boolean {
  const terms = affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.some(
    (term) =>
      term.topologyKey === hostname &&
      term.labelSelector !== undefined &&
      matchesLabels(fromLabelSelector(term.labelSelector), labels) &&
      // It holds among the pods of one revision alone (KEP-3633).
      !(term.matchLabelKeys ?? []).some((key) => revisionLabels.has(key)) &&
      holdsIn(term, namespace),
  );
}

const revisionLabels: ReadonlySet<string> = new Set(["pod-template-hash", "controller-revision-hash"]);

function holdsIn({ namespaces = [], namespaceSelector }: V1PodAffinityTerm, namespace: string): boolean {
  if (namespaces.length === 0 && namespaceSelector === undefined) return true;
  // Which namespaces a selector takes is not looked up; an empty one takes all.
  return namespaces.includes(namespace) || (namespaceSelector !== undefined && isEmpty(namespaceSelector));
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: NonNullable<V1PodAffinityTerm["namespaceSelector"]>) {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}
