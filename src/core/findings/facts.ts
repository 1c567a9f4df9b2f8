import type { KubeObject } from "../../kube/answer.ts";
import type { KubeApi } from "../../kube/cluster.ts";
import { toRestartError } from "../../kube/error.ts";
import { getWithDate } from "../../kube/get.ts";
import { list } from "../../kube/list.ts";
import { formatLabelSelector } from "../../kube/selector.ts";
import type { FoundWorkload } from "../found-workload.ts";
import type { WorkloadKind } from "../kinds/workload-kind.ts";
import { createLimiter } from "../limiter.ts";
import { projectRevision, type Revision, type RevisionObject } from "../revisions.ts";
import { type Access, openAccess } from "./access.ts";
import {
  type FactAutoscaler,
  type FactBudget,
  type FactClaim,
  type FactConfig,
  type FactNode,
  type FactPod,
  type FactQuota,
  type FactVolume,
  factAutoscaler,
  factBudget,
  factClaim,
  factConfig,
  factNode,
  factPod,
  factQuota,
  factVolume,
  timeOf,
} from "./fact-objects.ts";

/** What a read came to: what may not be read, or could not, is unknown and never taken for absent. */
export type Read<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly resource: string; readonly reason: string };

/** A revision with the moment at which it was made, in milliseconds of the cluster's clock. */
export interface FactRevision extends Revision {
  readonly created: number;
}

/** What is known of one namespace. Everything is read at most once, when it is first asked for. */
export interface NamespaceFacts {
  /** The workloads of the plan that are in it. */
  readonly targets: readonly FoundWorkload[];
  /** Pods of the targets; of the whole namespace when the plan has many of it. */
  readonly pods: () => Promise<Read<readonly FactPod[]>>;
  readonly revisions: (kind: WorkloadKind) => Promise<Read<readonly FactRevision[]>>;
  readonly configMaps: () => Promise<Read<ReadonlyMap<string, FactConfig>>>;
  readonly secrets: () => Promise<Read<ReadonlyMap<string, FactConfig>>>;
  /** Key names of one ConfigMap or Secret, its data dropped at once; undefined when it is not there. */
  readonly keys: (kind: "ConfigMap" | "Secret", name: string) => Promise<Read<ReadonlySet<string> | undefined>>;
  readonly claims: () => Promise<Read<ReadonlyMap<string, FactClaim>>>;
  readonly serviceAccounts: () => Promise<Read<ReadonlySet<string>>>;
  readonly budgets: () => Promise<Read<readonly FactBudget[]>>;
  readonly quotas: () => Promise<Read<readonly FactQuota[]>>;
  readonly autoscalers: () => Promise<Read<readonly FactAutoscaler[]>>;
  /** It is being deleted: old pods go and no new ones come. */
  readonly deleting: () => Promise<Read<boolean>>;
  readonly access: Access;
}

/** What is known of one cluster. */
export interface ClusterFacts {
  readonly uid: string | undefined;
  /** The cluster's clock in milliseconds, from the `Date` of its first answer; ours where none came. */
  readonly now: () => number;
  readonly nodes: () => Promise<Read<readonly FactNode[]>>;
  readonly volumes: () => Promise<Read<ReadonlyMap<string, FactVolume>>>;
  readonly namespace: (name: string) => NamespaceFacts;
}

/** So few targets are looked up one by one; for more the whole namespace is cheaper. */
const fewTargets = 3;

/**
 * Reads the cluster's identity (the UID of its kube-system namespace) and opens the facts about the targets in it.
 * Rejects when the cluster cannot be reached or does not accept the credentials; so does every read.
 */
export async function openFacts(
  api: KubeApi,
  targets: readonly FoundWorkload[],
  signal: AbortSignal | undefined,
): Promise<ClusterFacts> {
  const { uid, offset } = await identify(api, signal);
  const read = reader(api, signal);
  const namespaces = new Map<string, NamespaceFacts>();
  return {
    uid,
    now: () => api.clock.now() + offset,
    nodes: once(() => read("nodes", "NodeList", "", undefined, factNode)),
    volumes: once(() => named(read("persistentvolumes", "PersistentVolumeList", "", undefined, factVolume))),
    namespace: (name) => {
      const known = namespaces.get(name);
      if (known !== undefined) return known;
      const own = targets.filter(({ workload }) => workload.ref.namespace === name);
      const facts = namespaceFacts(api, name, own, read, signal);
      namespaces.set(name, facts);
      return facts;
    },
  };
}

async function identify(
  api: KubeApi,
  signal: AbortSignal | undefined,
): Promise<{ readonly uid: string | undefined; readonly offset: number }> {
  try {
    const path = { group: "", version: "v1", resource: "namespaces", name: "kube-system" };
    const { object, date } = await getWithDate<KubeObject>(
      api,
      path,
      "Namespace",
      signal === undefined ? {} : { signal },
    );
    const theirs = timeOf(date);
    return { uid: object.metadata.uid, offset: theirs === 0 ? 0 : theirs - api.clock.now() };
  } catch (caught) {
    const error = toRestartError(caught);
    if (error.reason !== "Forbidden" && error.reason !== "NotFound") throw error;
    return { uid: undefined, offset: 0 };
  }
}

type Reader = <T>(
  resource: string,
  listKind: string,
  groupVersion: string,
  namespace: string | undefined,
  project: (object: KubeObject) => T,
  options?: { readonly labelSelector?: string; readonly metadataOnly?: boolean },
) => Promise<Read<readonly T[]>>;

const metadataList = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

/** Reads in flight in one cluster: a plan of many namespaces asks for all of them at once. */
const parallelReads = 16;

function reader(api: KubeApi, signal: AbortSignal | undefined): Reader {
  const limited = createLimiter(parallelReads);
  return async (resource, listKind, groupVersion, namespace, project, options = {}) => {
    const { labelSelector, metadataOnly = false } = options;
    const [group = "", version = "v1"] = groupVersion.includes("/") ? groupVersion.split("/") : ["", "v1"];
    const path = { group, version, resource, ...(namespace !== undefined && { namespace }) };
    return unlessRefused(resource, async () => {
      const request = {
        ...(signal && { signal }),
        ...(labelSelector !== undefined && { labelSelector }),
        ...(metadataOnly && { headers: { accept: metadataList } }),
      };
      const expected = metadataOnly ? "PartialObjectMetadataList" : listKind;
      const { items } = await limited(() => list(api, path, expected, project, request));
      return items;
    });
  };
}

/** What the API server refuses or does not serve is unknown; a cluster that is not there ends the plan. */
async function unlessRefused<T>(resource: string, read: () => Promise<T>): Promise<Read<T>> {
  try {
    return { known: true, value: await read() };
  } catch (caught) {
    const error = toRestartError(caught);
    if (error.status === undefined || error.status === 401) throw error;
    return { known: false, resource, reason: error.reason };
  }
}

function namespaceFacts(
  api: KubeApi,
  namespace: string,
  targets: readonly FoundWorkload[],
  read: Reader,
  signal: AbortSignal | undefined,
): NamespaceFacts {
  const selectors =
    targets.length > fewTargets
      ? [undefined]
      : [...new Set(targets.map(({ workload }) => formatLabelSelector(workload.selector)))];
  const ofTargets = async <T extends { readonly uid: string }>(
    resource: string,
    listKind: string,
    groupVersion: string,
    project: (object: KubeObject) => T,
  ) => {
    const parts = await Promise.all(
      selectors.map((labelSelector) =>
        read(
          resource,
          listKind,
          groupVersion,
          namespace,
          project,
          labelSelector === undefined ? {} : { labelSelector },
        ),
      ),
    );
    return joined(parts);
  };
  const revisions = new Map<string, Promise<Read<readonly FactRevision[]>>>();
  const keys = new Map<string, Promise<Read<ReadonlySet<string> | undefined>>>();
  const metadataOnly = { metadataOnly: true };
  return {
    targets,
    pods: once(() => ofTargets("pods", "PodList", "", factPod)),
    revisions: (kind) => {
      const { group, version, resource, listKind } = kind.revisions;
      return remember(revisions, `${group}/${resource}`, () =>
        ofTargets(resource, listKind, `${group}/${version}`, (object) => ({
          ...projectRevision(object as unknown as RevisionObject, kind.revisionLabel),
          created: timeOf(object.metadata.creationTimestamp),
        })),
      );
    },
    configMaps: once(() => named(read("configmaps", "ConfigMapList", "", namespace, factConfig, metadataOnly))),
    secrets: once(() => named(read("secrets", "SecretList", "", namespace, factConfig, metadataOnly))),
    keys: (kind, name) => remember(keys, `${kind}/${name}`, () => readKeys(api, kind, namespace, name, signal)),
    claims: once(() => named(read("persistentvolumeclaims", "PersistentVolumeClaimList", "", namespace, factClaim))),
    serviceAccounts: once(async () =>
      mapRead(
        await read("serviceaccounts", "ServiceAccountList", "", namespace, ({ metadata }) => metadata.name),
        (names): ReadonlySet<string> => new Set(names),
      ),
    ),
    budgets: once(() => read("poddisruptionbudgets", "PodDisruptionBudgetList", "policy/v1", namespace, factBudget)),
    quotas: once(() => read("resourcequotas", "ResourceQuotaList", "", namespace, factQuota)),
    autoscalers: once(() =>
      read("horizontalpodautoscalers", "HorizontalPodAutoscalerList", "autoscaling/v2", namespace, factAutoscaler),
    ),
    deleting: once(() =>
      unlessRefused("namespaces", async () => {
        const path = { group: "", version: "v1", resource: "namespaces", name: namespace };
        const { object } = await getWithDate<KubeObject>(
          api,
          path,
          "Namespace",
          signal === undefined ? {} : { signal },
        );
        return object.metadata.deletionTimestamp !== undefined;
      }),
    ),
    access: openAccess(api, namespace, signal),
  };
}

async function readKeys(
  api: KubeApi,
  kind: "ConfigMap" | "Secret",
  namespace: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Read<ReadonlySet<string> | undefined>> {
  const resource = kind === "Secret" ? "secrets" : "configmaps";
  return unlessRefused(resource, async () => {
    const path = { group: "", version: "v1", resource, namespace, name };
    try {
      const { object } = await getWithDate<KubeObject & { readonly data?: object; readonly binaryData?: object }>(
        api,
        path,
        kind,
        signal === undefined ? {} : { signal },
      );
      return new Set([...Object.keys(object.data ?? {}), ...Object.keys(object.binaryData ?? {})]);
    } catch (caught) {
      if (toRestartError(caught).reason === "NotFound") return undefined;
      throw caught;
    }
  });
}

async function named<T extends { readonly name: string }>(
  items: Promise<Read<readonly T[]>>,
): Promise<Read<ReadonlyMap<string, T>>> {
  return mapRead(await items, (all) => new Map(all.map((item) => [item.name, item])));
}

function mapRead<T, U>(read: Read<T>, map: (value: T) => U): Read<U> {
  return read.known ? { known: true, value: map(read.value) } : read;
}

/** Objects that two selectors find stand once. */
function joined<T extends { readonly uid: string }>(parts: readonly Read<readonly T[]>[]): Read<readonly T[]> {
  const all = new Map<string, T>();
  for (const part of parts) {
    if (!part.known) return part;
    for (const item of part.value) all.set(item.uid, item);
  }
  return { known: true, value: [...all.values()] };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | undefined;
  return () => {
    pending ??= read();
    return pending;
  };
}

function remember<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const pending = known.get(key) ?? read();
  known.set(key, pending);
  return pending;
}
