import {
  type Condition,
  type FilterKey,
  type Predicate,
  parseCondition,
  parseExclude,
  parseFilter,
  RestartError,
} from "../core/index.ts";

/** The flags that say which of the named workloads are meant, read. */
export interface SelectionFlags {
  /** What has to hold of each, all of it. */
  readonly conditions: readonly Condition[];
  /** What is left out, as `^` does. */
  readonly excludes: readonly Condition[];
  /** Files, folders, and `-` for standard input, that name the workloads. */
  readonly files: readonly string[];
  readonly recursive: boolean;
  readonly skipInvalid: boolean;
}

/** Flags that stand for one key of a filter. */
const keyed: readonly (readonly [flag: FilterKey, option: string])[] = [
  ["older-than", "olderThan"],
  ["image", "image"],
  ["uses", "uses"],
  ["restarted-before", "restartedBefore"],
  ["owner", "owner"],
];

/** Flags that stand for a word of a filter. */
const worded: readonly (readonly [flag: string, option: string, predicate: Predicate])[] = [
  ["stale", "stale", { type: "is", state: "stale" }],
  ["not-ready", "notReady", { type: "is", state: "not-ready" }],
];

/** Reads the flags of a selection; rejects with `Usage`, with the place of a mistake in an expression. */
export function readSelectionFlags(
  several: (name: string) => readonly string[],
  isOn: (name: string) => boolean,
): SelectionFlags {
  return {
    conditions: [
      ...several("filter").flatMap((text) => of("--filter", () => parseFilter(text))),
      ...keyed.flatMap(([flag, option]) => keyCondition(flag, several(option))),
      ...worded.flatMap(([flag, option, predicate]) => (isOn(option) ? [{ text: `--${flag}`, predicate }] : [])),
    ],
    excludes: several("exclude").map((text) => of("--exclude", () => parseExclude(text.replace(/^\^/, "")))),
    files: several("filename"),
    recursive: isOn("recursive"),
    skipInvalid: isOn("skipInvalid"),
  };
}

/** Whether any of the flags was given. */
export function isSelective({ conditions, excludes, files }: SelectionFlags): boolean {
  return conditions.length > 0 || excludes.length > 0 || files.length > 0;
}

/** A flag that is given twice takes what either takes, as `-n` and `--context` do. */
function keyCondition(flag: FilterKey, values: readonly string[]): readonly Condition[] {
  if (values.length === 0) return [];
  const predicates = values.map((value) => of(`--${flag}`, () => parseCondition(flag, value)));
  return [{ text: `--${flag} ${values.join(" or ")}`, predicate: { type: "any", predicates } }];
}

/** Reads an expression; a mistake in it carries the text, so that its place can be shown. */
export function showing(expression: string, read: (text: string) => unknown): void {
  try {
    read(expression);
  } catch (caught) {
    if (!(caught instanceof RestartError)) throw caught;
    throw new RestartError(caught.reason, caught.message, { cause: caught, detail: { ...caught.detail, expression } });
  }
}

/** Names the flag in what is wrong with its value. */
function of<T>(flag: string, read: () => T): T {
  try {
    return read();
  } catch (caught) {
    if (!(caught instanceof RestartError)) throw caught;
    throw new RestartError(caught.reason, `${flag}: ${caught.message}`, { cause: caught, detail: caught.detail });
  }
}
