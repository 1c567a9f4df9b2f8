import type { ClusterCheck } from "./finding.ts";

/**
 * A rolling update waits for a new pod before it takes an old one away, and the new one waits for a volume that only one
 * node, or one pod, may hold (kubernetes#115997).
 */
export const rwoDeadlock: ClusterCheck = {
  codes: [{ code: "rwo-deadlock", levels: ["block"] }],
  check: async ({ found, namespace, cluster, ask }) => {
    const { workload, needs } = found;
    const { counts, maxSurge = 0, maxUnavailable = 0, strategy } = workload;
    const names = needs.references.filter(({ kind }) => kind === "PersistentVolumeClaim").map(({ name }) => name);
    // While one pod may go first, its volume comes free.
    if (names.length === 0 || strategy !== "RollingUpdate" || maxSurge === 0 || counts.desired === 0) return [];
    if (maxUnavailable >= counts.desired) return [];
    const claims = await ask(namespace.claims());
    if (claims === undefined) return [];
    const modes = (name: string) => claims.get(name)?.accessModes ?? [];
    const alone = (name: string, mode: string) => modes(name).length > 0 && modes(name).every((one) => one === mode);
    const onePod = names.filter((name) => alone(name, "ReadWriteOncePod"));
    const oneNode = names.filter((name) => alone(name, "ReadWriteOnce"));
    // On a single node the new pod shares the volume with the old one.
    const nodes = oneNode.length === 0 ? undefined : await ask(cluster.nodes());
    const elsewhere = (nodes?.filter(({ unschedulable, ready }) => ready && !unschedulable).length ?? 0) > 1;
    const held = [...onePod, ...(elsewhere ? oneNode : [])];
    if (held.length === 0) return [];
    const accessMode = onePod.length > 0 ? "ReadWriteOncePod" : "ReadWriteOnce";
    return [{ code: "rwo-deadlock", level: "block", evidence: { claims: held.join(","), accessMode } }];
  },
};
