import type { KubeApi } from "../kube/cluster.ts";
import { RestartError, toRestartError } from "../kube/error.ts";
import { get } from "../kube/get.ts";
import { list } from "../kube/list.ts";
import { kindNames, parseKind, unrestartableKinds, workloadKinds } from "./kinds/index.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import { nearest } from "./nearest.ts";
import type { SeenWorkload } from "./rollout-state.ts";
import { seeWorkload } from "./seen-workload.ts";
import { readRefusal, servedOrThrow } from "./unserved.ts";
import type { WorkloadRef } from "./workload.ts";

/** A kind as it was typed: one that restarts, or one that people try and that has no rollout. */
export type TypedKind =
  | { readonly restartable: true; readonly kind: WorkloadKind }
  | {
      readonly restartable: false;
      readonly kind: { readonly kind: string; readonly apiVersion: string; readonly resource: string };
    };

/** One argument list, read as kubectl reads it. */
export interface TargetSelection {
  /** In the order typed; `name` is undefined for every object of the kind. */
  readonly items: readonly { readonly type: TypedKind; readonly name: string | undefined }[];
  /** Names that are kinds themselves (`deploy web sts db`): most likely meant as such. */
  readonly suspicious: readonly string[];
}

/**
 * Reads `TYPE/NAME…`, `TYPE[,TYPE] NAME…` or `TYPE[,TYPE]` (kubectl: cli-runtime pkg/resource/builder.go).
 * Anything else rejects with `Usage`; an unknown type names the nearest one in `detail.nearest`.
 */
export function parseTargets(words: readonly string[]): TargetSelection {
  const [first, ...rest] = words;
  if (first === undefined) throw new RestartError("Usage", "no workload named");
  if (words.some((word) => word.includes("/"))) {
    return { items: words.map(parseSlashed), suspicious: [] };
  }
  const types = first.split(",").map((word) => parseType(word, rest.length === 0));
  if (rest.length === 0) return { items: types.map((type) => ({ type, name: undefined })), suspicious: [] };
  return {
    items: types.flatMap((type) => rest.map((name) => ({ type, name }))),
    suspicious: rest.filter((name) => parseKind(name) !== undefined),
  };
}

function parseSlashed(word: string): { readonly type: TypedKind; readonly name: string } {
  const [type = "", name = "", ...more] = word.split("/");
  if (more.length > 0 || type === "" || name === "") {
    const why = word.includes("/") ? "is not TYPE/NAME" : "has no type, while others are TYPE/NAME";
    throw new RestartError("Usage", `"${word}" ${why}`, { detail: { given: word } });
  }
  return { type: parseType(type, false), name };
}

function parseType(word: string, alone: boolean): TypedKind {
  const kind = parseKind(word);
  if (kind !== undefined) return { restartable: true, kind };
  const other = unrestartableKinds.find(({ names }) => names.includes(word.toLowerCase()));
  if (other !== undefined) return { restartable: false, kind: other };
  const guess = nearest(word, workloadKinds.flatMap(kindNames));
  throw new RestartError("Usage", `there is no kind "${word}" that can be restarted`, {
    detail: { given: word, kind: "unknown-kind", ...(guess && { nearest: guess }), ...(alone && { alone: "true" }) },
  });
}

/** A workload that was found, with the kind it is of. */
export interface FoundWorkload extends SeenWorkload {
  readonly kind: WorkloadKind;
}

/** What looking for one item of a selection came to. */
export type Found =
  | { readonly type: "found"; readonly item: FoundWorkload }
  /** May be patched, perhaps, but not read. */
  | {
      readonly type: "unreadable";
      readonly kind: WorkloadKind;
      readonly ref: WorkloadRef;
      readonly error: RestartError;
    }
  | { readonly type: "missing"; readonly kind: WorkloadKind; readonly ref: WorkloadRef; readonly error: RestartError };

export interface ResolveOptions {
  /** Undefined is every namespace. */
  readonly namespace: string | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects a page; 500 by default. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** Reads one named workload. Rejects only for what is not about this object: an unreachable cluster, refused credentials. */
export async function findNamed(
  api: KubeApi,
  kind: WorkloadKind,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<Found> {
  const ref: WorkloadRef = { cluster: api.cluster.name, apiVersion: kind.apiVersion, kind: kind.kind, namespace, name };
  const { group, version, resource } = kind;
  try {
    const object = await get<unknown>(
      api,
      { group, version, resource, namespace, name },
      kind.kind,
      signal === undefined ? {} : { signal },
    );
    return { type: "found", item: { kind, ...seeWorkload(kind, object, api.cluster.name) } };
  } catch (caught) {
    const error = await readRefusal(api, kind, toRestartError(caught), signal);
    if (error.reason === "NotFound") return { type: "missing", kind, ref, error };
    if (error.reason === "Forbidden") return { type: "unreadable", kind, ref, error };
    throw error;
  }
}

/** Lists the workloads of one kind in the API server's order. Rejects with `NotFound` where the kind is not served. */
export async function findAll(
  api: KubeApi,
  kind: WorkloadKind,
  options: ResolveOptions,
): Promise<readonly FoundWorkload[]> {
  const { group, version, resource } = kind;
  const { namespace, ...rest } = options;
  const path = { group, version, resource, ...(namespace !== undefined && { namespace }) };
  const look = (object: unknown) => ({ kind, ...seeWorkload(kind, object, api.cluster.name) });
  const { items } = await servedOrThrow(api, kind, () => list(api, path, kind.listKind, look, rest), rest.signal);
  return items;
}

/** The kinds under which an object of this name exists, for `restart web` without a kind. */
export async function kindsNamed(
  api: KubeApi,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<readonly WorkloadKind[]> {
  const found = await Promise.all(workloadKinds.map((kind) => findNamed(api, kind, namespace, name, signal)));
  return found.flatMap((result) => (result.type === "found" ? [result.item.kind] : []));
}

/** Whether a namespace exists; true when it may not be read. */
export async function namespaceExists(api: KubeApi, name: string, signal?: AbortSignal): Promise<boolean> {
  try {
    const path = { group: "", version: "v1", resource: "namespaces", name };
    await get(api, path, "Namespace", signal === undefined ? {} : { signal });
    return true;
  } catch (caught) {
    const error = toRestartError(caught);
    if (error.reason === "NotFound") return false;
    if (error.reason === "Forbidden") return true;
    throw error;
  }
}
