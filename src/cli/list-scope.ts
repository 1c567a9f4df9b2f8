import {
  type FoundWorkload,
  findAll,
  listNamespaces,
  mapLimited,
  type RestartError,
  toRestartError,
  type WorkloadKind,
} from "../core/index.ts";
import { listed } from "../words/names.ts";
import type { Invocation } from "./arguments.ts";
import type { OpenCluster } from "./open-clusters.ts";
import type { Scope } from "./scope.ts";

/** Objects of one kind in a scope. */
export interface Listing<T> {
  readonly items: readonly T[];
  /** Namespaces of the scope that may not be listed. */
  readonly closed: readonly string[];
}

export type ListScope = (
  cluster: OpenCluster,
  kind: WorkloadKind,
  scope: Scope,
  /** A condition beside those of the flags. */
  fieldSelector?: string,
) => Promise<Listing<FoundWorkload>>;

/** Lists at a time. */
const parallelLists = 8;

/** What lists the workloads of a kind; asked twice for the same it asks the cluster once. Rejects like `findAll`. */
export function createListScope(
  { selector, fieldSelector }: Partial<Pick<Invocation, "selector" | "fieldSelector">>,
  signal: AbortSignal,
): ListScope {
  const known = new Map<string, Promise<Listing<FoundWorkload>>>();
  return (cluster, kind, scope, more) => {
    const place = scope.type === "names" ? scope.names : scope.type === "all" ? "" : scope.text;
    const key = JSON.stringify([cluster.entry.name, kind.apiVersion, kind.kind, place, more]);
    const fields = [fieldSelector, more].filter((text) => text !== undefined).join(",");
    const list = (namespace: string | undefined) =>
      findAll(cluster.api, kind, {
        namespace,
        signal,
        ...(selector !== undefined && { labelSelector: selector }),
        ...(fields !== "" && { fieldSelector: fields }),
      });
    const listing =
      known.get(key) ?? listInScope(cluster, scope, list, ({ workload }) => workload.ref.namespace, signal);
    known.set(key, listing);
    return listing;
  };
}

/**
 * Lists what is in a scope: namespace by namespace where they are named, the cluster at once where they are not, and
 * namespace by namespace again where that is forbidden. Rejects like `list`.
 */
export async function listInScope<T>(
  cluster: OpenCluster,
  scope: Scope,
  list: (namespace: string | undefined) => Promise<readonly T[]>,
  namespaceOf: (item: T) => string,
  signal: AbortSignal,
): Promise<Listing<T>> {
  if (scope.type === "names") {
    return { items: (await mapLimited(scope.names, parallelLists, list)).flat(), closed: [] };
  }
  const isMeant = (namespace: string) => scope.type === "all" || scope.matches(namespace);
  try {
    return { items: (await list(undefined)).filter((item) => isMeant(namespaceOf(item))), closed: [] };
  } catch (caught) {
    const error = toRestartError(caught);
    if (error.reason !== "Forbidden") throw caught;
    return await listEach((await namespacesOf(cluster, error, signal)).filter(isMeant), list, error);
  }
}

/** Whoever may not list the whole cluster may list some of its namespaces. */
async function listEach<T>(
  namespaces: readonly string[],
  list: (namespace: string) => Promise<readonly T[]>,
  refusal: RestartError,
): Promise<Listing<T>> {
  const closed: string[] = [];
  const parts = await mapLimited(namespaces, parallelLists, async (namespace) => {
    try {
      return await list(namespace);
    } catch (caught) {
      if (toRestartError(caught).reason !== "Forbidden") throw caught;
      closed.push(namespace);
      return [];
    }
  });
  if (closed.length > 0 && closed.length === namespaces.length) throw refusal;
  return { items: parts.flat(), closed: closed.sort() };
}

/** What a person should know who sees only what may be listed. */
export function closedNote({ resource }: WorkloadKind, closed: readonly string[], { entry }: OpenCluster): string {
  return `left out, may not be listed: ${resource} in ${listed(closed)} (context ${entry.name})`;
}

async function namespacesOf(
  { api }: OpenCluster,
  refusal: RestartError,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return await listNamespaces(api, signal);
  } catch (caught) {
    // What was asked for is the better thing to say no to.
    throw toRestartError(caught).reason === "Forbidden" ? refusal : caught;
  }
}
