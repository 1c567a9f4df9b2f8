import {
  type Condition,
  type Found,
  filterFound,
  isUnserved,
  mapLimited,
  matchesLabels,
  matchesName,
  matchPatterns,
  onCluster,
  parseLabelSelector,
  RestartError,
  type TargetItem,
  type TargetSelection,
  type WorkloadKind,
  type WorkloadRef,
} from "../core/index.ts";
import { count } from "../words/names.ts";
import type { Invocation } from "./arguments.ts";
import { findByName, missingNamespaces } from "./find-named.ts";
import { closedNote, createListScope, type ListScope } from "./list-scope.ts";
import { createLookup } from "./look-up.ts";
import type { OpenCluster } from "./open-clusters.ts";
import type { Problem } from "./problem.ts";
import { type Scope, scopeOfItem, systemNamespaces } from "./scope.ts";

/** A target that exists, or may exist and cannot be read, with the cluster it is in. */
export interface Candidate {
  readonly cluster: OpenCluster;
  readonly found: Exclude<Found, { type: "missing" }>;
}

/** What looking for the targets came to. */
export interface FoundTargets {
  readonly candidates: readonly Candidate[];
  readonly missing: readonly Problem[];
  /** What a person should know who sees only the candidates, a sentence each. */
  readonly notes: readonly string[];
  /** Workloads that were looked at, those that no pattern and no condition took included. */
  readonly seen: number;
}

export interface FindOptions {
  /** For a list: system namespaces are as good as any, and what fits nothing is no slip. */
  readonly listing?: boolean;
}

const parallelRequests = 8;

/** Refuses what kubectl refuses: names together with a selector or with every namespace. Globs are no names. */
export function checkSelection(selection: TargetSelection, invocation: Invocation): void {
  if (!selection.items.some(({ name, glob }) => name !== undefined && !glob)) return;
  if (invocation.selector !== undefined || invocation.fieldSelector !== undefined) {
    const slash = invocation.words.some((word) => word.includes("/"));
    throw new RestartError(
      "Usage",
      slash
        ? "selectors cannot be used when passing resource/name arguments"
        : "name cannot be provided when a selector is specified",
    );
  }
  if (invocation.allNamespaces) {
    throw new RestartError("Usage", "a resource cannot be retrieved by name across all namespaces; name one with -n");
  }
}

/** A selection with what `--exclude` leaves out besides. */
export function withExcludes(selection: TargetSelection, { selection: { excludes } }: Invocation): TargetSelection {
  return { ...selection, excludes: [...selection.excludes, ...excludes] };
}

/**
 * Looks for every item of a selection in every cluster and leaves out what is excluded. Each object stands once in the
 * answer, as first named.
 */
export async function findTargets(
  clusters: readonly OpenCluster[],
  selection: TargetSelection,
  invocation: Invocation,
  signal: AbortSignal,
  { listing = false }: FindOptions = {},
): Promise<FoundTargets> {
  const { files } = invocation.selection;
  const jobs = clusters.flatMap((cluster) =>
    selection.items
      .filter(({ context }) => context === undefined || context === cluster.entry.name)
      .map((item) => ({ cluster, item })),
  );
  const listScope = createListScope(files.length > 0 ? {} : invocation, signal);
  const lookup = createLookup(jobs, listScope);
  const parts = await mapLimited(jobs, parallelRequests, async ({ cluster, item }): Promise<Part> => {
    const nothing = { cluster, item, found: [], missing: [], leftOut: 0, seen: [], closed: [] };
    if (!item.type.restartable) return nothing;
    try {
      const known = await lookup(cluster, item);
      if (known !== undefined) return { ...nothing, found: [known], seen: uids([known]) };
      return await findItem(
        cluster,
        item,
        item.type.kind,
        scopeOfItem(item, invocation, cluster),
        { listScope, listing },
        signal,
      );
    } catch (caught) {
      if (signal.aborted) throw caught;
      const error = onCluster(caught, cluster.entry.name);
      if (isUnserved(error)) return { ...nothing, missing: [{ error }] };
      throw error;
    }
  });
  const all = distinct(parts.flatMap(({ cluster, found }) => found.map((one) => ({ cluster, found: one }))));
  const labels = files.length > 0 && invocation.selector !== undefined ? parseLabelSelector(invocation.selector) : [];
  const meant = all.filter(
    ({ found }) =>
      !selection.excludes.some(({ predicate }) => matchesName(predicate, refOf(found))) &&
      (found.type !== "found" || matchesLabels(labels, found.item.workload.labels)),
  );
  const candidates = await keepHolding(clusters, meant, invocation.selection.conditions, signal);
  const missing = [...parts.flatMap((part) => part.missing), ...(listing ? [] : emptyGlobs(parts))];
  return {
    candidates,
    missing: missing.filter((one, index) => missing.findIndex((other) => sameProblem(one, other)) === index),
    notes: [...closedNotes(parts), ...leftOutNotes(parts), ...(listing ? [] : idleExcludes(selection.excludes, all))],
    seen: new Set(parts.flatMap((part) => part.seen)).size,
  };
}

/** Those for which the conditions hold. What cannot be read cannot be decided: its refusal is thrown. */
async function keepHolding(
  clusters: readonly OpenCluster[],
  candidates: readonly Candidate[],
  conditions: readonly Condition[],
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  if (conditions.length === 0) return candidates;
  const kept = await mapLimited(clusters, parallelRequests, async (cluster) => {
    const found = candidates.flatMap((one) => {
      if (one.cluster !== cluster) return [];
      if (one.found.type === "found") return [one.found.item];
      throw onCluster(one.found.error, cluster.entry.name);
    });
    try {
      return await filterFound(cluster.api, found, conditions, signal);
    } catch (caught) {
      throw signal.aborted ? caught : onCluster(caught, cluster.entry.name);
    }
  });
  const holding = new Set(kept.flat());
  return candidates.filter(({ found }) => found.type === "found" && holding.has(found.item));
}

interface Part {
  readonly cluster: OpenCluster;
  readonly item: TargetItem;
  readonly found: readonly Candidate["found"][];
  readonly missing: readonly Problem[];
  /** Workloads of system namespaces that a kind without names left alone. */
  readonly leftOut: number;
  /** UIDs of what was looked at. */
  readonly seen: readonly string[];
  /** Namespaces that may not be listed. */
  readonly closed: readonly string[];
}

function uids(found: readonly Candidate["found"][]): readonly string[] {
  return found.flatMap((one) => (one.type === "found" ? [one.item.workload.ref.uid] : []));
}

async function findItem(
  cluster: OpenCluster,
  item: TargetItem,
  kind: WorkloadKind,
  scope: Scope,
  { listScope, listing }: { readonly listScope: ListScope; readonly listing: boolean },
  signal: AbortSignal,
): Promise<Part> {
  const { name, glob } = item;
  if (name !== undefined && !glob) {
    const named = await findByName(cluster, kind, scope, name, listScope, signal);
    return { cluster, item, ...named, leftOut: 0, seen: uids(named.found) };
  }
  const { items, closed } = await listScope(cluster, kind, scope);
  const matching =
    name === undefined ? items : items.filter(({ workload }) => matchPatterns([name], workload.ref.name));
  const kept = matching.filter(
    ({ workload }) => listing || scope.type === "names" || !systemNamespaces.has(workload.ref.namespace),
  );
  return {
    cluster,
    item,
    found: kept.map((one) => ({ type: "found", item: one })),
    missing: scope.type === "names" && items.length === 0 ? await missingNamespaces(cluster, scope.names, signal) : [],
    leftOut: matching.length - kept.length,
    seen: items.map(({ workload }) => workload.ref.uid),
    closed,
  };
}

export function refOf(found: Candidate["found"]): WorkloadRef {
  return found.type === "found" ? found.item.workload.ref : found.ref;
}

function distinct(candidates: readonly Candidate[]): readonly Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ found }) => {
    const { cluster, apiVersion, kind, namespace, name } = refOf(found);
    const key = JSON.stringify([cluster, apiVersion, kind, namespace, name]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function sameProblem(left: Problem, right: Problem): boolean {
  return left.error.message === right.error.message && left.target?.cluster === right.target?.cluster;
}

/** Globs that stand for nothing in any cluster, while others do: most likely a slip. */
function emptyGlobs(parts: readonly Part[]): readonly Problem[] {
  if (parts.every(({ found }) => found.length === 0)) return [];
  const globs = new Set(parts.flatMap(({ item }) => (item.glob ? [item] : [])));
  return [...globs].flatMap((item) => {
    const own = parts.filter((part) => part.item === item);
    if (own.some(({ found, leftOut }) => found.length > 0 || leftOut > 0)) return [];
    const kind = item.type.kind.kind.toLowerCase();
    const seen = new Set(own.flatMap((part) => part.seen)).size;
    return [{ error: new RestartError("NotFound", `no ${kind} is called ${item.name} (${seen} looked at)`) }];
  });
}

function closedNotes(parts: readonly Part[]): readonly string[] {
  const notes = parts.flatMap(({ cluster, item: { type }, closed }) =>
    closed.length > 0 && type.restartable ? [closedNote(type.kind, closed, cluster)] : [],
  );
  return [...new Set(notes)];
}

function leftOutNotes(parts: readonly Part[]): readonly string[] {
  const leftOut = parts.reduce((sum, part) => sum + part.leftOut, 0);
  return leftOut === 0
    ? []
    : [`${count(leftOut, "workload")} in system namespaces left out; name the namespace with -n to restart them`];
}

/** Whoever leaves out what is not there may have meant something that is. */
function idleExcludes(excludes: readonly Condition[], all: readonly Candidate[]): readonly string[] {
  // Where nothing was found there is better to say.
  return (all.length === 0 ? [] : excludes).flatMap(({ text, predicate }) =>
    all.some(({ found }) => matchesName(predicate, refOf(found)))
      ? []
      : [`warning: ^${text} leaves out nothing that was found`],
  );
}
