import {
  type Found,
  findNamed,
  isUnserved,
  kindsNamed,
  listNamespaces,
  listWorkloads,
  mapLimited,
  namespaceExists,
  nearest,
  RestartError,
  type WorkloadKind,
} from "../core/index.ts";
import { serverName } from "../words/names.ts";
import type { ListScope } from "./list-scope.ts";
import type { OpenCluster } from "./open-clusters.ts";
import type { Problem } from "./problem.ts";
import type { Scope } from "./scope.ts";

const parallelRequests = 8;

/** What looking for one name came to. */
export interface Named {
  readonly found: readonly Exclude<Found, { type: "missing" }>[];
  readonly missing: readonly Problem[];
}

/** Looks for one name in a scope; what is not there is a problem with advice. Rejects like `findNamed`. */
export async function findByName(
  cluster: OpenCluster,
  kind: WorkloadKind,
  scope: Scope,
  name: string,
  listScope: ListScope,
  signal: AbortSignal,
): Promise<Named & { readonly closed: readonly string[] }> {
  if (scope.type !== "names") {
    const { items, closed } = await listScope(cluster, kind, scope, `metadata.name=${name}`);
    const where = scope.type === "all" ? "" : ` in a namespace that matches ${scope.text}`;
    const text = `${serverName({ ...kind, name })} not found${where}`;
    const missing = items.length > 0 ? [] : [notFound(cluster, kind, "", name, text)];
    return { found: items.map((item) => ({ type: "found", item })), missing, closed };
  }
  const results = await mapLimited(scope.names, parallelRequests, (namespace) =>
    findNamed(cluster.api, kind, namespace, name, signal),
  );
  const missing = await mapLimited(results, parallelRequests, (result) =>
    result.type === "missing" ? explainMissing(cluster, result, signal) : Promise.resolve([]),
  );
  return { found: results.filter((result) => result.type !== "missing"), missing: missing.flat(), closed: [] };
}

async function explainMissing(
  cluster: OpenCluster,
  { kind, ref: { namespace, name }, error }: Extract<Found, { type: "missing" }>,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  if (isUnserved(error)) return [notFound(cluster, kind, namespace, name, error.message)];
  const [gone] = await missingNamespaces(cluster, [namespace], signal);
  if (gone !== undefined) return [gone];
  if (error.detail["name"] === undefined) return [notFound(cluster, kind, namespace, name, error.message)];
  const text = `${error.message.replace(/\.$/, "")} in namespace ${namespace}`;
  return [notFound(cluster, kind, namespace, name, text, await siblingAdvice(cluster, kind, namespace, name, signal))];
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
