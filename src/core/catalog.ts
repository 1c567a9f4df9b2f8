import type { KubeApi } from "../kube/cluster.ts";
import { workloadKinds } from "./kinds/index.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import { type LiveList, openLiveList, type SourceStatus } from "./live-list.ts";
import { createNotifier } from "./notifier.ts";
import { isUnserved, readRefusal } from "./unserved.ts";
import type { WorkloadObject } from "./workload.ts";
import { type Intern, type WorkloadRow, workloadRow } from "./workload-row.ts";

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
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Rows say who restarted them last; the first list costs more bytes for it. */
  readonly detail?: boolean;
}

type Selection = Pick<CatalogOptions, "labelSelector" | "fieldSelector" | "detail">;

/** Milliseconds between two notifications. */
export const notifyInterval = 100;

/** Opens a live view; rows arrive with the first notification. It never rejects: trouble is a source's state. */
export function openCatalog(api: KubeApi, options: CatalogOptions = {}): Catalog {
  const { kinds = workloadKinds, namespaces = [], ...selection } = options;
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
    scopes.map((namespace) => ({
      kind,
      namespace,
      list: openSource(api, kind, namespace, selection, intern, signal, onChange),
    })),
  );
  return {
    snapshot: () => {
      rows ??= sources.flatMap(({ list }) => [...list.items.values()]);
      return {
        version,
        rows,
        // Nobody misses what the cluster does not serve.
        sources: sources
          .filter(({ list }) => !isMissing(list))
          .map(({ kind, namespace, list }) => ({
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

function isMissing(list: LiveList<WorkloadRow>): boolean {
  const { error } = list.status();
  return error !== undefined && isUnserved(error);
}

function openSource(
  api: KubeApi,
  kind: WorkloadKind,
  namespace: string | undefined,
  selection: Selection,
  intern: Intern,
  signal: AbortSignal,
  onChange: (isState?: boolean) => void,
): LiveList<WorkloadRow> {
  const { group, version, resource, listKind, wire } = kind;
  return openLiveList(
    api,
    { group, version, resource, ...(namespace !== undefined && { namespace }) },
    listKind,
    (object) => workloadRow(kind, kind.project(object as unknown as WorkloadObject, api.cluster.name), intern),
    {
      ...selection,
      signal,
      onChange,
      same: isSame,
      readRefusal: (error) => readRefusal(api, kind, error, signal),
      ...(wire !== undefined && { wire }),
    },
  );
}

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

/** Most events of a rollout change a field that no row shows. */
function isSame(one: WorkloadRow, other: WorkloadRow): boolean {
  return (
    one.generation === other.generation &&
    one.restartedAt === other.restartedAt &&
    one.restartedBy === other.restartedBy &&
    one.strategy === other.strategy &&
    one.manager === other.manager &&
    one.owner?.name === other.owner?.name &&
    one.images.length === other.images.length &&
    one.images.every((image, index) => image === other.images[index]) &&
    JSON.stringify([one.counts, one.phase]) === JSON.stringify([other.counts, other.phase])
  );
}
