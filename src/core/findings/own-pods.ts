import { fromLabelSelector, matchesLabels } from "../../kube/selector.ts";
import type { FoundWorkload } from "../found-workload.ts";
import type { FactPod } from "./fact-objects.ts";

/** Those of the pods that the workload selects and that are not on their way out. */
export function ownPods({ workload }: FoundWorkload, pods: readonly FactPod[]): readonly FactPod[] {
  const selector = fromLabelSelector(workload.selector);
  return pods.filter(({ terminating, labels }) => !terminating && matchesLabels(selector, labels));
}
