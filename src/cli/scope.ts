import { type ClusterEntry, isPattern, matchPatterns, type TargetItem } from "../core/index.ts";
import type { Invocation } from "./arguments.ts";

/** The namespaces that a command looks into, in one cluster. */
export type Scope =
  | { readonly type: "all" }
  | { readonly type: "names"; readonly names: readonly string[] }
  | { readonly type: "matching"; readonly matches: (namespace: string) => boolean; readonly text: string };

/** Reads `-A` and `-n`; without them it is the namespace of the context. */
export function scopeOf({ allNamespaces, namespaces }: Invocation, entry: ClusterEntry): Scope {
  if (allNamespaces) return { type: "all" };
  if (namespaces.length === 0) return { type: "names", names: [entry.namespace] };
  if (!namespaces.some(isPattern)) return { type: "names", names: [...new Set(namespaces)] };
  return { type: "matching", matches: (name) => matchPatterns(namespaces, name), text: namespaces.join(", ") };
}

/**
 * The namespaces in which one item is looked for. A file may say where it is; one that does not is read in the namespace
 * of the context, whatever is looked through otherwise.
 */
export function scopeOfItem(item: TargetItem, invocation: Invocation, { entry }: { entry: ClusterEntry }): Scope {
  if (item.namespace !== undefined) return { type: "names", names: [item.namespace] };
  const scope = scopeOf(invocation, entry);
  const isOpen = invocation.selection.files.length > 0 && scope.type !== "names";
  return isOpen ? { type: "names", names: [entry.namespace] } : scope;
}

/** Namespaces that a bare kind leaves alone unless they are named. */
export const systemNamespaces: ReadonlySet<string> = new Set(["kube-system", "kube-public", "kube-node-lease"]);
