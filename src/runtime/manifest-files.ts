import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ManifestEntry } from "../core/index.ts";
import { RestartError } from "../kube/error.ts";
import { parseManifests } from "./parse-manifests.ts";

export interface ManifestFilesOptions {
  /** Files, folders, and `-` for standard input. */
  readonly paths: readonly string[];
  /** Folders inside of folders, too. */
  readonly recursive: boolean;
  readonly workingDirectory: string;
  /** Reads standard input to its end. */
  readonly stdin: () => Promise<string>;
}

// kubectl's (cli-runtime pkg/resource/builder.go).
const extensions = [".json", ".yaml", ".yml"];

/**
 * Reads what files name, in the order given and, in a folder, by name. A file that holds something else is an entry of
 * its own; a path that is not there, or a folder without a manifest, rejects with `Usage` in kubectl's words.
 */
export async function readManifestFiles(options: ManifestFilesOptions): Promise<readonly ManifestEntry[]> {
  const entries: ManifestEntry[] = [];
  for (const path of options.paths) {
    if (path === "-") {
      entries.push(...parseManifests("-", await options.stdin()));
      continue;
    }
    for (const file of await filesOf(path, options)) entries.push(...(await readOne(file, options)));
  }
  return entries;
}

async function filesOf(path: string, options: ManifestFilesOptions): Promise<readonly string[]> {
  if (/^https?:\/\//.test(path)) {
    throw new RestartError("Usage", "--filename takes files, folders and -; nothing is fetched from an address");
  }
  const found = await stat(resolve(options.workingDirectory, path)).catch((error: unknown) => {
    throw new RestartError("Usage", `the path "${path}" ${isMissing(error) ? "does not exist" : "cannot be read"}`, {
      cause: error,
    });
  });
  if (!found.isDirectory()) return [path];
  const files = await filesIn(path, options);
  if (files.length > 0) return files;
  throw new RestartError("Usage", `error reading [${path}]: recognized file extensions are [${extensions.join(" ")}]`);
}

async function filesIn(folder: string, options: ManifestFilesOptions): Promise<readonly string[]> {
  const entries: readonly Dirent[] = await readdir(resolve(options.workingDirectory, folder), {
    withFileTypes: true,
  }).catch((error: unknown) => {
    throw new RestartError("Usage", `the path "${folder}" cannot be read`, { cause: error });
  });
  const sorted = entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const found = await Promise.all(
    sorted.map(async (entry): Promise<readonly string[]> => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return options.recursive ? await filesIn(path, options) : [];
      return extensions.some((extension) => entry.name.endsWith(extension)) ? [path] : [];
    }),
  );
  return found.flat();
}

async function readOne(file: string, { workingDirectory }: ManifestFilesOptions): Promise<readonly ManifestEntry[]> {
  try {
    return parseManifests(file, await readFile(resolve(workingDirectory, file), "utf8"));
  } catch {
    return [{ type: "unreadable", file, line: 1, problem: "the file cannot be read" }];
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
