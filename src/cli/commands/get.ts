import {
  exitCodes,
  findKind,
  isUnserved,
  listWorkloads,
  mapLimited,
  onCluster,
  RestartError,
  type TargetSelection,
  type Workload,
  type WorkloadKind,
  type WorkloadRow,
  workloadKinds,
  workloadRow,
} from "../../core/index.ts";
import { cleaned, toJson } from "../../words/clean.ts";
import { objectName } from "../../words/names.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { missingNamespaces } from "../find-named.ts";
import { findTargets } from "../find-targets.ts";
import { closedNote, type Listing, listInScope } from "../list-scope.ts";
import { nothingFound } from "../nothing-found.ts";
import { type OpenCluster, openClusters } from "../open-clusters.ts";
import { printDocument } from "../print/document.ts";
import { errorExitCode } from "../print/errors.ts";
import { describeProblem, reportProblems } from "../print/report.ts";
import { type WorkloadColumns, workloadItem, workloadTable } from "../print/workloads.ts";
import type { Problem } from "../problem.ts";
import { readListing } from "../read-selection.ts";
import { scopeOf } from "../scope.ts";
import { sortRows } from "../sort-rows.ts";

const parallelClusters = 16;

/** `restart get [TYPE|TARGET…]`: lists workloads with the state of their rollouts. Resolves with the exit code. */
export async function getCommand(host: CliHost, given: Invocation): Promise<number> {
  const { format } = given;
  const signal = AbortSignal.any(Object.values(host.signals));
  const { selection, asked, invocation } = await readListing(host, given);
  const other = selection?.items.find(({ type }) => !type.restartable);
  if (other !== undefined)
    throw new RestartError("Usage", `a ${other.type.kind.kind} is no workload that restarts; use kubectl get`);
  const clusters = await openClusters(host, invocation);
  const picks =
    invocation.selection.conditions.length > 0 ||
    selection?.items.some(({ name }) => name !== undefined) === true ||
    selection?.excludes.length;
  const kinds = kindsOf(selection?.items.flatMap(({ type }) => (type.restartable ? [type.kind] : [])) ?? []);

  if (invocation.list.watch) {
    // Whoever lists once does not pay for it.
    const { checkWatch, watchWorkloads } = await import("./watch-workloads.ts");
    checkWatch(invocation);
    const columns = columnsOf(invocation, clusters.length, kinds.length);
    return watchWorkloads(host, invocation, { clusters, kinds, selection, asked, columns }, signal);
  }

  // A cluster that does not answer hides nothing of the others.
  const parts = await mapLimited(clusters, parallelClusters, async (cluster): Promise<Part> => {
    try {
      return selection !== undefined && picks
        ? await readPicked(cluster, selection, invocation, { asked, signal })
        : await readAll(cluster, kinds, invocation, { asked, signal });
    } catch (caught) {
      if (signal.aborted) throw caught;
      return { workloads: [], problems: [{ error: onCluster(caught, cluster.entry.name) }], notes: [], seen: 0 };
    }
  });
  const workloads = parts.flatMap((part) => part.workloads);
  const problems = parts.flatMap((part) => part.problems);
  for (const note of parts.flatMap((part) => part.notes)) await host.streams.err(`${cleaned(note)}\n`);
  if (workloads.length === 0 && problems.length === 0) {
    const entries = clusters.map(({ entry }) => entry);
    const seen = parts.reduce((sum, part) => sum + part.seen, 0);
    problems.push(nothingFound(entries, invocation, selection, seen));
  }
  if (workloads.length > 0) await print(host, invocation, { workloads, problems, clusters, kinds });
  if (problems.length === 0) return exitCodes.healthy;
  return reportProblems(host, workloads.length > 0 ? "text" : format, problems, worstExitCode(problems));
}

interface Part {
  readonly workloads: readonly Workload[];
  readonly problems: readonly Problem[];
  /** Sentences about what is not shown. */
  readonly notes: readonly string[];
  readonly seen: number;
}

interface ReadOptions {
  readonly asked: boolean;
  readonly signal: AbortSignal;
}

async function readPicked(
  cluster: OpenCluster,
  selection: TargetSelection,
  invocation: Invocation,
  { asked, signal }: ReadOptions,
): Promise<Part> {
  const found = await findTargets([cluster], selection, invocation, signal, { listing: true });
  const { candidates, missing, notes, seen } = found;
  const workloads = candidates.map(({ found }) => {
    if (found.type !== "found") throw found.error;
    return found.item.workload;
  });
  return { workloads, problems: asked ? missing : missing.filter(({ error }) => !isUnserved(error)), notes, seen };
}

/** Nothing in a namespace that does not exist is a mistake; nothing in one that does is an answer. */
async function readAll(
  cluster: OpenCluster,
  kinds: readonly WorkloadKind[],
  invocation: Invocation,
  { asked, signal }: ReadOptions,
): Promise<Part> {
  const listings = await Promise.all(
    kinds.map((kind) => listScope(cluster, kind, invocation, signal).catch(asked ? refuse : orNone)),
  );
  const workloads = listings.flatMap(({ items }) => items);
  const notes = listings.flatMap(({ closed }, index) => {
    const kind = kinds[index];
    return kind === undefined || closed.length === 0 ? [] : [closedNote(kind, closed, cluster)];
  });
  const scope = scopeOf(invocation, cluster.entry);
  const isEmpty = workloads.length === 0 && scope.type === "names";
  const problems = isEmpty ? await missingNamespaces(cluster, scope.names, signal) : [];
  return { workloads, problems, notes, seen: workloads.length };
}

function refuse(error: unknown): never {
  throw error;
}

/** Nobody who asked for all that there is misses a kind that the cluster does not serve. */
function orNone(error: unknown): Listing<Workload> {
  if (error instanceof RestartError && isUnserved(error)) return { items: [], closed: [] };
  throw error;
}

function worstExitCode(problems: readonly Problem[]): number {
  return Math.max(...problems.map(({ error }) => errorExitCode(error)));
}

function kindsOf(typed: readonly WorkloadKind[]): readonly WorkloadKind[] {
  return typed.length === 0 ? workloadKinds : [...new Set(typed)];
}

async function listScope(
  cluster: OpenCluster,
  kind: WorkloadKind,
  invocation: Invocation,
  signal: AbortSignal,
): Promise<Listing<Workload>> {
  const { selector, fieldSelector, format } = invocation;
  const scope = scopeOf(invocation, cluster.entry);
  const list = (namespace: string | undefined) =>
    listWorkloads(cluster.api, kind, {
      namespace,
      signal,
      // Who restarted it costs the server and this side more than all the rest.
      detail: format !== "text" && format !== "name",
      ...(selector !== undefined && { labelSelector: selector }),
      ...(fieldSelector !== undefined && { fieldSelector }),
    });
  return listInScope(cluster, scope, list, ({ ref }) => ref.namespace, signal);
}

interface Printed extends Pick<Part, "workloads" | "problems"> {
  readonly clusters: readonly OpenCluster[];
  readonly kinds: readonly WorkloadKind[];
}

async function print(
  host: CliHost,
  invocation: Invocation,
  { workloads, problems, clusters, kinds }: Printed,
): Promise<void> {
  const { format, list } = invocation;
  const now = host.clock.now();
  const listed = workloads.flatMap(rowOf);
  const rows = list.sortBy === undefined ? listed : sortRows(listed, list.sortBy);
  switch (format) {
    case "json":
    case "yaml":
      return printDocument(host, format, {
        schema: "restart/v1",
        kind: "WorkloadList",
        items: rows.map(workloadItem),
        ...(problems.length > 0 && { errors: problems.map(describeProblem) }),
      });
    case "jsonl":
      await host.streams.out(rows.map((row) => `${toJson(workloadItem(row))}\n`).join(""));
      return;
    case "name":
      await host.streams.out(
        cleaned(rows.map(({ ref }) => objectName(ref)))
          .map((line) => `${line}\n`)
          .join(""),
      );
      return;
    default: {
      const seen = new Set(rows.map(({ ref }) => ref.kind)).size;
      const columns = columnsOf(invocation, clusters.length, Math.max(kinds.length, seen));
      await host.streams.out(workloadTable(rows, columns, now));
    }
  }
}

function columnsOf(
  { format, allNamespaces, namespaces }: Invocation,
  clusters: number,
  kinds: number,
): WorkloadColumns {
  return {
    cluster: clusters > 1,
    namespace: allNamespaces || namespaces.length > 1 || namespaces.some((name) => /[*?^]/.test(name)),
    kind: kinds > 1,
    wide: format === "wide",
  };
}

function rowOf(workload: Workload): readonly WorkloadRow[] {
  const kind = findKind(workload.ref.apiVersion, workload.ref.kind);
  return kind === undefined ? [] : [workloadRow(kind, workload)];
}
