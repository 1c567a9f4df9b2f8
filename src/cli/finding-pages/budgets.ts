import type { PageTexts } from "./page-text.ts";

/** Pages of disruption budgets, room, locks and identity. */
export const budgetsPages: PageTexts = {
  "pdb-zero": [
    "A PodDisruptionBudget that selects the pods allows none of them to go now: some are missing, or it never allows any. Rolling updates of Deployments, StatefulSets and DaemonSets delete pods and take no notice of budgets, so it protects nothing, which warns. Argo Rollouts evict and would wait, which blocks.",
    "Look at ALLOWED DISRUPTIONS in kubectl get poddisruptionbudgets. Mend the pods that are missing, or loosen the budget.",
  ],
  "pdb-shared": [
    "One PodDisruptionBudget selects pods of several workloads of this plan: they stand in for each other, like the members of a quorum.",
    "Nothing: workloads are restarted one after the other, each when the one before it is healthy.",
  ],
  "no-room": [
    "A new pod would find no node: the pods may not share one and the old ones are on all that fit, no node is ready, selected and tolerated, or a pod asks for more than any node has. What other pods use is not counted, nor what a cluster autoscaler could add.",
    "Add a node, or let an old pod go first: maxUnavailable 1. An anti-affinity with matchLabelKeys pod-template-hash lets new pods beside old ones.",
  ],
  "no-lock": [
    "Leases of the namespace may not be created or changed by this user, so nothing could keep another run off the workload meanwhile.",
    "Ask for create and patch on leases in coordination.k8s.io, or make sure that nobody else restarts it.",
  ],
  "single-cluster-identity": [
    "Two contexts of the plan lead to one cluster: its workloads would be restarted twice.",
    "Name one of the contexts. --allow single-cluster-identity restarts each workload once.",
  ],
};
