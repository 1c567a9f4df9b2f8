import { type ClusterEntry, RestartError } from "../core/index.ts";
import type { Invocation } from "./arguments.ts";
import type { Problem } from "./problem.ts";
import { scopeOf } from "./scope.ts";

/** kubectl's sentence for a list without items. */
export function nothingFound(entries: readonly ClusterEntry[], invocation: Invocation): Problem {
  return { error: new RestartError("NotFound", `No resources found${place(entries, invocation)}`) };
}

function place(entries: readonly ClusterEntry[], invocation: Invocation): string {
  const scopes = entries.map((entry) => scopeOf(invocation, entry));
  const names = [...new Set(scopes.flatMap((scope) => (scope.type === "names" ? scope.names : [])))];
  if (names.length > 0) return ` in ${names.join(", ")} namespace${names.length === 1 ? "" : "s"}.`;
  const [first] = scopes;
  return first?.type === "matching" ? ` in a namespace that matches ${first.text}.` : "";
}
