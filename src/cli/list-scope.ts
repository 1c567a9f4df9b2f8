import {
  type FoundWorkload,
  findAll,
  listNamespaces,
  mapLimited,
  type RestartError,
  toRestartError,
  type WorkloadKind,
} from "../core/index.ts";
import type { Invocation } from "./arguments.ts";
import type { OpenCluster } from "./open-clusters.ts";
import type { Scope } from "./scope.ts";

/** The workloads of one kind in a scope. */
export interface Listing {
  readonly items: readonly FoundWorkload[];
  /** Namespaces of the scope that may not be listed. */
  readonly closed: readonly string[];
}

export type ListScope = (
  cluster: OpenCluster,
  kind: WorkloadKind,
  scope: Scope,
  /** A condition beside those of the flags. */
  fieldSelector?: string,
) => Promise<Listing>;

/** Lists at a time. */
const parallelLists = 8;

/** What lists the workloads of a kind; asked twice for the same it asks the cluster once. Rejects like `findAll`. */
export function createListScope(
  { selector, fieldSelector }: Partial<Pick<Invocation, "selector" | "fieldSelector">>,
  signal: AbortSignal,
): ListScope {
  const known = new Map<string, Promise<Listing>>();
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
    const listing = known.get(key) ?? listScope(cluster, scope, list, signal);
    known.set(key, listing);
    return listing;
  };
}

async function listScope(
  cluster: OpenCluster,
  scope: Scope,
  list: (namespace: string | undefined) => Promise<readonly FoundWorkload[]>,
  signal: AbortSignal,
): Promise<Listing> {
  if (scope.type === "names") {
    return { items: (await mapLimited(scope.names, parallelLists, list)).flat(), closed: [] };
  }
  const isMeant = (namespace: string) => scope.type === "all" || scope.matches(namespace);
  try {
    const items = await list(undefined);
    return { items: items.filter(({ workload }) => isMeant(workload.ref.namespace)), closed: [] };
  } catch (caught) {
    const error = toRestartError(caught);
    if (error.reason !== "Forbidden") throw caught;
    return await listEach(await namespacesOf(cluster, error, signal), isMeant, list, error);
  }
}

/** Whoever may not list the whole cluster may list some of its namespaces. */
async function listEach(
  namespaces: readonly string[],
  isMeant: (namespace: string) => boolean,
  list: (namespace: string) => Promise<readonly FoundWorkload[]>,
  refusal: RestartError,
): Promise<Listing> {
  const closed: string[] = [];
  const meant = namespaces.filter(isMeant);
  const parts = await mapLimited(meant, parallelLists, async (namespace) => {
    try {
      return await list(namespace);
    } catch (caught) {
      if (toRestartError(caught).reason !== "Forbidden") throw caught;
      closed.push(namespace);
      return [];
    }
  });
  if (closed.length > 0 && closed.length === meant.length) throw refusal;
  return { items: parts.flat(), closed: closed.sort() };
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
