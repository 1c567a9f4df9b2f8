import type { KubeObject } from "../object.ts";
import { humanDuration } from "./duration.ts";
import { at, listAt, numberAt, textAt } from "./field.ts";

/** READY, STATUS and RESTARTS of a pod as `kubectl get pods` prints them: after printPod in the API server's printers. */
export function podSummary(pod: KubeObject, now: number): readonly [ready: string, status: string, restarts: string] {
  const statuses = listAt(pod, "status", "containerStatuses");
  const initStatuses = listAt(pod, "status", "initContainerStatuses");
  const total = listAt(pod, "spec", "containers").length;
  let reason = textAt(pod, "status", "reason") || textAt(pod, "status", "phase") || "Pending";
  let restarts = 0;
  let lastRestart = Number.NEGATIVE_INFINITY;
  let ready = 0;
  if (conditionOf(pod, "PodScheduled", "reason") === "SchedulingGated") reason = "SchedulingGated";

  let initializing = false;
  for (const [index, status] of initStatuses.entries()) {
    restarts += numberAt(status, "restartCount");
    lastRestart = Math.max(lastRestart, lastTermination(status));
    if (numberAt(status, "state", "terminated", "exitCode") === 0 && at(status, "state", "terminated") !== undefined)
      continue;
    const terminated = at(status, "state", "terminated");
    const waiting = textAt(status, "state", "waiting", "reason");
    if (terminated !== undefined) reason = `Init:${terminationText(terminated)}`;
    else if (waiting !== "" && waiting !== "PodInitializing") reason = `Init:${waiting}`;
    else reason = `Init:${index}/${listAt(pod, "spec", "initContainers").length}`;
    initializing = true;
    break;
  }

  if (!initializing || conditionOf(pod, "Initialized", "status") === "True") {
    if (statuses.length > 0) restarts = 0;
    let running = false;
    for (const status of statuses.toReversed()) {
      restarts += numberAt(status, "restartCount");
      lastRestart = Math.max(lastRestart, lastTermination(status));
      const waiting = textAt(status, "state", "waiting", "reason");
      const terminated = at(status, "state", "terminated");
      if (waiting !== "") reason = waiting;
      else if (terminated !== undefined) reason = terminationText(terminated);
      else if (at(status, "ready") === true && at(status, "state", "running") !== undefined) {
        running = true;
        ready += 1;
      }
    }
    if (reason === "Completed" && running)
      reason = conditionOf(pod, "Ready", "status") === "True" ? "Running" : "NotReady";
  }

  if (pod.metadata.deletionTimestamp !== undefined) {
    if (textAt(pod, "status", "reason") === "NodeLost") reason = "Unknown";
    else if (reason !== "Succeeded" && reason !== "Failed" && reason !== "Completed") reason = "Terminating";
  }
  const ago = restarts > 0 && Number.isFinite(lastRestart) ? ` (${humanDuration(now - lastRestart)} ago)` : "";
  return [`${ready}/${total}`, reason, `${restarts}${ago}`];
}

function terminationText(terminated: unknown): string {
  const reason = textAt(terminated, "reason");
  if (reason !== "") return reason;
  const signal = numberAt(terminated, "signal");
  return signal === 0 ? `ExitCode:${numberAt(terminated, "exitCode")}` : `Signal:${signal}`;
}

function lastTermination(status: unknown): number {
  const finished = textAt(status, "lastState", "terminated", "finishedAt");
  return finished === "" ? Number.NEGATIVE_INFINITY : Date.parse(finished);
}

export function conditionOf(object: KubeObject, type: string, field: string): string {
  return textAt(
    listAt(object, "status", "conditions").find((condition) => textAt(condition, "type") === type),
    field,
  );
}
