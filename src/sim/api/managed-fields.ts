import { isJsonObject, type JsonObject, jsonEqual, type ManagedFields } from "../object.ts";
import { type FieldType, fieldsOf } from "./schema.ts";

/** Who writes, and how the entry is to be labelled. */
export interface FieldWriter {
  readonly manager: string;
  readonly apiVersion: string;
  readonly time: string;
  readonly subresource?: string;
}

type Paths = Map<string, unknown>;

const separator = "\u0001";
const unmanaged = new Set([
  ...["name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp"],
  ...["deletionGracePeriodSeconds", "managedFields", "selfLink"],
]);

/**
 * The `managedFields` after a write: what changed belongs to the writer alone; what is gone belongs to nobody; entries that
 * own nothing disappear.
 */
export function manageFields(
  type: string,
  object: JsonObject,
  previous: JsonObject | undefined,
  present: readonly ManagedFields[],
  writer: FieldWriter,
): readonly ManagedFields[] {
  const after = leaves(type, object, previous !== undefined);
  const before: Paths = previous === undefined ? new Map() : leaves(type, previous, true);
  const changed = new Set(
    [...after.keys()].filter((path) => !before.has(path) || !jsonEqual(before.get(path), after.get(path))),
  );
  const isWriter = (entry: ManagedFields): boolean =>
    entry.manager === writer.manager &&
    entry.operation === "Update" &&
    (entry.subresource ?? "") === (writer.subresource ?? "");
  const own = new Set(changed);
  const others: ManagedFields[] = [];
  for (const entry of present) {
    const paths = readPaths(entry.fieldsV1).filter((path) => after.has(path));
    if (isWriter(entry)) {
      for (const path of paths) own.add(path);
      continue;
    }
    const kept = paths.filter((path) => !changed.has(path));
    if (kept.length > 0) others.push({ ...entry, fieldsV1: writePaths(kept) });
  }
  if (own.size === 0) return others;
  const entries: readonly ManagedFields[] = [
    ...others,
    {
      manager: writer.manager,
      operation: "Update",
      apiVersion: writer.apiVersion,
      time: writer.time,
      fieldsType: "FieldsV1",
      fieldsV1: writePaths([...own]),
      ...(writer.subresource === undefined ? {} : { subresource: writer.subresource }),
    },
  ];
  return entries.toSorted((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
}

/** Appliers first, then by time, then by name. */
function sortKey({ operation, time = "", manager = "", subresource = "" }: ManagedFields): string {
  return [operation ?? "", time, manager, subresource].join(separator);
}

/** Nobody owns the status that a new object is given. */
function leaves(type: string, object: JsonObject, withStatus: boolean): Paths {
  const paths: Paths = new Map();
  const fields = fieldsOf(type);
  for (const [key, value] of Object.entries(object)) {
    if (key === "apiVersion" || key === "kind" || (key === "status" && !withStatus)) continue;
    if (key === "metadata" && isJsonObject(value)) {
      const meta = fieldsOf("ObjectMeta");
      for (const [name, item] of Object.entries(value)) {
        if (!unmanaged.has(name)) collect(paths, [`f:${key}`, `f:${name}`], item, meta?.get(name));
      }
    } else {
      collect(paths, [`f:${key}`], value, fields?.get(key));
    }
  }
  return paths;
}

function collect(paths: Paths, path: readonly string[], value: unknown, field: FieldType | undefined): void {
  const place = path.join(separator);
  if (isJsonObject(value) && (field?.shape === "map" || (field?.shape === "object" && !atomic.has(field.name)))) {
    const entries = Object.entries(value);
    if (entries.length === 0 || field.shape === "map") paths.set(place, true);
    const fields = field.shape === "object" ? fieldsOf(field.name) : undefined;
    for (const [key, item] of entries) {
      collect(paths, [...path, `f:${key}`], item, field.shape === "map" ? field.value : fields?.get(key));
    }
    return;
  }
  if (Array.isArray(value) && field?.shape === "list" && field.mergeKey) {
    const { mergeKey, item: itemType } = field;
    for (const item of value) {
      if (!isJsonObject(item)) continue;
      const step = `k:${JSON.stringify({ [mergeKey]: item[mergeKey] })}`;
      paths.set([...path, step].join(separator), true);
      collect(paths, [...path, step], item, itemType);
    }
    return;
  }
  paths.set(place, value);
}

/** Types that a server-side apply takes as one value. */
const atomic = new Set([
  "LabelSelector",
  "ObjectReference",
  "ObjectFieldSelector",
  "SecretKeySelector",
  "ConfigMapKeySelector",
]);

function readPaths(fields: unknown, prefix: readonly string[] = []): readonly string[] {
  if (!isJsonObject(fields)) return [];
  const entries = Object.entries(fields);
  if (entries.length === 0) return prefix.length === 0 ? [] : [prefix.join(separator)];
  return entries.flatMap(([key, value]) =>
    key === "." ? [prefix.join(separator)] : readPaths(value, [...prefix, key]),
  );
}

type Tree = { [key: string]: Tree };

/** A collection that is owned beside some of its parts is marked by a dot, alone it is empty. */
function writePaths(paths: readonly string[]): JsonObject {
  const root: Tree = {};
  const owned = new Set<Tree>();
  for (const path of paths.toSorted()) {
    let node: Tree = root;
    const steps = path.split(separator);
    for (const [index, step] of steps.entries()) {
      const isNew = node[step] === undefined;
      node[step] ??= {};
      node = node[step];
      // Sorted, a collection comes before its parts, and is known by having been written without any.
      if (!isNew && index < steps.length - 1 && owned.has(node)) node["."] ??= {};
    }
    owned.add(node);
  }
  return root;
}
