import type { FactPod } from "./fact-objects.ts";
import type { ClusterCheck } from "./finding.ts";
import { ownPods } from "./own-pods.ts";

const alarming = new Set(["CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "CreateContainerConfigError"]);

/**
 * Something is wrong before the restart: it may be the cure, and it may make things worse. An ordered StatefulSet replaces
 * nothing while one of its pods is not ready, so that pod is named as what will hold it.
 */
export const alreadyUnhealthy: ClusterCheck = {
  codes: [{ code: "already-unhealthy", levels: ["warn"] }],
  check: async ({ found, namespace, ask }) => {
    const { kind, workload } = found;
    const { available, desired } = workload.counts;
    // A rollout that is under way has a finding of its own.
    if (kind.rolling(workload)) return [];
    const short = available < desired;
    const pods = ownPods(found, (await ask(namespace.pods())) ?? []);
    const sick = pods.find((pod) => reasonOf(pod) !== "") ?? (short ? pods.find(({ ready }) => !ready) : undefined);
    if (!short && sick === undefined) return [];
    const evidence = {
      available: String(available),
      desired: String(desired),
      ...(sick !== undefined && { pod: sick.name, reason: reasonOf(sick) }),
      ...(workload.ordered && sick !== undefined && !sick.ready && { holds: "true" }),
    };
    return [{ code: "already-unhealthy", level: "warn", evidence }];
  },
};

function reasonOf({ containers }: FactPod): string {
  return containers.find(({ state, reason }) => state === "waiting" && alarming.has(reason))?.reason ?? "";
}
