import { findResource } from "../resources.ts";
import type { ApiCall } from "./call.ts";
import { parseJson } from "./document.ts";
import { at, numberAt } from "./field.ts";
import { removeObject } from "./remove.ts";
import { labelSelectorMatches } from "./selectors.ts";
import { badRequest, type Failure, failure, internalError, notFound } from "./status.ts";

/** POST of `…/eviction`: a deletion that a PodDisruptionBudget may refuse with 429. */
export function evictPod(call: ApiCall): Failure | undefined {
  const { store, route } = call;
  const pods = findResource("pods");
  const name = route.name ?? "";
  if (pods === undefined) return internalError("pods are not served");
  const pod = store.get("pods", route.namespace, name);
  if (pod === undefined) return notFound(pods, name);
  const parsed = parseJson(call.body === "" ? "{}" : call.body);
  if ("fault" in parsed) return badRequest(parsed.fault);
  const labels = pod.metadata.labels ?? {};
  const budget = store
    .list("poddisruptionbudgets.policy", route.namespace)
    .find((candidate) => labelSelectorMatches(at(candidate, "spec", "selector"), labels));
  if (budget !== undefined && numberAt(budget, "status", "disruptionsAllowed") <= 0) {
    const needs = numberAt(budget, "status", "desiredHealthy");
    const has = numberAt(budget, "status", "currentHealthy");
    return failure(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", {
      causes: [
        {
          reason: "DisruptionBudget",
          message: `The disruption budget ${budget.metadata.name} needs ${needs} healthy pods and has ${has} currently`,
        },
      ],
    });
  }
  const dryRun = at(parsed.document, "deleteOptions", "dryRun") !== undefined || call.query.has("dryRun");
  const grace = at(parsed.document, "deleteOptions", "gracePeriodSeconds");
  if (!dryRun) removeObject(store, pods, pod, typeof grace === "number" ? grace : undefined);
  return undefined;
}
