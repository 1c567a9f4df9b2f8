import type { PageTexts } from "./page-text.ts";

/** Pages of capacity and history. */
export const capacityPages: PageTexts = {
  quota: [
    "A ResourceQuota of the namespace has no room for the pods that come before old ones go. Where not one new pod fits and no old one may go first, the rollout would stand still with the old pods serving, which blocks; else it is slow. Where a quota was lowered below what is used, an old pod that goes makes no room for a new one, which blocks, too. Several workloads of one plan may only fit one after the other, which is how they are restarted.",
    "Raise the quota, or let an old pod go first: maxSurge 0 and maxUnavailable 1.",
  ],
  "already-unhealthy": [
    "Pods are missing, crash or cannot pull their image before anything was restarted. A restart may be the cure, and it may take away the pods that still serve. An ordered StatefulSet replaces nothing while one of its pods is not ready.",
    "Find out why first: restart status and kubectl describe pod.",
  ],
  "recently-restarted": [
    "The workload was restarted or rolled out within ten minutes, which warns, or restarted more than five times within an hour, which blocks. Something else may be restarting it, and each restart replaces all pods.",
    "Look at who did: restart get -o wide. --allow recently-restarted restarts it all the same.",
  ],
  "daemonset-budget-spent": [
    "As many pods of the DaemonSet are unavailable as its rolling update allows at a time. The controller replaces those, all at once, and none of the others before they are available again. On a node that is gone they never are.",
    "Mend the pods or nodes that are named, or raise maxUnavailable.",
  ],
};
