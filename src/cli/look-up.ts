import { type Found, type TargetItem, toRestartError, type WorkloadKind } from "../core/index.ts";
import type { ListScope } from "./list-scope.ts";
import type { OpenCluster } from "./open-clusters.ts";

/** From so many names on one list of the namespace is cheaper than a request each. */
const manyNames = 8;

/**
 * Finds an item whose namespace was said, where many of its kind are asked for in that namespace; undefined for one that
 * has to be asked for by name: it is not in the list, or nobody may list.
 */
export function createLookup(
  jobs: readonly { readonly cluster: OpenCluster; readonly item: TargetItem }[],
  listScope: ListScope,
): (cluster: OpenCluster, item: TargetItem) => Promise<Extract<Found, { type: "found" }> | undefined> {
  const counts = new Map<string, number>();
  for (const { cluster, item } of jobs) counts.set(keyOf(cluster, item), (counts.get(keyOf(cluster, item)) ?? 0) + 1);
  return async (cluster, item) => {
    const { type, name, namespace } = item;
    if (!type.restartable || namespace === undefined) return undefined;
    if ((counts.get(keyOf(cluster, item)) ?? 0) < manyNames) return undefined;
    const listed = await listOrNothing(cluster, type.kind, namespace, listScope);
    const found = listed.find(({ workload }) => workload.ref.name === name);
    return found === undefined ? undefined : { type: "found", item: found };
  };
}

function keyOf({ entry }: OpenCluster, { type, namespace }: TargetItem): string {
  return JSON.stringify([entry.name, type.kind.apiVersion, type.kind.kind, namespace]);
}

async function listOrNothing(cluster: OpenCluster, kind: WorkloadKind, namespace: string, listScope: ListScope) {
  try {
    return (await listScope(cluster, kind, { type: "names", names: [namespace] })).items;
  } catch (caught) {
    const { reason } = toRestartError(caught);
    if (reason === "Forbidden" || reason === "NotFound") return [];
    throw caught;
  }
}
