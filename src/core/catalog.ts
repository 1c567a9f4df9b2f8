import type { KubeApi } from "../kube/cluster.ts";
import { workloadKinds } from "./kinds/index.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import { type LiveList, openLiveList, type SourceStatus } from "./live-list.ts";
import { createNotifier } from "./notifier.ts";
import { type RolloutPhase, rolloutPhase } from "./rollout-phase.ts";
import type { OwnerRef, RolloutCounts, Workload, WorkloadObject, WorkloadRef } from "./workload.ts";

/** A workload as a list of thousands keeps it. */
export interface WorkloadRow {
  readonly uid: string;
  readonly ref: WorkloadRef & { readonly uid: string };
  readonly counts: RolloutCounts;
  readonly phase: RolloutPhase;
  readonly restartedAt: string | undefined;
  readonly owner: OwnerRef | undefined;
  /** What deploys it, by the labels that such tools set. */
  readonly manager: "helm" | "flux" | "argocd" | undefined;
  readonly images: readonly string[];
  readonly strategy: string;
  /** RFC 3339. */
  readonly creationTimestamp: string;
  readonly generation: number;
}

/** One list behind a catalog. */
export interface CatalogSource extends SourceStatus {
  readonly kind: string;
  /** Undefined is every namespace. */
  readonly namespace: string | undefined;
  readonly rows: number;
}

export interface CatalogSnapshot {
  /** Grows with every change. */
  readonly version: number;
  /** Source by source; surfaces sort. */
  readonly rows: readonly WorkloadRow[];
  readonly sources: readonly CatalogSource[];
}

/** A live view of one cluster's workloads. */
export interface Catalog {
  readonly snapshot: () => CatalogSnapshot;
  /** Called at most ten times a second, after a change; returns what ends it. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Tries again what was refused. */
  readonly refresh: () => void;
  /** Ends the watches. */
  readonly close: () => Promise<void>;
}

export interface CatalogOptions {
  /** None is every namespace, in one list a kind. */
  readonly namespaces?: readonly string[];
  readonly kinds?: readonly WorkloadKind[];
}

/** Milliseconds between two notifications. */
export const notifyInterval = 100;

/** Opens a live view; rows arrive with the first notification. It never rejects: trouble is a source's state. */
export function openCatalog(api: KubeApi, options: CatalogOptions = {}): Catalog {
  const { kinds = workloadKinds, namespaces = [] } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const notifier = createNotifier(api.clock, notifyInterval, signal);
  const intern = createIntern();
  let version = 0;
  let rows: readonly WorkloadRow[] | undefined;
  const onChange = (isState?: boolean): void => {
    version += 1;
    rows = undefined;
    notifier.poke(isState);
  };
  const scopes = namespaces.length === 0 ? [undefined] : namespaces;
  const sources = kinds.flatMap((kind) =>
    scopes.map((namespace) => ({ kind, namespace, list: openSource(api, kind, namespace, intern, signal, onChange) })),
  );
  return {
    snapshot: () => {
      rows ??= sources.flatMap(({ list }) => [...list.items.values()]);
      return {
        version,
        rows,
        sources: sources.map(({ kind, namespace, list }) => ({
          kind: kind.kind,
          namespace,
          rows: list.items.size,
          ...list.status(),
        })),
      };
    },
    subscribe: notifier.subscribe,
    refresh: () => {
      for (const { list } of sources) list.refresh();
    },
    close: async () => {
      closing.abort();
      await Promise.all(sources.map(({ list }) => list.closed));
    },
  };
}

function openSource(
  api: KubeApi,
  kind: WorkloadKind,
  namespace: string | undefined,
  intern: Intern,
  signal: AbortSignal,
  onChange: (isState?: boolean) => void,
): LiveList<WorkloadRow> {
  const { group, version, resource, listKind, wire } = kind;
  return openLiveList(
    api,
    { group, version, resource, ...(namespace !== undefined && { namespace }) },
    listKind,
    (object) => toRow(kind, kind.project(object as unknown as WorkloadObject, api.cluster.name), intern),
    { signal, onChange, same: isSame, ...(wire !== undefined && { wire }) },
  );
}

type Intern = (text: string) => string;

/** One copy of each text: namespaces, images and owners repeat by the thousand. */
function createIntern(): Intern {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    known.set(text, text);
    return text;
  };
}

function toRow(kind: WorkloadKind, workload: Workload, intern: Intern): WorkloadRow {
  const { ref, counts, restartedAt, owner, images, strategy, creationTimestamp, generation, labels } = workload;
  return {
    uid: ref.uid,
    ref: { ...ref, namespace: intern(ref.namespace) },
    counts,
    phase: rolloutPhase(kind, workload),
    restartedAt,
    owner: owner && { apiVersion: intern(owner.apiVersion), kind: intern(owner.kind), name: intern(owner.name) },
    manager: managerOf(labels),
    images: images.map(intern),
    strategy: intern(strategy),
    creationTimestamp,
    generation,
  };
}

function managerOf(labels: Readonly<Record<string, string>>): WorkloadRow["manager"] {
  if (labels["kustomize.toolkit.fluxcd.io/name"] || labels["helm.toolkit.fluxcd.io/name"]) return "flux";
  if (labels["argocd.argoproj.io/instance"]) return "argocd";
  return labels["app.kubernetes.io/managed-by"] === "Helm" ? "helm" : undefined;
}

/** Most events of a rollout change a field that no row shows. */
function isSame(one: WorkloadRow, other: WorkloadRow): boolean {
  return (
    one.generation === other.generation &&
    one.restartedAt === other.restartedAt &&
    one.strategy === other.strategy &&
    one.manager === other.manager &&
    one.owner?.name === other.owner?.name &&
    one.images.length === other.images.length &&
    one.images.every((image, index) => image === other.images[index]) &&
    JSON.stringify([one.counts, one.phase]) === JSON.stringify([other.counts, other.phase])
  );
}
