import {
  type Found,
  type FoundWorkload,
  findAll,
  findNamed,
  isUnserved,
  kindsNamed,
  listNamespaces,
  listWorkloads,
  mapLimited,
  namespaceExists,
  nearest,
  onCluster,
  RestartError,
  type TargetSelection,
  type WorkloadKind,
  type WorkloadRef,
} from "../core/index.ts";
import { serverName } from "../words/names.ts";
import type { Invocation } from "./arguments.ts";
import type { OpenCluster } from "./open-clusters.ts";
import type { Problem } from "./problem.ts";
import { type Scope, scopeOf, systemNamespaces } from "./scope.ts";

/** A target that exists, or may exist and cannot be read, with the cluster it is in. */
export interface Candidate {
  readonly cluster: OpenCluster;
  readonly found: Exclude<Found, { type: "missing" }>;
}

/** What looking for the targets came to. */
export interface FoundTargets {
  readonly candidates: readonly Candidate[];
  readonly missing: readonly Problem[];
  /** Workloads of system namespaces that a bare kind left alone. */
  readonly leftOut: number;
}

const parallelRequests = 8;

/** Refuses what kubectl refuses: names together with a selector or with every namespace. */
export function checkSelection(selection: TargetSelection, invocation: Invocation): void {
  if (!selection.items.some(({ name }) => name !== undefined)) return;
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

/** Looks for every item of a selection in every cluster. Each object stands once in the answer, as first named. */
export async function findTargets(
  clusters: readonly OpenCluster[],
  selection: TargetSelection,
  invocation: Invocation,
  signal: AbortSignal,
): Promise<FoundTargets> {
  const jobs = clusters.flatMap((cluster) => selection.items.map((item) => ({ cluster, item })));
  const found = await mapLimited(jobs, parallelRequests, async ({ cluster, item: { type, name } }) => {
    if (!type.restartable) return { cluster, found: [], missing: [], leftOut: 0 };
    const scope = scopeOf(invocation, cluster.entry);
    try {
      return name === undefined
        ? await findBare(cluster, type.kind, scope, invocation, signal)
        : await findByName(cluster, type.kind, scope, name, signal);
    } catch (caught) {
      if (signal.aborted) throw caught;
      const error = onCluster(caught, cluster.entry.name);
      if (isUnserved(error)) return { cluster, found: [], missing: [{ error }], leftOut: 0 };
      throw error;
    }
  });
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  for (const { cluster, found: some } of found) {
    for (const one of some) {
      const ref: WorkloadRef = one.type === "found" ? one.item.workload.ref : one.ref;
      const key = JSON.stringify([ref.cluster, ref.apiVersion, ref.kind, ref.namespace, ref.name]);
      if (seen.has(key)) continue;
      seen.add(key);
      candidates.push({ cluster, found: one });
    }
  }
  const missing = found.flatMap((part) => part.missing);
  return {
    candidates,
    missing: missing.filter((one, index) => missing.findIndex((other) => sameProblem(one, other)) === index),
    leftOut: found.reduce((sum, part) => sum + part.leftOut, 0),
  };
}

function sameProblem(left: Problem, right: Problem): boolean {
  return left.error.message === right.error.message && left.target?.cluster === right.target?.cluster;
}

interface Part {
  readonly cluster: OpenCluster;
  readonly found: readonly Candidate["found"][];
  readonly missing: readonly Problem[];
  readonly leftOut: number;
}

async function findBare(
  cluster: OpenCluster,
  kind: WorkloadKind,
  scope: Scope,
  { selector, fieldSelector }: Invocation,
  signal: AbortSignal,
): Promise<Part> {
  const list = (namespace: string | undefined) =>
    findAll(cluster.api, kind, {
      namespace,
      signal,
      ...(selector !== undefined && { labelSelector: selector }),
      ...(fieldSelector !== undefined && { fieldSelector }),
    });
  const items: readonly FoundWorkload[] =
    scope.type === "names"
      ? (await mapLimited(scope.names, parallelRequests, list)).flat()
      : (await list(undefined)).filter(({ workload }) => scope.type === "all" || scope.matches(workload.ref.namespace));
  const kept = items.filter(({ workload }) => scope.type === "names" || !systemNamespaces.has(workload.ref.namespace));
  const missing =
    scope.type === "names" && items.length === 0 ? await missingNamespaces(cluster, scope.names, signal) : [];
  return {
    cluster,
    found: kept.map((item) => ({ type: "found", item })),
    missing,
    leftOut: items.length - kept.length,
  };
}

async function findByName(
  cluster: OpenCluster,
  kind: WorkloadKind,
  scope: Scope,
  name: string,
  signal: AbortSignal,
): Promise<Part> {
  const { api } = cluster;
  if (scope.type !== "names") {
    const all = await findAll(api, kind, { namespace: undefined, fieldSelector: `metadata.name=${name}`, signal });
    const items = all.filter(({ workload }) => scope.type === "all" || scope.matches(workload.ref.namespace));
    const text = `${serverName({ ...kind, name })} not found${scope.type === "all" ? "" : ` in a namespace that matches ${scope.text}`}`;
    const missing = items.length > 0 ? [] : [notFound(cluster, kind, "", name, text)];
    return { cluster, found: items.map((item) => ({ type: "found", item })), missing, leftOut: 0 };
  }
  const results = await mapLimited(scope.names, parallelRequests, (namespace) =>
    findNamed(api, kind, namespace, name, signal),
  );
  const missing = await mapLimited(results, parallelRequests, async (result) => {
    if (result.type !== "missing") return [];
    if (isUnserved(result.error)) {
      return [notFound(cluster, kind, result.ref.namespace, name, result.error.message)];
    }
    const { namespace } = result.ref;
    const [gone] = await missingNamespaces(cluster, [namespace], signal);
    if (gone !== undefined) return [gone];
    const text = `${result.error.message.replace(/\.$/, "")} in namespace ${namespace}`;
    return [
      notFound(cluster, kind, namespace, name, text, await siblingAdvice(cluster, kind, namespace, name, signal)),
    ];
  });
  return { cluster, found: results.filter((result) => result.type !== "missing"), missing: missing.flat(), leftOut: 0 };
}

function notFound(
  { entry }: OpenCluster,
  { apiVersion, kind }: WorkloadKind,
  namespace: string,
  name: string,
  message: string,
  advice = "",
): Problem {
  return {
    error: new RestartError("NotFound", message, {
      status: 404,
      detail: { cluster: entry.name, ...(advice !== "" && { advice }) },
    }),
    target: { cluster: entry.name, clusterUid: "", apiVersion, kind, metadata: { namespace, name, uid: "" } },
  };
}

/** Advice is a kindness: whatever goes wrong while looking for it is not worth saying. */
async function siblingAdvice(
  { api }: OpenCluster,
  kind: WorkloadKind,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    const others = await kindsNamed(api, namespace, name, signal);
    if (others.length > 0) return `there is ${others.map(({ singular }) => `${singular}/${name}`).join(", ")}`;
    const siblings = await listWorkloads(api, kind, { namespace, signal });
    const guess = nearest(
      name,
      siblings.map(({ ref }) => ref.name),
    );
    return guess === undefined ? "" : `did you mean ${guess}?`;
  } catch (error) {
    if (signal.aborted) throw error;
    return "";
  }
}

/** Those of the namespaces that do not exist, as problems. */
export async function missingNamespaces(
  { api, entry }: OpenCluster,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const problems = await mapLimited(names, parallelRequests, async (name): Promise<readonly Problem[]> => {
    if (await namespaceExists(api, name, signal)) return [];
    const known = await listNamespaces(api, signal).catch((): readonly string[] => []);
    const guess = nearest(name, known);
    const detail = { cluster: entry.name, ...(guess !== undefined && { advice: `did you mean ${guess}?` }) };
    return [{ error: new RestartError("NotFound", `namespaces "${name}" not found`, { status: 404, detail }) }];
  });
  return problems.flat();
}
