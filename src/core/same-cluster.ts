import type { PlanTarget } from "./plan.ts";

/**
 * Groups of context names that lead to one cluster, each of two names or more, in the order of the targets. Two contexts
 * do when the clusters' identities are equal or both hold an object of one UID; while an identity is unknown, when their
 * servers are equal and nothing tells them apart. `serverOf` gives the API server's URL of a context.
 */
export function sameCluster(
  targets: readonly PlanTarget[],
  serverOf: (cluster: string) => string,
): readonly (readonly string[])[] {
  const sights = new Map<string, Sight>();
  for (const { clusterUid, ref } of targets) {
    const { cluster, apiVersion, kind, namespace, name, uid } = ref;
    const sight = sights.get(cluster) ?? { uid: clusterUid, server: address(serverOf(cluster)), objects: new Map() };
    sights.set(cluster, sight);
    if (uid !== undefined) sight.objects.set([apiVersion, kind, namespace, name].join("/"), uid);
  }
  const groups: string[][] = [];
  for (const [name, sight] of sights) {
    const joined = groups.filter((group) => group.some((other) => isSame(sight, sights.get(other))));
    const rest = groups.filter((group) => !joined.includes(group));
    groups.splice(0, groups.length, ...rest, [...joined.flat(), name]);
  }
  const order = [...sights.keys()];
  const byOrder = (left: string, right: string) => order.indexOf(left) - order.indexOf(right);
  return groups
    .filter((group) => group.length > 1)
    .map((group) => group.toSorted(byOrder))
    .toSorted(([left = ""], [right = ""]) => byOrder(left, right));
}

/** What the targets of one context tell of its cluster. */
interface Sight {
  /** Empty while it is unknown. */
  readonly uid: string;
  readonly server: string;
  /** UIDs by kind, namespace and name. */
  readonly objects: Map<string, string>;
}

function isSame(one: Sight, other: Sight | undefined): boolean {
  if (other === undefined) return false;
  if (one.uid !== "" && one.uid === other.uid) return true;
  const uids = new Set(other.objects.values());
  if ([...one.objects.values()].some((uid) => uids.has(uid))) return true;
  if ((one.uid !== "" && other.uid !== "") || one.server !== other.server) return false;
  // A proxy serves many clusters at one address. No cluster has two objects of one name.
  return ![...one.objects].some(([object, uid]) => (other.objects.get(object) ?? uid) !== uid);
}

function address(server: string): string {
  return server.toLowerCase().replace(/\/+$/, "");
}
