import type { Pod } from "../pods.ts";
import type { Workload } from "../workload.ts";
import { kubectl, type Trouble } from "./trouble.ts";

// An ordered StatefulSet replaces nothing while one of its pods is not ready, an old one included
// (k8s.io/kubernetes pkg/controller/statefulset/stateful_set_control.go, processReplica).
export function blockedOrdinals(workload: Workload, old: readonly Pod[]): readonly Trouble[] {
  if (!workload.ordered) return [];
  return old
    .filter((pod) => !pod.ready)
    .map((pod) => ({
      heals: true,
      involvedUid: pod.uid,
      diagnosis: {
        cause: "blocked-ordinal",
        reason: pod.containers.find(({ ready, init }) => !ready && !init)?.reason || "NotReady",
        message: "",
        pod: pod.name,
        command: kubectl(workload, ["describe", "pod", pod.name]),
      },
    }));
}
