import type { Outcome } from "../core/index.ts";

/** What a word of this program means, and what to do about it. */
export interface Explanation {
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}

/** Every finding by its code. */
export const findingExplanations: Readonly<Record<string, Explanation>> = {
  "unsupported-kind": {
    title: "the kind has no rollout",
    meaning:
      "A Pod, a ReplicaSet, a Job or a CronJob is not replaced by changing its template; the change would be accepted and restart nothing.",
    remedy: "Restart the workload that owns it. The refusal names it where there is one.",
  },
  "being-deleted": {
    title: "the object is being deleted",
    meaning: "Its controller only observes it any more: the change would be accepted and no pod replaced.",
    remedy: "Wait until it is gone, or find out which finalizer holds it.",
  },
  paused: {
    title: "the Deployment is paused",
    meaning:
      "A paused Deployment takes the change and replaces no pod until it is resumed, together with whatever else was changed meanwhile.",
    remedy: "kubectl rollout resume, then restart.",
  },
  "on-delete": {
    title: "the strategy is OnDelete",
    meaning:
      "Pods are replaced only when somebody deletes them; kubectl reports such a restart as done although nothing restarts.",
    remedy: "Delete the pods in the order that the application needs.",
  },
  "owner-operator": {
    title: "an operator owns the workload",
    meaning: "The operator rebuilds the pod template and takes the restart back, which looks like a finished rollout.",
    remedy: "Restart the owner in its own way: an annotation or a field that its documentation names.",
  },
  "rollout-in-progress": {
    title: "a rollout is under way",
    meaning:
      "A restart on top of a moving rollout throws half-started pods away. It blocks while the rollout moves and only warns when it is stuck, since people restart what is stuck.",
    remedy: "restart status follows the present rollout; --allow rollout-in-progress restarts all the same.",
  },
  "no-permission": {
    title: "no right to patch",
    meaning: "The API server's authorizer refuses the very change that would be sent.",
    remedy: "Ask for the verb patch on the resource, or use a context that has it.",
  },
  denied: {
    title: "admission or validation refuses",
    meaning:
      "A policy, a webhook or the validation of the API server refused the dry run of the restart. Its own words are shown.",
    remedy: "Do what the message says; nothing was sent.",
  },
  "no-watch": {
    title: "the workload may not be read",
    meaning: "Without the right to read it nobody can see the rollout finish.",
    remedy: "--no-wait restarts without following, or ask for get, list and watch.",
  },
  partition: {
    title: "a partition holds some pods back",
    meaning:
      "A StatefulSet with a partition replaces only the ordinals from there on. Done means these; with a partition at or above the replicas nothing would be replaced, which blocks.",
    remedy: "Lower the partition to replace the others.",
  },
  downtime: {
    title: "nothing serves for a while",
    meaning: "Recreate, or a single pod without surge: the last old pod goes before the first new one is ready.",
    remedy: "Nothing, if that is known. A surge of 1 avoids it where two pods may run at once.",
  },
  "zero-replicas": {
    title: "there are no pods",
    meaning: "The restart is recorded and done at once; pods that come later are of the new revision.",
    remedy: "Nothing.",
  },
  "identity-unverified": {
    title: "the cluster cannot be recognised",
    meaning:
      "A cluster is known by the UID of its namespace kube-system, which may not be read here; its server and certificate authority stand in.",
    remedy: "Nothing, or ask for get on the namespace kube-system.",
  },
};

/** Every outcome of a target. */
export const outcomeExplanations: Readonly<Record<Outcome, Explanation>> = {
  healthy: {
    title: "exit code 0",
    meaning: "Every desired pod is of the new revision and available, and no old pod serves any more.",
    remedy: "Nothing.",
  },
  requested: {
    title: "exit code 0",
    meaning: "The API server accepted the restart; --no-wait asked not to follow it.",
    remedy: "restart status shows how it goes.",
  },
  failed: {
    title: "exit code 5",
    meaning:
      "New pods cannot become healthy: a container exits again, a key is missing, an image cannot be pulled, or the progress deadline has passed.",
    remedy: "The report names pod, container and reason, and the command that shows more.",
  },
  stalled: {
    title: "exit code 6",
    meaning: "Nothing got further for the stall timeout, or the overall timeout is over.",
    remedy: "Look at the pod that is named. The rollout goes on in the cluster; restart status follows it again.",
  },
  superseded: {
    title: "exit code 5",
    meaning: "Somebody changed the pod template meanwhile, so the pods that come now are not this restart's.",
    remedy: "restart status follows the newer rollout.",
  },
  reverted: {
    title: "exit code 5",
    meaning: "The restart's value was taken away again, most often by a GitOps tool or an operator.",
    remedy: "Restart in the way of whoever owns the template.",
  },
  deleted: {
    title: "exit code 5",
    meaning: "The workload was deleted while it was followed.",
    remedy: "Nothing to restart any more.",
  },
  "re-created": {
    title: "exit code 5",
    meaning: "The workload was deleted and made anew under the same name: it is another object.",
    remedy: "Look at the new one; its pods are new already.",
  },
  aborted: {
    title: "exit code 5",
    meaning: "The restart was taken back on demand; pods that were not replaced yet stay.",
    remedy: "Nothing.",
  },
  lost: {
    title: "exit code 9",
    meaning: "The cluster did not answer for ten minutes, or the credentials ended.",
    remedy: "restart status, once the cluster is there: what was sent goes on in it.",
  },
  locked: { title: "exit code 7", meaning: "Another run holds the lock of the workload.", remedy: "Wait for it." },
  "outside-window": {
    title: "exit code 8",
    meaning: "The time is outside the configured window.",
    remedy: "Come back when the window opens.",
  },
  drifted: {
    title: "exit code 10",
    meaning: "The workload or the cluster is not as it was planned; nothing was sent.",
    remedy: "Look at it and restart again.",
  },
  blocked: {
    title: "exit code 4",
    meaning: "A finding refuses the workload, or the API server refused the change.",
    remedy: "restart explain CODE for the finding.",
  },
  skipped: { title: "exit code 0", meaning: "Left out by --skip-missing or --skip-blocked.", remedy: "Nothing." },
  "not-started": {
    title: "no exit code of its own",
    meaning: "The run stopped before it came to this workload.",
    remedy: "Restart it when the cause is mended.",
  },
  interrupted: {
    title: "exit code 130",
    meaning: "Somebody stopped following. What was sent goes on in the cluster.",
    remedy: "restart status follows it again.",
  },
};

/** Every exit code. */
export const exitCodeExplanations: Readonly<Record<string, Explanation>> = {
  "0": {
    title: "healthy",
    meaning: "Every workload is healthy, or was only to be requested, listed or planned.",
    remedy: "Nothing.",
  },
  "1": { title: "unexpected", meaning: "Something happened that has no name here.", remedy: "Report it." },
  "2": {
    title: "usage or configuration",
    meaning: "A flag, a kind, a context or a kubeconfig is wrong, or consent is missing. Nothing was sent.",
    remedy: "The sentence says what to write instead.",
  },
  "3": {
    title: "nothing matched",
    meaning: "A named workload or namespace does not exist, or nothing matched. Nothing was sent.",
    remedy: "restart get lists what is there.",
  },
  "4": {
    title: "blocked or declined",
    meaning: "A finding blocks, or the person said no. Nothing was sent.",
    remedy: "restart explain CODE for the finding; --allow CODE where it may be allowed.",
  },
  "5": {
    title: "halted",
    meaning: "A workload failed after its restart; nothing more was started.",
    remedy: "The report names pod, container and reason.",
  },
  "6": {
    title: "stalled",
    meaning: "No progress within the stall timeout, or the overall timeout is over.",
    remedy: "restart status follows it again.",
  },
  "7": { title: "locked", meaning: "Another run holds the lock.", remedy: "Wait for it." },
  "8": {
    title: "outside the window",
    meaning: "The time is outside the configured window.",
    remedy: "Come back when it opens.",
  },
  "9": {
    title: "unreachable",
    meaning: "A cluster cannot be reached, its certificate is not accepted, or the credentials do not work.",
    remedy: "The sentence names cluster and cause.",
  },
  "10": {
    title: "drifted",
    meaning: "The plan does not fit the cluster any more. Nothing was sent.",
    remedy: "Plan again.",
  },
  "129": {
    title: "hung up",
    meaning: "The terminal went away. What was sent goes on in the cluster.",
    remedy: "restart status follows it again.",
  },
  "130": {
    title: "interrupted",
    meaning: "Ctrl-C. What was sent goes on in the cluster.",
    remedy: "restart status follows it again.",
  },
  "143": {
    title: "terminated",
    meaning: "SIGTERM. What was sent goes on in the cluster.",
    remedy: "restart status follows it again.",
  },
};
