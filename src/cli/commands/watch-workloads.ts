import {
  type Catalog,
  type CatalogSnapshot,
  type CatalogSource,
  exitCodes,
  isUnserved,
  matchesName,
  matchPatterns,
  onCluster,
  openCatalog,
  RestartError,
  type TargetSelection,
  type WorkloadKind,
  type WorkloadRow,
} from "../../core/index.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { nothingFound, searchedSentence } from "../nothing-found.ts";
import type { OpenCluster } from "../open-clusters.ts";
import { errorExitCode, errorSentence } from "../print/errors.ts";
import { createWatchPrinter, type WatchPrinter } from "../print/watched-workloads.ts";
import type { WorkloadColumns } from "../print/workloads.ts";
import { scopeOf } from "../scope.ts";
import { sortRows } from "../sort-rows.ts";

export interface WatchedWorkloads {
  readonly clusters: readonly OpenCluster[];
  readonly kinds: readonly WorkloadKind[];
  /** Undefined is everything. */
  readonly selection: TargetSelection | undefined;
  /** The kinds were named. */
  readonly asked: boolean;
  readonly columns: WorkloadColumns;
}

/** How often what was refused is asked for again, in milliseconds: somebody may have logged in. */
const retryPause = 30_000;
/** Between two looks at many clusters, in milliseconds; each tells at most ten times a second. */
const pause = 100;
/** A look at very many rows takes a while: the rest of the time is for the clusters, and for others on the machine. */
const restPerLook = 4;

/** Refuses what no watch can follow. */
export function checkWatch({ selection, format }: Invocation): void {
  if (selection.files.length > 0) throw new RestartError("Usage", "--watch follows what words name, not files");
  const [condition] = selection.conditions;
  if (condition !== undefined) {
    const why = "follows names, patterns and selectors; conditions are for a list";
    throw new RestartError("Usage", `--watch ${why}: leave out ${condition.text}`);
  }
  if (format === "json" || format === "yaml") {
    throw new RestartError("Usage", `--watch has no end, so it is no ${format} document; use -o jsonl`);
  }
}

/**
 * Shows workloads and what changes about them, until the person ends it (130), nobody reads any more (0), or every
 * cluster refuses from the start.
 */
export async function watchWorkloads(
  host: CliHost,
  invocation: Invocation,
  watched: WatchedWorkloads,
  signal: AbortSignal,
): Promise<number> {
  const printer = createWatchPrinter(host, invocation, watched.columns);
  const views = watched.clusters.map((cluster) => openView(cluster, invocation, watched));
  const bell = createBell();
  for (const { catalog } of views) catalog.subscribe(bell.ring);
  signal.addEventListener("abort", bell.ring, { once: true });
  const order = orderOf(invocation, watched);
  const nothing = nothingOnce(printer, invocation, watched);
  let retryAt = host.clock.now() + retryPause;
  try {
    while (!signal.aborted) {
      bell.listen();
      const started = host.clock.now();
      const ended = await look(printer, views, order, nothing);
      if (ended !== undefined) return ended;
      const took = host.clock.now() - started;
      const wait = Math.min(printer.nextAt(), retryAt) - host.clock.now();
      await Promise.race([bell.rung(), sleep(host, Math.max(pause, wait), bell.quiet())]);
      const rest = restPerLook * took;
      if (views.length > 1 || rest > pause) await sleep(host, Math.max(pause, rest), signal);
      if (host.clock.now() < retryAt) continue;
      retryAt = host.clock.now() + retryPause;
      for (const { catalog } of views) if (catalog.snapshot().sources.some(isRefused)) catalog.refresh();
    }
    return exitCodes.interrupted;
  } finally {
    bell.ring();
    await Promise.all(views.map(({ catalog }) => catalog.close()));
    await printer.close();
  }
}

interface View {
  readonly cluster: OpenCluster;
  readonly catalog: Catalog;
  readonly accepts: (row: WorkloadRow) => boolean;
  readonly minds: (source: CatalogSource) => boolean;
  readonly told: Set<string>;
  lost: boolean;
}

function openView(cluster: OpenCluster, invocation: Invocation, { kinds, selection, asked }: WatchedWorkloads): View {
  const { selector, fieldSelector, format } = invocation;
  const scope = scopeOf(invocation, cluster.entry);
  // One object need not be looked for among thousands.
  const [one, ...more] = selection?.items ?? [];
  const single = one !== undefined && more.length === 0 && !one.glob ? one.name : undefined;
  const fields = single === undefined ? fieldSelector : `metadata.name=${single}`;
  const catalog = openCatalog(cluster.api, {
    kinds,
    ...(scope.type === "names" && { namespaces: scope.names }),
    ...(selector !== undefined && { labelSelector: selector }),
    ...(fields !== undefined && { fieldSelector: fields }),
    detail: format !== "text" && format !== "name",
  });
  return {
    cluster,
    catalog,
    accepts: ({ ref }) =>
      (scope.type !== "matching" || scope.matches(ref.namespace)) &&
      (selection === undefined || isSelected(selection, ref)),
    minds: ({ error }) => asked || error === undefined || !isUnserved(error),
    told: new Set(),
    lost: false,
  };
}

function isSelected({ items, excludes }: TargetSelection, ref: WorkloadRow["ref"]): boolean {
  const isNamed = items.some(
    ({ type, name, glob }) =>
      type.restartable &&
      type.kind.apiVersion === ref.apiVersion &&
      type.kind.kind === ref.kind &&
      (name === undefined || (glob ? matchPatterns([name], ref.name) : name === ref.name)),
  );
  return isNamed && !excludes.some(({ predicate }) => matchesName(predicate, ref));
}

type Order = (rows: readonly WorkloadRow[]) => readonly WorkloadRow[];

/** As asked, else as the clusters and kinds were named, and then by place: a row must not jump about. */
function orderOf({ list: { sortBy } }: Invocation, { clusters, kinds }: WatchedWorkloads): Order {
  if (sortBy !== undefined) return (rows) => sortRows(rows, sortBy);
  const clusterAt = new Map(clusters.map(({ entry }, index) => [entry.name, index]));
  const kindAt = new Map(kinds.map(({ kind }, index) => [kind, index]));
  const rank = ({ ref }: WorkloadRow) => (clusterAt.get(ref.cluster) ?? 0) * kinds.length + (kindAt.get(ref.kind) ?? 0);
  return (rows) =>
    sortRows(rows, { column: "namespace", descending: false }).toSorted((one, other) => rank(one) - rank(other));
}

/** One look at everything; an exit code when there is nothing more to see. */
async function look(
  printer: WatchPrinter,
  views: readonly View[],
  order: Order,
  nothing: () => Promise<number | undefined>,
): Promise<number | undefined> {
  const snapshots = views.map((view) => ({ view, snapshot: view.catalog.snapshot() }));
  for (const { view, snapshot } of snapshots) await tellState(printer, view, snapshot);
  if (snapshots.every(({ snapshot }) => snapshot.sources.length === 0)) return exitCodes.nothingMatched;
  const settled = snapshots.filter(({ view, snapshot }) =>
    snapshot.sources.every((source) => source.state !== "loading" || !view.minds(source)),
  );
  const rows = order(snapshots.flatMap(({ view, snapshot }) => snapshot.rows.filter(view.accepts)));
  const isRead = await printer.show(rows, new Set(settled.map(({ view }) => view.cluster.entry.name)));
  if (!isRead) return exitCodes.healthy;
  const sources = snapshots.flatMap(({ view, snapshot }) => snapshot.sources.filter(view.minds));
  const everHeard = sources.some(({ heardAt, state }) => heardAt !== undefined || !isRefusedState(state));
  const isEmpty = rows.length === 0 && settled.length === views.length;
  if (everHeard) return isEmpty ? nothing() : undefined;
  return Math.max(...sources.map(({ error }) => (error === undefined ? exitCodes.unexpected : errorExitCode(error))));
}

/** Says once that there is nothing, which may change; a name that is not there is a mistake, and the end. */
function nothingOnce(
  printer: WatchPrinter,
  invocation: Invocation,
  { clusters, selection }: WatchedWorkloads,
): () => Promise<number | undefined> {
  let told = false;
  return async () => {
    if (told) return undefined;
    told = true;
    const { error, searched } = nothingFound(
      clusters.map(({ entry }) => entry),
      invocation,
      selection,
      0,
    );
    await printer.note(errorSentence(error));
    if (searched !== undefined) await printer.note(searchedSentence(searched));
    const isNamed = selection?.items.some(({ name, glob }) => name !== undefined && !glob);
    return isNamed ? exitCodes.nothingMatched : undefined;
  };
}

/** Says once what a cluster refuses, when it is lost, and when it is back. */
async function tellState(printer: WatchPrinter, view: View, { sources }: CatalogSnapshot): Promise<void> {
  const { entry } = view.cluster;
  // A kind that the cluster has not got is no source at all.
  if (sources.length === 0 && !view.told.has("")) {
    view.told.add("");
    await printer.note(`error: ${entry.name} serves none of the kinds that were asked for`);
  }
  for (const source of sources) {
    const { kind, namespace, error } = source;
    const key = `${kind}/${namespace ?? ""}`;
    if (!isRefused(source) || error === undefined || !view.minds(source)) {
      if (source.state === "live") view.told.delete(key);
      continue;
    }
    if (view.told.has(key)) continue;
    view.told.add(key);
    // A list looks namespace by namespace then; so many watches are nobody's wish.
    const advice = source.state === "forbidden" && namespace === undefined ? "; name the namespaces with -n" : "";
    await printer.note(`error: ${errorSentence(onCluster(error, entry.name))}${advice}`);
  }
  const lost = sources.find(({ state }) => state === "lost");
  if (lost?.error !== undefined && !view.lost) {
    await printer.note(`warning: ${entry.name} does not answer: ${errorSentence(lost.error)}; waiting for it`);
  }
  if (lost === undefined && view.lost) await printer.note(`${entry.name} answers again`);
  view.lost = lost !== undefined;
}

function isRefused({ state }: CatalogSource): boolean {
  return isRefusedState(state);
}

function isRefusedState(state: CatalogSource["state"]): boolean {
  return state === "forbidden" || state === "auth-needed" || state === "failed";
}

/** A sleep that an abort ends quietly. */
function sleep({ clock }: CliHost, milliseconds: number, signal: AbortSignal): Promise<void> {
  return clock.sleep(milliseconds, signal).catch(() => undefined);
}

interface Bell {
  readonly ring: () => void;
  /** From here on a ring is heard. */
  readonly listen: () => void;
  readonly rung: () => Promise<void>;
  /** Aborted by the ring. */
  readonly quiet: () => AbortSignal;
}

function createBell(): Bell {
  let stop = new AbortController();
  return {
    ring: () => stop.abort(),
    listen: () => {
      stop = new AbortController();
    },
    rung: () =>
      new Promise((resolve) => {
        if (stop.signal.aborted) resolve();
        else stop.signal.addEventListener("abort", () => resolve(), { once: true });
      }),
    quiet: () => stop.signal,
  };
}
