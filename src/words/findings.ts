import type { Finding } from "../core/index.ts";
import { count, listed } from "./names.ts";

/** What a finding says about one workload, and what to do. `name` is the workload as kubectl names it. */
export function findingSentence({ code, level, evidence }: Finding, name: string): string {
  const of = (key: string) => evidence[key] ?? "";
  switch (code) {
    case "not-restartable":
      return of("message");
    case "deleting":
      return `${name} is being deleted`;
    case "paused":
      return `${name} is paused: its pods would not be replaced; resume it first with ${of("command") || "kubectl rollout resume"}`;
    case "on-delete":
      if (of("left") !== "")
        return `${count(Number(of("left")), "pod")} of ${name} are still of the old revision and stay until somebody deletes them${of("pods") === "" ? "" : `: ${of("pods")}`}`;
      if (of("atOnce") !== "")
        return `${name} has the strategy OnDelete: its ${of("pods")} pods are deleted here, ${of("atOnce")} at a time`;
      return `${name} has the strategy OnDelete: its pods are replaced only when somebody deletes them`;
    case "operator-owned":
      return `${name} belongs to ${of("kind")}/${of("name")} (${of("apiVersion")}), which would undo the restart: restart the owner in its own way`;
    case "rollout-in-progress":
      return level === "block" || of("cause") === ""
        ? `a rollout of ${name} is in progress: ${of("updated")} of ${of("desired")} pods are new; follow it with restart status`
        : `a rollout of ${name} is in progress and stuck: ${[of("pod"), of("reason") || of("cause")].filter(Boolean).join(": ")}`;
    case "no-permission":
    case "admission":
      return of("message");
    case "no-watch":
      return level === "block"
        ? `${name} may not be followed: ${listed(of("verbs").split(","))} of ${of("resource")} is not permitted; --no-wait restarts it without following`
        : `${name} may not be read: it is restarted without a look at it`;
    case "partition":
      return of("affected") === "0"
        ? `${name} has the partition ${of("partition")} of ${of("replicas")} replicas: no pod would be replaced`
        : `${name} has the partition ${of("partition")}: ${of("affected")} of ${of("replicas")} pods are replaced`;
    case "downtime":
      return of("why") === "recreate"
        ? `${name} has the strategy Recreate: nothing serves until new pods are ready`
        : `${name} loses all its pods at once: nothing serves until new pods are ready`;
    case "zero-replicas":
      return `${name} has no replicas: nothing to replace, new pods will be of the new revision`;
    case "identity-unverified":
      return "the cluster's identity cannot be verified: namespace kube-system may not be read";
    case "unknown":
      return `${name}: some checks could not be made, since ${listed(of("resources").split(","))} could not be read (${of("reasons")})`;
    default:
      return `${name}: ${code}`;
  }
}
