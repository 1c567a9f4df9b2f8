import type { KubeApi } from "../kube/cluster.ts";
import { type ClusterFacts, openFacts } from "./findings/facts.ts";
import { mapLimited } from "./map-limited.ts";
import { onCluster } from "./on-cluster.ts";
import type { PlanTarget } from "./plan.ts";
import { type PreflightOptions, preflight, weighed } from "./preflight.ts";
import { sameCluster } from "./same-cluster.ts";
import type { Found } from "./select.ts";

/** Something that was found, with the API it was found by. */
export interface Candidate {
  readonly api: KubeApi;
  readonly found: Found;
}

/** Each look sends one dry run: so many are in the API server's admission at a time. */
const parallelChecks = 10;

/**
 * Looks at every candidate, ten at a time; the order stays. What several of them need is read once: a namespace costs a
 * bounded number of requests however many workloads of it are planned. Sends nothing that changes anything. Rejects
 * like `preflight`, with the cluster's name in `detail.cluster`; an abort with its reason.
 */
export async function checkTargets(
  candidates: readonly Candidate[],
  options: PreflightOptions,
  signal: AbortSignal,
): Promise<readonly PlanTarget[]> {
  const opened = new Map<string, Promise<ClusterFacts>>();
  const factsOf = (api: KubeApi) => {
    const { name } = api.cluster;
    const known = opened.get(name);
    if (known !== undefined) return known;
    const targets = candidates.flatMap((one) =>
      one.api.cluster.name === name && one.found.type === "found" ? [one.found.item] : [],
    );
    const facts = openFacts(api, targets, signal);
    opened.set(name, facts);
    return facts;
  };
  const targets = await mapLimited(candidates, parallelChecks, async ({ api, found }) => {
    try {
      return await preflight({ api, cluster: await factsOf(api), options, signal }, found);
    } catch (caught) {
      throw signal.aborted ? caught : onCluster(caught, api.cluster.name);
    }
  });
  const servers = new Map(candidates.map(({ api }) => [api.cluster.name, api.cluster.server]));
  return withoutDoubles(targets, servers, options);
}

/**
 * One cluster under two contexts would be restarted twice: each of its targets says so, and once that is allowed each
 * object stays once, under the context that came first.
 */
function withoutDoubles(
  targets: readonly PlanTarget[],
  servers: ReadonlyMap<string, string>,
  options: PreflightOptions,
): readonly PlanTarget[] {
  const groups = sameCluster(targets, (cluster) => servers.get(cluster) ?? "");
  if (groups.length === 0) return targets;
  const marked = targets.map((target): PlanTarget => {
    const group = groups.find((names) => names.includes(target.ref.cluster));
    if (group === undefined) return target;
    const evidence = { contexts: group.join(",") };
    const [finding] = weighed([{ code: "single-cluster-identity", level: "block", evidence }], options);
    return { ...target, findings: finding === undefined ? target.findings : [finding, ...target.findings] };
  });
  if (!options.allow.includes("single-cluster-identity")) return marked;
  const seen = new Set<string>();
  return marked.filter(({ ref, findings }) => {
    const double = ref.uid !== undefined && findings.some(({ code }) => code === "single-cluster-identity");
    if (!double || ref.uid === undefined) return true;
    if (seen.has(ref.uid)) return false;
    seen.add(ref.uid);
    return true;
  });
}
