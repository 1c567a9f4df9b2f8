import { type ClusterEntry, isPattern, matchPatterns } from "../core/index.ts";
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

/** Namespaces that a bare kind leaves alone unless they are named. */
export const systemNamespaces: ReadonlySet<string> = new Set(["kube-system", "kube-public", "kube-node-lease"]);
