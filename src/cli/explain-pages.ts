import { findingCodes, type Outcome, outcomeExitCode } from "../core/index.ts";
import { findingPages } from "./finding-pages/index.ts";

/** What a code means and what to do. */
export interface Page {
  readonly code: string;
  readonly type: "finding" | "outcome" | "exit code";
  readonly means: string;
  readonly todo: string;
}

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
      const [means = "", todo = ""] = findingPages[code] ?? [];
      return { code, type: "finding", means: means && `${means} Level: ${levels.join(" or ")}.`, todo };
    }),
    ...Object.entries(outcomes).map(([code, [means, todo]]): Page => {
      const exit = outcomeExitCode[code as Outcome];
      return { code, type: "outcome", means: exit === undefined ? means : `${means} Exit code ${exit}.`, todo };
    }),
    ...exits.map(([code, means, todo]): Page => ({ code: String(code), type: "exit code", means, todo })),
  ];
}
