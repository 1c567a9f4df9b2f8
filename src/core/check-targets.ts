import type { KubeApi } from "../kube/cluster.ts";
import { type ClusterFacts, openFacts } from "./findings/facts.ts";
import { mapLimited } from "./map-limited.ts";
import { onCluster } from "./on-cluster.ts";
import type { PlanTarget } from "./plan.ts";
import { type PreflightOptions, preflight } from "./preflight.ts";
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
  return mapLimited(candidates, parallelChecks, async ({ api, found }) => {
    try {
      return await preflight({ api, cluster: await factsOf(api), options, signal }, found);
    } catch (caught) {
      throw signal.aborted ? caught : onCluster(caught, api.cluster.name);
    }
  });
}
