import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import type { FolderFacts } from "../core/index.ts";

/** Whether something could be written at a path; nothing is. */
export function inspectFolder(path: string): FolderFacts {
  let nearest = path;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  return { path, exists: nearest === path, writable: isWritable(nearest) };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
