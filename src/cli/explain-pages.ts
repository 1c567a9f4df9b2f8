import { findingCodes, type Outcome, outcomeExitCode } from "../core/index.ts";

/** What a code means and what to do. */
export interface Page {
  readonly code: string;
  readonly type: "finding" | "outcome" | "exit code";
  readonly means: string;
  readonly todo: string;
}

const findings: Readonly<Record<string, readonly [means: string, todo: string]>> = {
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

const outcomes: Readonly<Record<Outcome, readonly [means: string, todo: string]>> = {
  healthy: ["Every pod is of the new revision and available, and no old pod serves any more.", "Nothing."],
  requested: ["The API server took the restart; nobody looked how it goes on.", "Follow it with restart status."],
  failed: [
    "The new pods cannot become healthy, or have not for longer than --fail-after: a crash, a missing reference, an image, the quota, the scheduler, or the progress deadline.",
    "Read the line below the error: it names the pod, the reason and the command to look further. The rollout goes on in the cluster; kubectl rollout undo goes back.",
  ],
  stalled: [
    "Nothing got further for --stall-timeout, or --timeout is over, and nothing says why.",
    "Look at the pod that is named, or wait longer with restart status.",
  ],
  superseded: [
    "Somebody changed the pod template while the restart was rolled out; the pods of this restart are replaced again.",
    "Follow the newer rollout with restart status.",
  ],
  reverted: [
    "The value that the restart wrote was taken away again, by a person, an operator or a delivery tool, and the old pods come back.",
    "The field manager that is named did it. Restart through that tool, or stop it from reverting.",
  ],
  deleted: ["The workload was deleted while it was followed.", "Find out who deleted it."],
  "re-created": [
    "The workload was deleted and made anew under the same name; what was followed is gone.",
    "Look at the new one.",
  ],
  aborted: ["The restart was taken back on request.", "Nothing."],
  lost: [
    "The cluster could not be reached for so long, or the credentials ended, so how the restart ends was not seen.",
    "Once it answers again: restart status.",
  ],
  locked: ["Another run holds this workload.", "Wait for it."],
  "outside-window": ["Restarts are not allowed at this time.", "Wait for the window."],
  drifted: [
    "The workload or the cluster is not what was planned for any more. Nothing was sent.",
    "Look at the change and run the command again.",
  ],
  blocked: [
    "A finding stands against the restart, or the API server refused it.",
    "restart explain FINDING says what to do.",
  ],
  skipped: ["Left out on request by --skip-missing or --skip-blocked.", "Nothing."],
  "not-started": [
    "An earlier workload failed, or a signal came, before this one's turn.",
    "Run the command again for the rest.",
  ],
  interrupted: [
    "A signal ended the command while the rollout was under way. What was begun goes on in the cluster.",
    "See how it ends with restart status.",
  ],
};

const exits: readonly (readonly [code: number, means: string, todo: string])[] = [
  [
    0,
    "Every workload was restarted and is healthy, or was requested with --no-wait; a dry run found nothing in the way.",
    "Nothing.",
  ],
  [1, "Something unexpected went wrong in the program itself.", "Report it, with the command and what it printed."],
  [
    2,
    "The command cannot be run as written: an unknown flag, kind or context, a broken kubeconfig, or consent that is missing.",
    "The sentence says what to write instead.",
  ],
  [
    3,
    "A named workload or namespace does not exist, or nothing matched.",
    "Check name, namespace and context. --skip-missing goes on with the rest.",
  ],
  [
    4,
    "A finding blocks the restart, the API server refused it, or the answer was no. Nothing was restarted.",
    "restart explain FINDING says what to do; --skip-blocked goes on with the rest.",
  ],
  [
    5,
    "A workload that was restarted failed, or somebody interfered. Nothing further was started.",
    "The lines above name the pod and the reason.",
  ],
  [6, "A rollout made no progress for --stall-timeout, or ran out of --timeout.", "Look at the pod that is named."],
  [7, "Another run holds the lock of a workload.", "Wait for it."],
  [8, "Outside the maintenance window, or in a freeze.", "Wait for the window."],
  [
    9,
    "A cluster could not be reached or did not accept the credentials.",
    "Check the address, the certificate and the login that the sentence names.",
  ],
  [
    10,
    "The cluster does not match what was planned any more. Nothing was sent.",
    "Look at the change and run the command again.",
  ],
  [
    129,
    "The terminal hung up before anything was restarted, or while a rollout was only watched.",
    "Run the command again.",
  ],
  [130, "Interrupted by Ctrl-C. What was begun goes on in the cluster.", "See how it ends with restart status."],
  [143, "Terminated by a signal. What was begun goes on in the cluster.", "See how it ends with restart status."],
];

/** Every page: findings in the core's order, then outcomes, then exit codes. */
export function explainPages(): readonly Page[] {
  return [
    ...findingCodes.map(({ code, levels }): Page => {
      const [means = "", todo = ""] = findings[code] ?? [];
      return { code, type: "finding", means: means && `${means} Level: ${levels.join(" or ")}.`, todo };
    }),
    ...Object.entries(outcomes).map(([code, [means, todo]]): Page => {
      const exit = outcomeExitCode[code as Outcome];
      return { code, type: "outcome", means: exit === undefined ? means : `${means} Exit code ${exit}.`, todo };
    }),
    ...exits.map(([code, means, todo]): Page => ({ code: String(code), type: "exit code", means, todo })),
  ];
}
