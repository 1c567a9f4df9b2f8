import type { KubeApi } from "../../kube/cluster.ts";
import type { FoundWorkload } from "../found-workload.ts";
import { clusterTime } from "../restart-time.ts";
import { matches, type Subject } from "./matches.ts";
import type { Condition, Predicate } from "./predicate.ts";
import { readChanges } from "./read-changes.ts";
import { readPods } from "./read-pods.ts";

/**
 * Those of the workloads of one cluster for which every condition holds, in their order. What conditions look at beside
 * the workloads is read once for all of them, and only when one asks for it; what the workloads themselves decide is
 * decided first. Times are the cluster's. Rejects like a list.
 */
export async function filterFound(
  api: KubeApi,
  found: readonly FoundWorkload[],
  conditions: readonly Condition[],
  signal: AbortSignal,
): Promise<readonly FoundWorkload[]> {
  const predicates = conditions.map(({ predicate }) => predicate);
  const cheap = predicates.filter((predicate) => needsOf(predicate).size === 0);
  const dear = predicates.filter((predicate) => needsOf(predicate).size > 0);
  const kept = found.filter((one) => cheap.every((predicate) => matches(predicate, plainSubject(one))));
  if (dear.length === 0 || kept.length === 0) return kept;
  const needs = new Set(dear.flatMap((predicate) => [...needsOf(predicate)]));
  const namespaces = [...new Set(kept.map(({ workload }) => workload.ref.namespace))];
  const [now, podsOf, changeOf] = await Promise.all([
    needs.has("now") ? clusterTime(api, signal) : Number.NaN,
    needs.has("pods") || needs.has("status") ? readPods(api, kept, namespaces, needs.has("status"), signal) : () => [],
    needs.has("changes") ? readChanges(api, kept, signal) : () => Number.NEGATIVE_INFINITY,
  ]);
  return kept.filter((one) => {
    const pods = podsOf(one);
    const change = changeOf(one);
    const subject = { ...plainSubject(one), now, pods, stale: pods.some(({ created }) => created < change) };
    return dear.every((predicate) => matches(predicate, subject));
  });
}

function plainSubject({ workload, annotations, needs }: FoundWorkload): Subject {
  return {
    workload,
    annotations,
    images: needs.containers.map(({ image }) => image),
    references: needs.references,
    now: Number.NaN,
    pods: [],
    stale: false,
  };
}

type Need = "now" | "pods" | "status" | "changes";

/** What has to be read before a condition can be decided. */
function needsOf(predicate: Predicate): ReadonlySet<Need> {
  switch (predicate.type) {
    case "not":
      return needsOf(predicate.predicate);
    case "any":
    case "all":
      return new Set(predicate.predicates.flatMap((one) => [...needsOf(one)]));
    case "age":
      return new Set<Need>(predicate.age === "podage" ? ["now", "pods"] : ["now"]);
    case "restarts":
      return new Set<Need>(["status"]);
    // A template seldom names a digest; the pods always do.
    case "image":
      return new Set<Need>(predicate.pattern.includes("@") ? ["status"] : []);
    case "is":
      return new Set<Need>(predicate.state === "stale" ? ["pods", "changes"] : []);
    default:
      return new Set<Need>();
  }
}
