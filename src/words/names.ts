import { findKind, type WorkloadRef } from "../core/index.ts";

type Named = Pick<WorkloadRef, "apiVersion" | "kind" | "name">;

/** `deployment.apps/web`, as kubectl names an object. */
export function objectName({ apiVersion, kind, name }: Named): string {
  const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
  return `${kind.toLowerCase()}${group}/${name}`;
}

/** `deployments.apps "web"`, as the API server names an object. */
export function serverName({ apiVersion, kind, name }: Named): string {
  const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
  return `${findKind(apiVersion, kind)?.resource ?? `${kind.toLowerCase()}s`}${group} "${name}"`;
}

/** `1 pod`, `3 pods`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

// A word that a POSIX shell reads as itself.
const plainWord = /^[\w@%+=:,./-]+$/;

/** A command line to copy. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (plainWord.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}
