import { type ClusterEntry, RestartError, type TargetSelection } from "../core/index.ts";
import { listed } from "../words/names.ts";
import type { Invocation } from "./arguments.ts";
import type { Problem } from "./problem.ts";
import { scopeOf } from "./scope.ts";

/** kubectl's sentence for a list without items, and what was searched. */
export function nothingFound(
  entries: readonly ClusterEntry[],
  invocation: Invocation,
  selection?: TargetSelection,
  seen = 0,
): Problem {
  const searched = {
    kinds: [...new Set(selection?.items.map(({ type }) => type.kind.resource))],
    names: [...new Set(selection?.items.flatMap(({ name }) => name ?? []))],
    conditions: conditionsOf(invocation, selection),
    namespaces: namespacesOf(entries, invocation),
    contexts: entries.map(({ name }) => name),
    seen,
  };
  return {
    error: new RestartError("NotFound", `No resources found${place(entries, invocation)}`),
    ...(selection !== undefined && { searched }),
  };
}

/** What was looked for, where nothing was found. */
export interface Searched {
  readonly kinds: readonly string[];
  /** Names and globs; none is every one. */
  readonly names: readonly string[];
  readonly conditions: readonly string[];
  /** Names, or patterns; `*` is every one. */
  readonly namespaces: readonly string[];
  readonly contexts: readonly string[];
  /** Workloads that were looked at. */
  readonly seen: number;
}

/** What was searched, for a person. */
export function searchedSentence({ kinds, names, conditions, namespaces, contexts, seen }: Searched): string {
  const called = names.length === 0 ? "" : ` called ${names.join(" or ")}`;
  const where = `${namespaces.includes("*") ? " in every namespace" : ""} on ${contexts.length > 5 ? `${contexts.length} clusters` : listed(contexts)}`;
  const held = conditions.length === 0 ? "" : `, with ${listed(conditions)}`;
  return `searched: ${listed(kinds)}${called}${where}${held}${seen === 0 ? "" : ` (${seen} looked at)`}`;
}

function namespacesOf(entries: readonly ClusterEntry[], invocation: Invocation): readonly string[] {
  if (invocation.allNamespaces) return ["*"];
  return invocation.namespaces.length > 0
    ? [...new Set(invocation.namespaces)]
    : [...new Set(entries.map(({ namespace }) => namespace))];
}

function conditionsOf(
  { selector, fieldSelector, selection }: Invocation,
  targets: TargetSelection | undefined,
): readonly string[] {
  return [
    ...(selector === undefined ? [] : [`label ${selector}`]),
    ...(fieldSelector === undefined ? [] : [`field ${fieldSelector}`]),
    ...selection.conditions.map(({ text }) => text),
    ...(targets?.excludes ?? []).map(({ text }) => `^${text}`),
  ];
}

function place(entries: readonly ClusterEntry[], invocation: Invocation): string {
  const scopes = entries.map((entry) => scopeOf(invocation, entry));
  const names = [...new Set(scopes.flatMap((scope) => (scope.type === "names" ? scope.names : [])))];
  if (names.length > 0) return ` in ${names.join(", ")} namespace${names.length === 1 ? "" : "s"}.`;
  const [first] = scopes;
  return first?.type === "matching" ? ` in a namespace that matches ${first.text}.` : "";
}
