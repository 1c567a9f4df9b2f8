import {
  kindsNamed,
  parseExclude,
  parseTargets,
  RestartError,
  type TargetSelection,
  toRestartError,
  workloadKinds,
} from "../core/index.ts";
import { commandLine, listed } from "../words/names.ts";
import type { Invocation } from "./arguments.ts";
import type { CliHost } from "./cli-host.ts";
import { checkSelection, withExcludes } from "./find-targets.ts";
import { openClusters } from "./open-clusters.ts";
import { readFiles } from "./read-manifests.ts";
import { scopeOf } from "./scope.ts";
import { isSelective } from "./selection-flags.ts";

/** What was asked for, and the invocation with the contexts that files name. */
export interface ReadTargets {
  readonly selection: TargetSelection;
  /** Every kind was meant: one that a cluster does not serve is none of it. */
  readonly everyKind?: boolean;
  readonly invocation: Invocation;
}

/** Reads the targets, from words or files, and checks that they can be meant so. Rejects with `Usage`. */
export async function readSelection(host: CliHost, invocation: Invocation, signal: AbortSignal): Promise<ReadTargets> {
  if (invocation.selection.files.length > 0) return readFromFiles(host, invocation);
  const selection = await readWords(host, invocation, signal);
  checkSelection(selection, invocation);
  return { selection, invocation };
}

/**
 * Reads the targets of a plan: as for a restart, but where to look is enough (`-A`, `-n`, a condition), since nothing is
 * changed.
 */
export async function readPlanned(host: CliHost, invocation: Invocation, signal: AbortSignal): Promise<ReadTargets> {
  const { words, selection, allNamespaces, namespaces, selector, fieldSelector } = invocation;
  const named = words.some((word) => !word.startsWith("^")) || selection.files.length > 0;
  const placed = allNamespaces || namespaces.length > 0 || selector !== undefined || fieldSelector !== undefined;
  if (named || (!placed && !isSelective(selection))) return readSelection(host, invocation, signal);
  const read = await readSelection(host, { ...invocation, words: [everything(), ...words] }, signal);
  return { ...read, everyKind: true };
}

/** What a list is of; without a selection it is everything, of every kind that the cluster has. */
export interface ReadListing {
  readonly selection: TargetSelection | undefined;
  /** The kinds were named: one that the cluster does not serve is missed. */
  readonly asked: boolean;
  readonly invocation: Invocation;
}

/** Reads the targets of a list, where a kind need not be named. Rejects like `readSelection`. */
export async function readListing(host: CliHost, invocation: Invocation): Promise<ReadListing> {
  if (invocation.selection.files.length > 0) return { ...(await readFromFiles(host, invocation)), asked: true };
  const asked = invocation.words.some((word) => !word.startsWith("^"));
  if (!asked && invocation.words.length === 0 && !isSelective(invocation.selection)) {
    return { selection: undefined, asked, invocation };
  }
  const words = asked ? invocation.words : [everything(), ...invocation.words];
  const selection = withExcludes(parseTargets(words), invocation);
  checkSelection(selection, invocation);
  return { selection, asked, invocation };
}

function everything(): string {
  return workloadKinds.map(({ resource, group }) => `${resource}.${group}`).join(",");
}

async function readFromFiles(host: CliHost, invocation: Invocation): Promise<ReadTargets> {
  if (invocation.words.some((word) => !word.startsWith("^"))) {
    throw new RestartError("Usage", "resource/name arguments cannot be provided when a path is specified");
  }
  const excludes = invocation.words.map((word) => parseExclude(word.slice(1)));
  if (invocation.fieldSelector !== undefined) {
    throw new RestartError("Usage", "--field-selector is for lists: the workloads of files are named");
  }
  const { selection, contexts } = await readFiles(host, invocation);
  return {
    selection: { ...selection, excludes: [...excludes, ...selection.excludes] },
    invocation: { ...invocation, contexts },
  };
}

/** A bare name asks the cluster which kinds have it, for a better refusal. */
async function readWords(host: CliHost, invocation: Invocation, signal: AbortSignal): Promise<TargetSelection> {
  try {
    return withExcludes(parseTargets(invocation.words), invocation);
  } catch (caught) {
    const error = toRestartError(caught);
    const [word = ""] = invocation.words;
    if (error.detail["alone"] !== "true") throw error;
    const kinds = await kindsWithName(host, invocation, word, signal);
    if (kinds.length === 0) throw error;
    throw new RestartError(
      "Usage",
      `"${word}" is a name without a kind; there is ${listed(kinds.map((kind) => `${kind}/${word}`))}`,
      { cause: error },
    );
  }
}

async function kindsWithName(
  host: CliHost,
  invocation: Invocation,
  name: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const [cluster] = await openClusters(host, invocation);
    if (cluster === undefined) return [];
    const scope = scopeOf(invocation, cluster.entry);
    if (scope.type !== "names") return [];
    const found = await Promise.all(scope.names.map((namespace) => kindsNamed(cluster.api, namespace, name, signal)));
    return [...new Set(found.flat().map(({ singular }) => singular))];
  } catch (error) {
    if (signal.aborted) throw error;
    // The words are wrong whatever the cluster says; its absence is not the news.
    return [];
  }
}

/** kubectl reads `deploy web sts db` as four deployments; so is it read here, and said. */
export async function warnOfSuspicion({ streams }: CliHost, { items, suspicious }: TargetSelection): Promise<void> {
  if (suspicious.length === 0) return;
  const kind = items[0]?.type.kind.kind.toLowerCase() ?? "";
  const names = items.map(({ name }) => name ?? "");
  const meant: string[] = [];
  let current = kind;
  for (const name of names) {
    if (suspicious.includes(name)) current = name;
    else meant.push(`${current}/${name}`);
  }
  await streams.err(
    `warning: ${listed(suspicious)} ${suspicious.length === 1 ? "is" : "are"} read as the name of a ${kind}; if kinds were meant: ${commandLine(["restart", ...meant])}\n`,
  );
}
