import type { Tags } from "yaml";
import { isAlias, isCollection, isNode, LineCounter, parseAllDocuments } from "yaml";
import { RestartError } from "../kube/error.ts";

/** Where a value stands, as the keys and indexes that lead to it. */
export type ValuePath = readonly (string | number)[];

/** A parsed kubeconfig file: its value, and a way to say where in the file something is wrong. */
export interface KubeconfigDocument {
  readonly file: string;
  readonly value: unknown;
  /** The line (from 1) of the value at `path`, or of its nearest ancestor that is in the file. */
  readonly lineOf: (path: ValuePath) => number;
}

/** An `InvalidConfig` that names file and line first, so that a terminal can jump there. Never holds a value. */
export function invalidKubeconfig(file: string, line: number | undefined, problem: string): RestartError {
  const place = line === undefined ? file : `${file}:${line}`;
  return new RestartError("InvalidConfig", `${place}: ${problem}`, {
    detail: { file, problem, ...(line !== undefined && { line: String(line) }) },
  });
}

/**
 * Parses the YAML or JSON of one kubeconfig file the way kubectl does: YAML 1.1 words for booleans, timestamps and
 * `10:30` as text, a repeated key takes its last value, only the first document counts (all measured with kubectl 1.36).
 * Throws `InvalidConfig` with file and line.
 */
export function parseKubeconfigDocument(file: string, text: string): KubeconfigDocument {
  const lineCounter = new LineCounter();
  const [document] = parseAllDocuments(text, {
    version: "1.1",
    prettyErrors: false,
    uniqueKeys: false,
    lineCounter,
    customTags: withoutTimes,
  });
  if (document === undefined || !("contents" in document)) return { file, value: null, lineOf: () => 1 };
  const lineAt = (offset: number): number => Math.max(1, lineCounter.linePos(offset).line);
  const [error] = document.errors;
  if (error !== undefined) {
    throw invalidKubeconfig(file, lineAt(error.pos[0]), `this is not valid YAML: ${withoutQuotedText(error.message)}`);
  }
  const lineOf = (path: ValuePath): number => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lineAt(node.range[0]);
    }
    return 1;
  };
  try {
    return { file, value: document.toJS(), lineOf };
  } catch (cause) {
    // An alias without its anchor, or aliases that multiply without end.
    throw invalidKubeconfig(
      file,
      aliasLine(document.contents, lineAt),
      `this is not valid YAML: ${aliasProblem(cause)}`,
    );
  }
}

/** Tags that leave times and `10:30` as text. */
export function withoutTimes(tags: Tags): Tags {
  return tags.filter((tag) => {
    if (typeof tag === "string") return true;
    return !tag.tag.endsWith(":timestamp") && !("format" in tag && tag.format === "TIME");
  });
}

// The parser quotes what it stumbled over, and in a kubeconfig that may be a token.
export function withoutQuotedText(message: string): string {
  const cut = message.replace(/: ["'][\s\S]*$/u, "").replace(/[\s.]+$/u, "");
  return cut.charAt(0).toLowerCase() + cut.slice(1);
}

function aliasProblem(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : "";
  return message.includes("Excessive") ? "too many aliases" : "an alias has no anchor before it";
}

function aliasLine(node: unknown, lineAt: (offset: number) => number): number | undefined {
  if (isAlias(node)) return node.range ? lineAt(node.range[0]) : undefined;
  if (!isCollection(node)) return undefined;
  for (const item of node.items) {
    const inner = isNode(item) ? aliasLine(item, lineAt) : aliasLine(pairValue(item), lineAt);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function pairValue(item: unknown): unknown {
  return typeof item === "object" && item !== null && "value" in item ? item.value : undefined;
}
