import { LineCounter, parseAllDocuments } from "yaml";
import type { ManifestEntry } from "../core/index.ts";
import { withoutQuotedText, withoutTimes } from "./kubeconfig-document.ts";

/**
 * Splits the text of a file into what it names: the documents of YAML or JSON, or lines of `[context] namespace/kind/name`
 * (what is behind `#` left out). The first line that says something tells which of the two it is.
 */
export function parseManifests(file: string, text: string): readonly ManifestEntry[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const told = lines.map((line) => line.replace(/(^|\s)#.*$/, "").trim());
  const first = told.find((line) => line !== "");
  if (first === undefined) return [];
  if (isLine(first)) {
    return told.flatMap((line, index) =>
      line === "" ? [] : [{ type: "line" as const, file, line: index + 1, text: line }],
    );
  }
  return parseJson(file, text) ?? parseYaml(file, text);
}

/** No key of YAML, no bracket of JSON, and a slash in its last word. */
function isLine(text: string): boolean {
  return /^(\S+\s+)?[^\s/]+(\/[^\s/]+){1,2}$/.test(text) && !/^[[{"'&!-]|:$|:\s/.test(text);
}

/** Much faster than YAML for what a cluster wrote; undefined for anything else. */
function parseJson(file: string, text: string): readonly ManifestEntry[] | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return [{ type: "object", file, line: 1, content: JSON.parse(text) }];
  } catch {
    return undefined;
  }
}

function parseYaml(file: string, text: string): readonly ManifestEntry[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {
    // As kubectl reads it, see kubeconfig-document.ts.
    version: "1.1",
    prettyErrors: false,
    uniqueKeys: false,
    lineCounter,
    customTags: withoutTimes,
  });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document): readonly ManifestEntry[] => {
    const lineAt = (offset: number): number => Math.max(1, lineCounter.linePos(offset).line);
    const line = lineAt(document.contents?.range?.[0] ?? document.range[0]);
    const [error] = document.errors;
    if (error !== undefined) {
      const problem = `this is not valid YAML: ${withoutValues(error.message)}`;
      return [{ type: "unreadable", file, line: lineAt(error.pos[0]), problem }];
    }
    // A separator with nothing behind it.
    if (document.contents === null) return [];
    try {
      const content: unknown = document.toJS();
      return content === null ? [] : [{ type: "object", file, line, content }];
    } catch {
      return [
        { type: "unreadable", file, line, problem: "this is not valid YAML: an alias leads nowhere, or too far" },
      ];
    }
  });
}

/** The parser's messages quote tags, and texts behind a colon; in a manifest either may be a secret. */
function withoutValues(message: string): string {
  return withoutQuotedText(message)
    .replace(/:[\s\S]*$/u, "")
    .replace(/![^\s]+/gu, "!…");
}
