import { readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { RestartError } from "../kube/error.ts";
import type { KubeconfigCluster, KubeconfigContext, KubeconfigFile, KubeconfigUser } from "./kubeconfig-entry.ts";
import { readKubeconfigFile } from "./kubeconfig-file.ts";

/** All kubeconfig files of one invocation, merged as kubectl merges them. Plain data, read once. */
export interface Kubeconfig {
  readonly contexts: readonly KubeconfigContext[];
  readonly clusters: readonly KubeconfigCluster[];
  readonly users: readonly KubeconfigUser[];
  /** `""` when no file names one. */
  readonly currentContext: string;
  /** The files that were read, in order of precedence. */
  readonly files: readonly string[];
  /** The files that were looked for, so that "there is no configuration" can say where. */
  readonly candidates: readonly string[];
}

export interface KubeconfigOptions {
  /** The values of `--kubeconfig`, in order. Each must exist; with any, `KUBECONFIG` is not looked at. */
  readonly explicitFiles?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly workingDirectory: string;
}

/**
 * Reads and merges the kubeconfig files: `--kubeconfig`, else the list in `KUBECONFIG` (missing files are skipped), else
 * `~/.kube/config`. The first file that has an entry of a name wins the whole entry; the first `current-context` wins.
 * Synchronous: nothing can be said about any cluster before it is read.
 * Throws `InvalidConfig` with file, line and one sentence.
 */
export function loadKubeconfig(options: KubeconfigOptions): Kubeconfig {
  const { source, files: candidates } = kubeconfigFiles(options);
  const files = candidates.flatMap((file) => readKubeconfig(file, source === "flag") ?? []);
  return {
    contexts: firstOfEachName(files.flatMap((file) => file.contexts)),
    clusters: firstOfEachName(files.flatMap((file) => file.clusters)),
    users: firstOfEachName(files.flatMap((file) => file.users)),
    currentContext: files.find((file) => file.currentContext !== "")?.currentContext ?? "",
    files: files.map((file) => file.file),
    candidates,
  };
}

/** The files that are looked for, absolute, in order of precedence, and what named them. */
export interface KubeconfigFiles {
  readonly source: "flag" | "environment" | "default";
  readonly files: readonly string[];
}

export function kubeconfigFiles(options: KubeconfigOptions): KubeconfigFiles {
  const { explicitFiles = [], env, homeDirectory, workingDirectory } = options;
  const absolute = (files: readonly string[]) => files.map((file) => resolve(workingDirectory, file));
  if (explicitFiles.length > 0) return { source: "flag", files: absolute(explicitFiles) };
  const list = env["KUBECONFIG"];
  if (list !== undefined && list !== "") {
    return { source: "environment", files: absolute(list.split(delimiter).filter((file) => file !== "")) };
  }
  return { source: "default", files: homeDirectory === "" ? [] : absolute([join(homeDirectory, ".kube", "config")]) };
}

/** One file; undefined when it is missing and need not be there. Throws `InvalidConfig`. */
export function readKubeconfig(file: string, required: boolean): KubeconfigFile | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (!required && code === "ENOENT") return undefined;
    throw new RestartError("InvalidConfig", `kubeconfig ${file}: ${readProblem(code)}`, { cause, detail: { file } });
  }
  return readKubeconfigFile(file, text);
}

function readProblem(code: string): string {
  switch (code) {
    case "ENOENT":
      return "no such file";
    case "EACCES":
    case "EPERM":
      return "no permission to read it";
    case "EISDIR":
      return "it is a folder, not a file";
    default:
      return `it cannot be read (${code === "" ? "unknown reason" : code})`;
  }
}

function firstOfEachName<T extends { readonly name: string }>(entries: readonly T[]): readonly T[] {
  const byName = new Map<string, T>();
  for (const entry of entries) if (!byName.has(entry.name)) byName.set(entry.name, entry);
  return [...byName.values()];
}
