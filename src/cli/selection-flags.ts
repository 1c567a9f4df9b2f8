import { type Condition, parseExclude, RestartError } from "../core/index.ts";

/** The flags that say which of the named workloads are meant, read. */
export interface SelectionFlags {
  /** What is left out, as `^` does. */
  readonly excludes: readonly Condition[];
  /** Files, folders, and `-` for standard input, that name the workloads. */
  readonly files: readonly string[];
  readonly recursive: boolean;
  readonly skipInvalid: boolean;
}

/** Reads the flags of a selection; rejects with `Usage`, with the place of a mistake in an expression. */
export function readSelectionFlags(
  several: (name: string) => readonly string[],
  isOn: (name: string) => boolean,
): SelectionFlags {
  return {
    excludes: several("exclude").map((text) => of("--exclude", () => parseExclude(text.replace(/^\^/, "")))),
    files: several("filename"),
    recursive: isOn("recursive"),
    skipInvalid: isOn("skipInvalid"),
  };
}

/** Whether any of the flags was given. */
export function isSelective({ excludes, files }: SelectionFlags): boolean {
  return excludes.length > 0 || files.length > 0;
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
