import type { KubeApi } from "../kube/cluster.ts";
import { mapLimited } from "./map-limited.ts";
import { onCluster } from "./on-cluster.ts";
import type { PlanTarget } from "./plan.ts";
import { clusterIdentity, type PreflightOptions, preflight } from "./preflight.ts";
import type { Found } from "./select.ts";

/** Something that was found, with the API it was found by. */
export interface Candidate {
  readonly api: KubeApi;
  readonly found: Found;
}

const parallelChecks = 8;

/**
 * Looks at every candidate, eight at a time, and at the identity of each cluster once; the order stays. Sends nothing
 * that changes anything. Rejects like `preflight`, with the cluster's name in `detail.cluster`; an abort with its reason.
 */
export async function checkTargets(
  candidates: readonly Candidate[],
  options: Omit<PreflightOptions, "clusterUid" | "signal">,
  signal: AbortSignal,
): Promise<readonly PlanTarget[]> {
  const identities = new Map<string, Promise<string | undefined>>();
  return mapLimited(candidates, parallelChecks, async ({ api, found }) => {
    const { name } = api.cluster;
    try {
      const identity = identities.get(name) ?? clusterIdentity(api, signal);
      identities.set(name, identity);
      return await preflight(api, found, { ...options, clusterUid: await identity, signal });
    } catch (caught) {
      throw signal.aborted ? caught : onCluster(caught, name);
    }
  });
}
