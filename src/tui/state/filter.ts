import { matches, type Predicate, parseFilter } from "../../core/index.ts";
import type { ListEntry } from "./list-entry.ts";

/** One word of a filter. */
type Term = (entry: ListEntry) => boolean;

/**
 * Reads a filter: every word has to occur in cluster, namespace, name, kind or image; `!word` must not; `kind:dp`,
 * `ns:shop`, `cluster:prod`, `owner:flux` look for a part of one field. Besides there is the grammar of `--filter`, as far as
 * a row of the list can tell: `web-*`, `^web`, `image:nginx:1.*`, `is:not-ready`, `ready<desired`. An unfinished word
 * filters nothing.
 */
export function readFilter(text: string): (entry: ListEntry) => boolean {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean).map(readTerm);
  if (terms.length === 0) return () => true;
  return (entry) => terms.every((term) => term(entry));
}

function readTerm(word: string): Term {
  if (word.startsWith("!")) {
    const rest = word.slice(1);
    if (rest === "") return () => true;
    const term = readTerm(rest);
    return (entry) => !term(entry);
  }
  const [, field = "", value = ""] = /^(kind|ns|cluster|owner):(.*)$/.exec(word) ?? [];
  if (field !== "") return (entry) => entry.fields[field as keyof ListEntry["fields"]].includes(value);
  // A key or a comparison whose value is still to come.
  if (/^[a-z-]+(:|[<>=]=?|!=)$/.test(word)) return () => true;
  const predicate = /[*?^:<>=]/.test(word) ? readPredicate(word) : undefined;
  if (predicate !== undefined) return (entry) => matches(predicate, subjectOf(entry));
  return (entry) => entry.haystack.includes(word);
}

/** The condition that a word of `--filter` is; undefined for a text, and for what a row does not know. */
function readPredicate(word: string): Predicate | undefined {
  try {
    const predicates = parseFilter(word).map(({ predicate }) => predicate);
    return predicates.every(isKnown) ? predicates[0] : undefined;
  } catch {
    // Nobody has finished it yet, or it is a text.
    return undefined;
  }
}

function isKnown(predicate: Predicate): boolean {
  switch (predicate.type) {
    case "not":
      return isKnown(predicate.predicate);
    case "any":
    case "all":
      return predicate.predicates.every(isKnown);
    case "is":
      return predicate.state !== "stale";
    default:
      return ["kind", "name", "word", "image", "strategy", "count"].includes(predicate.type);
  }
}

function subjectOf({ row }: ListEntry): Parameters<typeof matches>[1] {
  return {
    workload: { ...row, labels: {}, paused: row.phase.phase === "paused" },
    annotations: {},
    images: row.images,
    references: [],
    now: Number.NaN,
    pods: [],
    stale: false,
  };
}

/** Filters; while a plain word grows, only what it already found is looked at again. */
export function applyFilter(
  entries: readonly ListEntry[],
  text: string,
  before: { readonly text: string; readonly entries: readonly ListEntry[] } | undefined,
): readonly ListEntry[] {
  if (text.trim() === "") return entries;
  const narrows =
    before !== undefined && before.text !== "" && text.startsWith(before.text) && /^[\w\s.-]*$/.test(text);
  return (narrows ? before.entries : entries).filter(readFilter(text));
}
