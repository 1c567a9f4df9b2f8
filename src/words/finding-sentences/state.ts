import { commandLine, count, listed } from "../names.ts";
import type { Sentences } from "./sentence.ts";

/** Sentences of what an object says itself, of rights, and of what the API server answers. */
export const stateSentences: Sentences = {
  "not-restartable": ({ of }) => of("message"),
  deleting: ({ name, of }) =>
    of("namespace") === ""
      ? `${name} is being deleted`
      : `the namespace ${of("namespace")} of ${name} is being deleted: no new pods would be made`,
  paused: ({ name, of }) =>
    `${name} is paused: its pods would not be replaced; resume it first with ${of("command") || "kubectl rollout resume"}`,
  "on-delete": ({ name, of }) => {
    if (of("left") !== "")
      return `${count(Number(of("left")), "pod")} of ${name} are still of the old revision and stay until somebody deletes them${of("pods") === "" ? "" : `: ${of("pods")}`}`;
    if (of("atOnce") !== "")
      return `${name} has the strategy OnDelete: its ${of("pods")} pods are deleted here, ${of("atOnce")} at a time`;
    return `${name} has the strategy OnDelete: its pods are replaced only when somebody deletes them`;
  },
  "operator-owned": ({ name, of }) =>
    `${name} belongs to ${of("kind")}/${of("name")} (${of("apiVersion")}), which would undo the restart: ${of("command") === "" ? "restart the owner in its own way" : commandLine(of("command").split(" "))}`,
  "rollout-in-progress": ({ name, of, level }) =>
    level === "block" || of("cause") === ""
      ? `a rollout of ${name} is in progress: ${of("updated")} of ${of("desired")} pods are new; follow it with restart status`
      : `a rollout of ${name} is in progress and stuck: ${[of("pod"), of("reason") || of("cause")].filter(Boolean).join(": ")}`,
  "no-permission": ({ of }) => of("message"),
  admission: ({ name, of }) =>
    of("reason") === "NotRestarted" ? `${name} would not be restarted: ${of("message")}` : of("message"),
  "no-watch": ({ name, of, level }) =>
    level === "block"
      ? `${name} may not be followed: ${listed(of("verbs").split(","))} of ${of("resource")} is not permitted; --no-wait restarts it without following`
      : `${name} may not be read: it is restarted without a look at it`,
  partition: ({ name, of }) =>
    of("affected") === "0"
      ? `${name} has the partition ${of("partition")} of ${of("replicas")} replicas: no pod would be replaced`
      : `${name} has the partition ${of("partition")}: ${of("affected")} of ${of("replicas")} pods are replaced`,
  downtime: ({ name, of }) =>
    of("why") === "recreate"
      ? `${name} has the strategy Recreate: nothing serves until new pods are ready`
      : `${name} loses all its pods at once: nothing serves until new pods are ready`,
  "zero-replicas": ({ name }) => `${name} has no replicas: nothing to replace, new pods will be of the new revision`,
  "identity-unverified": () => "the cluster's identity cannot be verified: namespace kube-system may not be read",
  unknown: ({ name, of }) =>
    `${name}: some checks could not be made, since ${listed(of("resources").split(","))} could not be read (${of("reasons")})`,
};
