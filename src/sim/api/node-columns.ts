import type { KubeObject } from "../object.ts";
import { at, listAt, textAt } from "./field.ts";
import { conditionOf } from "./pod-columns.ts";

export function nodeStatus(node: KubeObject): string {
  const ready = conditionOf(node, "Ready", "status");
  const words = [ready === "True" ? "Ready" : ready === "" ? "Unknown" : "NotReady"];
  if (at(node, "spec", "unschedulable") === true) words.push("SchedulingDisabled");
  return words.join(",");
}

export function nodeRoles(node: KubeObject): string {
  const prefix = "node-role.kubernetes.io/";
  const roles = Object.keys(node.metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  return roles.length === 0
    ? "<none>"
    : roles
        .map((label) => label.slice(prefix.length))
        .toSorted()
        .join(",");
}

export function nodeAddress(node: KubeObject, type: string): string {
  const found = listAt(node, "status", "addresses").find((address) => textAt(address, "type") === type);
  return textAt(found, "address") || "<none>";
}
