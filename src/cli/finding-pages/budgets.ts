import type { PageTexts } from "./page-text.ts";

/** Pages of disruption budgets, room, locks and identity. */
export const budgetsPages: PageTexts = {
  "pdb-zero": [
    "A PodDisruptionBudget that selects the pods allows none of them to go now. Rolling updates of Deployments, StatefulSets and DaemonSets take no notice of budgets, so it protects nothing; that it is spent says that pods are missing already. Argo Rollouts evict and would wait, so there it blocks.",
    "Wait until the budget allows a disruption, or mend the pods that are missing.",
  ],
  "pdb-shared": [
    "One PodDisruptionBudget selects pods of several workloads of this plan: they stand in for each other, like the members of a quorum.",
    "Nothing: workloads are restarted one after the other, each when the one before it is healthy.",
  ],
  "no-room": [
    "A new pod would find no node: the pods may not share one and the old ones are on all that fit, or a pod asks for more than any node has. What other pods use is not counted.",
    "Add a node, or let an old pod go first: maxSurge 0 and maxUnavailable 1.",
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
