import { eligibleNodes, matchesTerms } from "./eligible-nodes.ts";
import type { FactClaim } from "./fact-objects.ts";
import type { ClusterCheck, Subject } from "./finding.ts";

/**
 * A rolling update waits for a new pod before it takes an old one away, and the new one waits for a volume that only one
 * node, or one pod, may hold (kubernetes#115997).
 */
export const rwoDeadlock: ClusterCheck = {
  codes: [{ code: "rwo-deadlock", levels: ["block"] }],
  check: async (subject) => {
    const { found, namespace, ask } = subject;
    const { workload, needs } = found;
    const { counts, maxSurge = 0, maxUnavailable = 0, strategy } = workload;
    const names = needs.references.filter(({ kind }) => kind === "PersistentVolumeClaim").map(({ name }) => name);
    // While one pod may go first, its volume comes free.
    if (names.length === 0 || strategy !== "RollingUpdate" || maxSurge === 0 || counts.desired === 0) return [];
    if (maxUnavailable >= counts.desired) return [];
    const present = await ask(namespace.claims());
    const claims = names.map((name) => present?.get(name)).filter((claim) => claim !== undefined);
    const onePod = claims.filter((claim) => offersOnly(claim, "ReadWriteOncePod"));
    const oneNode = await startedElsewhere(
      subject,
      claims.filter((claim) => offersOnly(claim, "ReadWriteOnce")),
    );
    const held = [...onePod, ...oneNode].map(({ name }) => name);
    if (held.length === 0) return [];
    const accessMode = onePod.length > 0 ? "ReadWriteOncePod" : "ReadWriteOnce";
    return [{ code: "rwo-deadlock", level: "block", evidence: { claims: held.join(","), accessMode } }];
  },
};

function offersOnly({ accessModes }: FactClaim, mode: string): boolean {
  return accessModes.length > 0 && accessModes.every((one) => one === mode);
}

/**
 * The claims whose new pod may come to another node than the old one's: on the same node they share the volume, and the
 * scheduler looks at no node that a local volume does not reach (kubernetes pkg/scheduler/framework/plugins/volumebinding).
 */
async function startedElsewhere(
  { found, cluster, ask }: Subject,
  claims: readonly FactClaim[],
): Promise<readonly FactClaim[]> {
  if (claims.length === 0) return [];
  const nodes = eligibleNodes(found.needs, (await ask(cluster.nodes())) ?? []);
  if (nodes.length < 2) return [];
  const bound = claims.some(({ volumeName }) => volumeName !== "");
  const volumes = bound ? await ask(cluster.volumes()) : new Map();
  if (volumes === undefined) return [];
  // Every claim of the pod narrows the nodes for all of them.
  const terms = claims.map(({ volumeName }) => volumes.get(volumeName)?.nodeTerms);
  const reached = nodes.filter((node) => terms.every((one) => matchesTerms(one, node)));
  return reached.length < 2 ? [] : claims;
}
