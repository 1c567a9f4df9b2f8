import {
  exitCodes,
  listWorkloads,
  parseTargets,
  RestartError,
  type Workload,
  type WorkloadKind,
  workloadKinds,
} from "../../core/index.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { checkSelection, findTargets, missingNamespaces } from "../find-targets.ts";
import { mapLimited } from "../map-limited.ts";
import { nothingFound } from "../nothing-found.ts";
import { type OpenCluster, onCluster, openClusters } from "../open-clusters.ts";
import { cleaned, toJson } from "../print/clean.ts";
import { printDocument } from "../print/document.ts";
import { objectName } from "../print/names.ts";
import { reportProblems } from "../print/report.ts";
import { workloadItem, workloadTable } from "../print/workloads.ts";
import type { Problem } from "../problem.ts";
import { scopeOf } from "../scope.ts";

const parallelLists = 8;

/** `restart get [TYPE|TARGET…]`: lists workloads with the state of their rollouts. Resolves with the exit code. */
export async function getCommand(host: CliHost, invocation: Invocation): Promise<number> {
  const { format, words } = invocation;
  const signal = AbortSignal.any([host.signals.drain, host.signals.leave]);
  const selection = words.length === 0 ? undefined : parseTargets(words);
  if (selection !== undefined) checkSelection(selection, invocation);
  const other = selection?.items.find(({ type }) => !type.restartable);
  if (other !== undefined)
    throw new RestartError("Usage", `a ${other.type.kind.kind} is no workload that restarts; use kubectl get`);
  const clusters = await openClusters(host, invocation);
  const named = selection?.items.some(({ name }) => name !== undefined) ?? false;
  const kinds = kindsOf(selection?.items.flatMap(({ type }) => (type.restartable ? [type.kind] : [])) ?? []);

  let workloads: readonly Workload[];
  let problems: readonly Problem[] = [];
  if (named && selection !== undefined) {
    const { candidates, missing } = await findTargets(clusters, selection, invocation, signal);
    problems = missing;
    workloads = candidates.map(({ found }) => {
      if (found.type !== "found") throw found.error;
      return found.item.workload;
    });
  } else {
    const jobs = clusters.flatMap((cluster) => kinds.map((kind) => ({ cluster, kind })));
    workloads = (
      await mapLimited(jobs, parallelLists, (job) => listScope(job.cluster, job.kind, invocation, signal))
    ).flat();
    if (workloads.length === 0) problems = await emptyProblems(clusters, invocation, signal);
  }
  if (workloads.length > 0 || problems.length === 0) await print(host, invocation, workloads, clusters, kinds);
  return problems.length === 0
    ? exitCodes.healthy
    : reportProblems(host, workloads.length > 0 ? "text" : format, problems, exitCodes.nothingMatched);
}

function kindsOf(typed: readonly WorkloadKind[]): readonly WorkloadKind[] {
  return typed.length === 0 ? workloadKinds : [...new Set(typed)];
}

async function listScope(
  { api, entry }: OpenCluster,
  kind: WorkloadKind,
  invocation: Invocation,
  signal: AbortSignal,
): Promise<readonly Workload[]> {
  const { selector, fieldSelector } = invocation;
  const scope = scopeOf(invocation, entry);
  const list = (namespace: string | undefined) =>
    listWorkloads(api, kind, {
      namespace,
      signal,
      ...(selector !== undefined && { labelSelector: selector }),
      ...(fieldSelector !== undefined && { fieldSelector }),
    });
  try {
    if (scope.type === "names") return (await mapLimited(scope.names, parallelLists, list)).flat();
    const all = await list(undefined);
    return scope.type === "all" ? all : all.filter(({ ref }) => scope.matches(ref.namespace));
  } catch (caught) {
    throw signal.aborted ? caught : onCluster(caught, entry.name);
  }
}

/** Nothing in a namespace that does not exist is a mistake; nothing in one that does is an answer. */
async function emptyProblems(
  clusters: readonly OpenCluster[],
  invocation: Invocation,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const gone = await mapLimited(clusters, parallelLists, async (cluster) => {
    const scope = scopeOf(invocation, cluster.entry);
    return scope.type === "names" ? missingNamespaces(cluster, scope.names, signal) : [];
  });
  const problems = gone.flat();
  return problems.length > 0
    ? problems
    : [
        nothingFound(
          clusters.map(({ entry }) => entry),
          invocation,
        ),
      ];
}

async function print(
  host: CliHost,
  { format, allNamespaces, namespaces }: Invocation,
  workloads: readonly Workload[],
  clusters: readonly OpenCluster[],
  kinds: readonly WorkloadKind[],
): Promise<void> {
  const now = host.clock.now();
  switch (format) {
    case "json":
    case "yaml":
      return printDocument(host, format, {
        schema: "restart/v1",
        kind: "WorkloadList",
        items: workloads.map(workloadItem),
      });
    case "jsonl":
      await host.streams.out(workloads.map((workload) => `${toJson(workloadItem(workload))}\n`).join(""));
      return;
    case "name":
      await host.streams.out(
        cleaned(workloads.map(({ ref }) => `${objectName(ref)}`))
          .map((line) => `${line}\n`)
          .join(""),
      );
      return;
    default: {
      const columns = {
        cluster: clusters.length > 1,
        namespace: allNamespaces || namespaces.length > 1 || namespaces.some((name) => /[*?^]/.test(name)),
        kind: kinds.length > 1 || new Set(workloads.map(({ ref }) => ref.kind)).size > 1,
        wide: format === "wide",
      };
      await host.streams.out(workloadTable(workloads, columns, now));
    }
  }
}
