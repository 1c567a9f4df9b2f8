import { findKind, type WorkloadRow } from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";

/** A row with what sorting, filtering and drawing look at again and again. */
export interface ListEntry {
  /** Of the row wherever it is kept: cluster and uid. */
  readonly key: string;
  readonly row: WorkloadRow;
  /** `dp`, `sts`, `ds`. */
  readonly kind: string;
  readonly haystack: string;
  /** Namespace, name, kind and cluster: equal for no two rows. */
  readonly order: string;
  readonly fields: Readonly<Record<"kind" | "ns" | "cluster" | "owner", string>>;
}

const made = new WeakMap<WorkloadRow, ListEntry>();

/** The entry of a row; made once, as long as the row lives. */
export function entryOf(raw: WorkloadRow): ListEntry {
  const known = made.get(raw);
  if (known !== undefined) return known;
  const row = isClean(raw) ? raw : cleaned(raw);
  const { ref } = row;
  const kind = kindLabel(ref.apiVersion, ref.kind);
  const owner = ownerLabel(row);
  const entry: ListEntry = {
    key: rowKey(ref),
    row,
    kind,
    haystack: `${ref.cluster} ${ref.namespace}/${ref.name} ${kind} ${row.images.join(" ")}`.toLowerCase(),
    order: [ref.namespace, ref.name, ref.kind, ref.cluster].join("\u0000"),
    fields: {
      kind: `${kind} ${ref.kind}`.toLowerCase(),
      ns: ref.namespace.toLowerCase(),
      cluster: ref.cluster.toLowerCase(),
      owner: owner.toLowerCase(),
    },
  };
  made.set(raw, entry);
  return entry;
}

/** Nearly every row is; a copy of each would take as much memory as the rows themselves. */
function isClean({ ref, owner, images, strategy, restartedAt = "", creationTimestamp, uid }: WorkloadRow): boolean {
  const texts = [
    ...Object.values(ref),
    ...Object.values(owner ?? {}),
    ...images,
    strategy,
    restartedAt,
    creationTimestamp,
    uid,
  ];
  const text = texts.filter((each) => each !== "").join(" ");
  return cleaned(text) === text;
}

export function rowKey({ cluster, uid = "" }: { readonly cluster: string; readonly uid?: string }): string {
  return `${cluster}/${uid}`;
}

/** What deploys or owns it, in a word; `-` when nobody says so. */
export function ownerLabel({ manager, owner }: WorkloadRow): string {
  return manager ?? owner?.kind.toLowerCase() ?? "-";
}

const labels: Readonly<Record<string, string>> = { Deployment: "dp", StatefulSet: "sts", DaemonSet: "ds" };

/** A kind in the two or three letters of its column. */
export function kindLabel(apiVersion: string, kind: string): string {
  return labels[kind] ?? findKind(apiVersion, kind)?.shortNames[0] ?? kind.toLowerCase();
}
