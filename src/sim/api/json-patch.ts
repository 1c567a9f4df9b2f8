import { isJsonObject, jsonEqual } from "../object.ts";

type Edit = (container: unknown, key: string) => unknown;

const refused = Symbol("refused");

/** RFC 6902. Undefined when an operation cannot be done: the API server does not say which. */
export function jsonPatch(target: unknown, operations: readonly unknown[]): unknown {
  let document: unknown = target;
  for (const operation of operations) {
    document = applyOperation(document, operation);
    if (document === refused) return undefined;
  }
  return document;
}

function applyOperation(document: unknown, operation: unknown): unknown {
  if (!isJsonObject(operation)) return refused;
  const path = parsePointer(operation["path"]);
  if (path === undefined) return refused;
  switch (operation["op"]) {
    case "add":
      return edit(document, path, insert(operation["value"]));
    case "replace":
      return read(document, path) === refused ? refused : edit(document, path, assign(operation["value"]));
    case "remove":
      return edit(document, path, take);
    case "test": {
      const found = read(document, path);
      return found !== refused && jsonEqual(found, operation["value"]) ? document : refused;
    }
    case "move":
    case "copy": {
      const from = parsePointer(operation["from"]);
      const value = from === undefined ? refused : read(document, from);
      if (from === undefined || value === refused) return refused;
      const rest = operation["op"] === "move" ? edit(document, from, take) : document;
      return edit(rest, path, insert(value));
    }
    default:
      return refused;
  }
}

function parsePointer(pointer: unknown): readonly string[] | undefined {
  if (pointer === "") return [];
  if (typeof pointer !== "string" || !pointer.startsWith("/")) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function read(document: unknown, path: readonly string[]): unknown {
  let found = document;
  for (const key of path) {
    if (Array.isArray(found)) found = isIndex(key, found.length - 1) ? found[Number(key)] : refused;
    else if (isJsonObject(found) && key in found) found = found[key];
    else return refused;
  }
  return found;
}

/** A copy of the document in which the container that holds the last key was edited. */
function edit(document: unknown, path: readonly string[], change: Edit): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(undefined, "");
  if (rest.length === 0) return change(document, key);
  const child = edit(read(document, [key]), rest, change);
  if (child === refused) return refused;
  return assign(child)(document, key);
}

function assign(value: unknown): Edit {
  return (container, key) => {
    if (container === undefined) return value;
    if (Array.isArray(container))
      return isIndex(key, container.length - 1) ? container.with(Number(key), value) : refused;
    return isJsonObject(container) ? { ...container, [key]: value } : refused;
  };
}

function insert(value: unknown): Edit {
  return (container, key) => {
    if (!Array.isArray(container)) return assign(value)(container, key);
    if (key === "-") return [...container, value];
    return isIndex(key, container.length) ? container.toSpliced(Number(key), 0, value) : refused;
  };
}

function take(container: unknown, key: string): unknown {
  if (Array.isArray(container))
    return isIndex(key, container.length - 1) ? container.toSpliced(Number(key), 1) : refused;
  if (!isJsonObject(container) || !(key in container)) return refused;
  return Object.fromEntries(Object.entries(container).filter(([name]) => name !== key));
}

function isIndex(key: string, last: number): boolean {
  return /^(0|[1-9]\d*)$/.test(key) && Number(key) <= last;
}
