import type { PageTexts } from "./page-text.ts";

/** Pages of what an object says itself, of rights, and of what the API server answers. */
export const statePages: PageTexts = {
  "not-restartable": [
    "Objects of this kind have no pod template that is rolled out, so there is nothing to restart.",
    'Restart the workload that owns it. A pod\'s owner stands under "Controlled By" in kubectl describe pod.',
  ],
  deleting: [
    "The object has a deletion timestamp: its controller makes no new pods for it any more.",
    "Wait until it is gone. If it stays, look at its finalizers.",
  ],
  paused: [
    "The Deployment is paused. A change of its template would lie there until somebody resumes it, together with every other change made meanwhile.",
    "Find out who paused it and why, then: kubectl rollout resume deployment/NAME.",
  ],
  "on-delete": [
    "The update strategy is OnDelete: pods are replaced only when they are deleted. A changed template alone restarts nothing.",
    "--delete-pods deletes the old pods one after the other, each when the one before it has been replaced; or set the update strategy to RollingUpdate. --allow on-delete changes the template all the same.",
  ],
  "operator-owned": [
    "Another object controls this workload. Its operator rebuilds the template and takes the restart away again, which can look like a finished restart.",
    "Restart the owner in the way that its operator documents. --allow operator-owned restarts the workload all the same.",
  ],
  "rollout-in-progress": [
    "A rollout is under way. A restart on top of it kills pods that have just started. It blocks while the rollout moves, and only warns when it is stuck.",
    "Follow it with restart status, or restart on top with --allow rollout-in-progress.",
  ],
  "no-permission": [
    "The cluster does not let this user patch the workload. A restart needs the verbs get and patch; following needs list and watch, on pods and revisions, too.",
    "Ask for the missing verb, or use another user: --context, --user, --as.",
  ],
  admission: [
    "The API server was asked to check the very change without storing it, and refused: an admission policy, a webhook or validation stands against it.",
    "Read the message; it names the policy. Nothing was changed.",
  ],
  "no-watch": [
    "The workload may be patched and not listed or watched, so whether its pods become healthy cannot be seen.",
    "Ask for get, list and watch, or use --no-wait, which requests the restart and does not follow it.",
  ],
  partition: [
    "The StatefulSet has a partition: pods with a lower ordinal keep the old template. With a partition at or above the replicas no pod would be replaced at all, which blocks.",
    "Lower spec.updateStrategy.rollingUpdate.partition to restart every pod.",
  ],
  downtime: [
    "During this restart nothing of the workload serves: its strategy is Recreate, or it may lose all its pods at once.",
    "Restart at a quiet time, or add replicas or surge first.",
  ],
  "zero-replicas": [
    "The workload is scaled to nothing. The template is changed; there are no pods to replace.",
    "Nothing. Pods that are made later come from the new template.",
  ],
  unknown: [
    "Some of what is looked at before a restart may not be read, so the checks that need it were left out. It does not say that something is wrong.",
    "Ask for list on the resources that are named, or go on without these checks.",
  ],
  "identity-unverified": [
    "The namespace kube-system may not be read, so whether this is still the cluster that was planned for is judged by its address alone.",
    "Nothing, or ask for get on the namespace kube-system.",
  ],
};
