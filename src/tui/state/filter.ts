import type { ListEntry } from "./list-entry.ts";

/** One word of a filter. */
type Term = (entry: ListEntry) => boolean;

/**
 * Reads a filter: every word has to occur in cluster, namespace, name, kind or image; `!word` must not; `kind:dp`,
 * `ns:shop`, `cluster:prod`, `owner:flux` look at one field; `ready<3` compares pods. An unfinished word filters nothing.
 */
export function readFilter(text: string): (entry: ListEntry) => boolean {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean).map(readTerm);
  if (terms.length === 0) return () => true;
  return (entry) => terms.every((term) => term(entry));
}

const comparison = /^ready(<|<=|>|>=|=)(\d+)$/;

function readTerm(word: string): Term {
  if (word.startsWith("!")) {
    const rest = word.slice(1);
    if (rest === "") return () => true;
    const term = readTerm(rest);
    return (entry) => !term(entry);
  }
  const [, field = "", value = ""] = /^(kind|ns|cluster|owner):(.*)$/.exec(word) ?? [];
  if (field !== "") return (entry) => entry.fields[field as keyof ListEntry["fields"]].includes(value);
  const [, operator = "", number = ""] = comparison.exec(word) ?? [];
  if (operator !== "") {
    const wanted = Number(number);
    return ({ row }) => compare(row.counts.ready, operator, wanted);
  }
  return (entry) => entry.haystack.includes(word);
}

function compare(value: number, operator: string, wanted: number): boolean {
  if (operator === "<") return value < wanted;
  if (operator === "<=") return value <= wanted;
  if (operator === ">") return value > wanted;
  return operator === ">=" ? value >= wanted : value === wanted;
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
