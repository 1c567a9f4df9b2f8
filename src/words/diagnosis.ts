import type { Diagnosis } from "../core/index.ts";
import { commandLine, count, listed } from "./names.ts";

/** What is wrong, in half a sentence: `pod web-1, container app: keeps crashing, exit code 1`. */
export function diagnosisPhrase(diagnosis: Diagnosis): string {
  const { pod, container } = diagnosis;
  const where = [pod === undefined ? "" : `pod ${pod}`, container === undefined ? "" : `container ${container}`];
  const place = where.filter(Boolean).join(", ");
  const what = causeWords(diagnosis);
  return place === "" ? what : `${place}: ${what}`;
}

/** What bears the sentence out, and the command that shows more, a line each; of a log at most `logLines`. */
export function evidenceLines(
  diagnosis: Diagnosis,
  kubeconfigs: readonly string[],
  logLines: number,
): readonly string[] {
  const { event, command, message, lookedAt = [] } = diagnosis;
  const logs = diagnosis.logs?.slice(-logLines) ?? [];
  // The sentence itself may have said it.
  const isNews = event !== undefined && event.message !== message && !event.message.endsWith(message || event.message);
  const isBare = event !== undefined && message === "";
  return [
    ...(isNews || isBare ? [`  event: ${event.reason}: ${event.message}`] : []),
    ...(logs.length === 0 ? [] : ["  last lines of its log:", ...logs.map((line) => `    ${line}`)]),
    ...(lookedAt.length === 0 ? [] : [`  looked at: ${lookedAt.join(", ")}`]),
    ...(command.length === 0 ? [] : [`  look at it: ${commandLine(withKubeconfig(command, kubeconfigs))}`]),
  ];
}

/** What was named for this command has to be named for the next one; kubectl takes one file. */
function withKubeconfig([program = "", ...rest]: readonly string[], [file, ...more]: readonly string[]) {
  return file === undefined || more.length > 0 ? [program, ...rest] : [program, "--kubeconfig", file, ...rest];
}

function causeWords(diagnosis: Diagnosis): string {
  const { cause, reason, message, image, policy, restartCount } = diagnosis;
  switch (cause) {
    case "quota":
      return quotaWords(diagnosis);
    case "admission":
      return joined(`${policy} refuses its pods`, message);
    case "create-failed":
      return joined("its pods cannot be made", message);
    case "unschedulable":
      return nodeWords(diagnosis);
    case "scheduling-gated":
      return "it is held back from scheduling by a gate that somebody has to take away";
    case "node":
      return `its node ${diagnosis.node} ${diagnosis.nodeState === "gone" ? "is gone" : "does not report"}`;
    case "volume":
      return volumeWords(diagnosis);
    case "sandbox":
      return joined("its sandbox cannot be made", message);
    case "image-name":
      return joined(`image ${quoted(image)} cannot be used`, message || reason);
    case "image-pull":
      return joined(
        `image ${quoted(image)} cannot be pulled`,
        message.replace(/^Back-off pulling image ("[^"]*")?:? ?(ErrImagePull: )?/, "") || reason,
      );
    case "config-error":
      return configWords(diagnosis);
    case "init-container":
      return diagnosis.exitCode === undefined
        ? "this init container has not ended"
        : ended("fails at start-up", diagnosis);
    case "crash-loop":
      return ended("keeps crashing", diagnosis);
    case "pod-failed":
      return joined(`it failed (${reason})`, message);
    case "probe":
      return [joined(`its ${diagnosis.probe} probe fails`, message), restartCount ? count(restartCount, "restart") : ""]
        .filter(Boolean)
        .join(", ");
    case "terminating":
      return terminatingWords(diagnosis);
    case "blocked-ordinal":
      return ["an older pod holds the rollout", reason].filter(Boolean).join(", ");
    case "not-observed":
      return `its controller has not seen the change (generation ${diagnosis.generation}, seen ${diagnosis.observedGeneration})`;
    case "paused":
      return "it was paused";
    case "progress-deadline":
      return message || reason;
    case "timeout":
      return silent("out of time", diagnosis);
    case "unknown":
      return silent("no progress", diagnosis);
  }
}

function joined(what: string, words: string): string {
  return words === "" ? what : `${what}: ${words}`;
}

function quoted(text = ""): string {
  return `"${text}"`;
}

function silent(what: string, { reason, exitCode, restartCount }: Diagnosis): string {
  return [
    what,
    reason,
    exitCode === undefined ? "" : `exit code ${exitCode}`,
    restartCount ? count(restartCount, "restart") : "",
    "nothing says why",
  ]
    .filter(Boolean)
    .join(", ");
}

/** `keeps crashing, exit code 137 (OOMKilled, SIGKILL), 3 restarts`. */
function ended(what: string, diagnosis: Diagnosis): string {
  const { exitCode, exitReason = "", signal = "", restartCount, message, logs } = diagnosis;
  // Its last words, where there is no log that ends with them.
  const said = logs === undefined && !/^back-off /i.test(message) ? message : "";
  const how = [exitReason === "Error" ? "" : exitReason, signal].filter(Boolean).join(", ");
  const words = [
    what,
    exitCode === undefined ? "" : `exit code ${exitCode}${how === "" ? "" : ` (${how})`}`,
    restartCount ? count(restartCount, "restart") : "",
  ]
    .filter(Boolean)
    .join(", ");
  return joined(words, said);
}

function quotaWords({ quota, requested, used, limited, message }: Diagnosis): string {
  if (requested === undefined) return joined(`quota ${quoted(quota)} refuses its pods`, message);
  return `quota ${quoted(quota)} has no room for its pods: ${requested} asked for, ${used} used, ${limited} allowed`;
}

function nodeWords(diagnosis: Diagnosis): string {
  const { nodes, allNodes, resource, taint, affinity, message } = diagnosis;
  const isWhole = nodes !== undefined && nodes === allNodes && (resource ?? taint ?? affinity) !== undefined;
  // Preemption is what the scheduler thinks of next, and says nothing about the pod.
  const rest = isWhole ? "" : message.replace(/\.? (no new claims to deallocate, )?preemption: .*$/s, "");
  return joined(obstacleWords(diagnosis), rest);
}

function obstacleWords({ nodes, allNodes, resource, taint, affinity }: Diagnosis): string {
  const which = nodes === undefined || allNodes === undefined ? "" : `, ${nodes} of ${count(allNodes, "node")}`;
  if (resource !== undefined) return `no node takes it${which} for want of ${resource}`;
  if (taint !== undefined) return `no node takes it${which} for the taint ${taint}`;
  switch (affinity) {
    case "node":
      return `no node takes it${which} for its node selector or affinity`;
    case "pod":
      return `no node takes it${which} for its pod affinity`;
    case "pod-anti":
      return `no node takes it${which} for a pod anti-affinity`;
    case "topology-spread":
      return `no node takes it${which} for its topology spread`;
    default:
      return "no node takes it";
  }
}

function volumeWords({ claim, volume, heldBy, message }: Diagnosis): string {
  if (claim !== undefined) return joined(`its volume claim ${quoted(claim)} cannot be used`, message);
  if (/^Multi-Attach error/.test(message)) {
    const by = heldBy === undefined ? "" : `, by pod ${heldBy}`;
    return `its volume ${quoted(volume)} is still attached to another node${by}`;
  }
  return joined(volume === undefined ? "a volume is not there" : `its volume ${quoted(volume)} is not there`, message);
}

function configWords({ reference, key, reason, message }: Diagnosis): string {
  if (reference === undefined) return joined("it cannot be started", message || reason);
  const [kind = "", name] = reference.split("/");
  const spoken = `${kind === "configmap" ? "ConfigMap" : "Secret"} ${quoted(name)}`;
  return key === undefined ? `${spoken} does not exist` : `${spoken} has no key ${quoted(key)}`;
}

function terminatingWords({ finalizers = [], gracePeriodSeconds = 0, node, nodeState }: Diagnosis): string {
  const goes = "it is being deleted and does not go";
  if (nodeState === "gone") return `${goes}: its node ${node} is gone`;
  if (nodeState === "not-ready") return `${goes}: its node ${node} does not report`;
  if (finalizers.length > 0 && gracePeriodSeconds === 0) {
    return `${goes}: ${finalizers.length === 1 ? "finalizer" : "finalizers"} ${listed(finalizers)} ${finalizers.length === 1 ? "holds" : "hold"} it`;
  }
  if (gracePeriodSeconds > 30) return `it is being deleted and may take ${gracePeriodSeconds} s to stop`;
  return `${goes}: its grace period of ${gracePeriodSeconds} s is over`;
}
