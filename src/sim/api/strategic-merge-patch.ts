import { isJsonObject, type JsonObject, jsonEqual } from "../object.ts";
import { type FieldType, fieldsOf } from "./schema.ts";

/** Why a strategic merge cannot be done, in the API server's words. */
export interface MergeRefusal {
  readonly refusal: string;
}

export function isMergeRefusal(value: unknown): value is MergeRefusal {
  return isJsonObject(value) && typeof value["refusal"] === "string" && Object.keys(value).length === 1;
}

/**
 * Strategic merge patch: lists with a merge key are joined by it, `$patch` replaces or deletes, `$retainKeys` drops other keys,
 * `$deleteFromPrimitiveList/x` and `$setElementOrder/x` are honoured. Unknown fields merge as JSON.
 */
export function strategicMergePatch(target: JsonObject, patch: JsonObject, type: string): JsonObject | MergeRefusal {
  const merged = mergeObject(target, patch, type);
  return isMergeRefusal(merged) ? merged : isJsonObject(merged) ? merged : {};
}

function mergeObject(target: JsonObject, patch: JsonObject, type: string | undefined): unknown {
  const directive = patch["$patch"];
  if (directive === "replace") return withoutDirectives(patch);
  if (directive === "delete") return {};
  if (directive !== undefined && directive !== "merge")
    return { refusal: `unknown patch type "${String(directive)}" found` };
  const fields = type === undefined ? undefined : fieldsOf(type);
  const result: Record<string, unknown> = { ...target };
  const retained = patch["$retainKeys"];
  if (Array.isArray(retained)) {
    for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith("$deleteFromPrimitiveList/") && Array.isArray(value)) {
      const name = key.slice(key.indexOf("/") + 1);
      const present = result[name];
      if (Array.isArray(present)) result[name] = present.filter((item) => !value.some((gone) => jsonEqual(gone, item)));
    }
    if (key.startsWith("$")) continue;
    if (value === null) {
      delete result[key];
      continue;
    }
    const field = fields?.get(key);
    const present = result[key];
    const merged = mergeValue(present, value, field);
    if (isMergeRefusal(merged)) return merged;
    result[key] = merged;
    if (Array.isArray(merged) && Array.isArray(value) && field?.shape === "list" && field.mergeKey !== undefined) {
      const order = patch[`$setElementOrder/${key}`];
      const wanted = Array.isArray(order) ? order : value;
      result[key] = reorder(merged, wanted, Array.isArray(present) ? present : [], field.mergeKey);
    }
  }
  return result;
}

function mergeValue(present: unknown, value: unknown, field: FieldType | undefined): unknown {
  if (isJsonObject(value)) {
    const type = field?.shape === "object" ? field.name : undefined;
    return mergeObject(isJsonObject(present) ? present : {}, value, type);
  }
  if (Array.isArray(value) && field?.shape === "list" && field.mergeKey !== undefined) {
    const existing = Array.isArray(present) ? present : [];
    return field.mergeKey === ""
      ? mergeByValue(existing, value)
      : mergeByKey(existing, value, field.mergeKey, field.item);
  }
  return value;
}

function mergeByValue(present: readonly unknown[], patch: readonly unknown[]): readonly unknown[] {
  return [...present, ...patch.filter((item) => !present.some((other) => jsonEqual(other, item)))];
}

function mergeByKey(
  present: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
  item: FieldType,
): unknown {
  if (patch.some((entry) => isJsonObject(entry) && entry["$patch"] === "replace")) {
    return patch.filter((entry) => !(isJsonObject(entry) && "$patch" in entry));
  }
  let result = [...present];
  for (const entry of patch) {
    if (!isJsonObject(entry)) return { refusal: "expected a map in a list with a merge key" };
    const key = entry[mergeKey];
    if (key === undefined) return { refusal: `map: ${goText(entry)} does not contain declared merge key: ${mergeKey}` };
    if (entry["$patch"] === "delete") {
      result = result.filter((other) => !(isJsonObject(other) && jsonEqual(other[mergeKey], key)));
      continue;
    }
    const index = result.findIndex((other) => isJsonObject(other) && jsonEqual(other[mergeKey], key));
    const old = index < 0 ? {} : result[index];
    const merged = mergeValue(old, entry, item);
    if (isMergeRefusal(merged)) return merged;
    result = index < 0 ? [...result, merged] : result.with(index, merged);
  }
  return result;
}

/**
 * Items that the patch (or its $setElementOrder) names stand in that order; the others keep their place where the live order
 * tells it, else they follow. As apimachinery's normalizeElementOrder does it.
 */
function reorder(
  merged: readonly unknown[],
  wanted: readonly unknown[],
  live: readonly unknown[],
  mergeKey: string,
): readonly unknown[] {
  const keyOf = (item: unknown): unknown => (mergeKey !== "" && isJsonObject(item) ? item[mergeKey] : item);
  const placeIn = (list: readonly unknown[], item: unknown): number =>
    list.findIndex((other) => jsonEqual(keyOf(other), keyOf(item)));
  const named = merged
    .filter((item) => placeIn(wanted, item) >= 0)
    .toSorted((left, right) => placeIn(wanted, left) - placeIn(wanted, right));
  const others = merged.filter((item) => placeIn(wanted, item) < 0);
  const result: unknown[] = [];
  for (const item of named) {
    const place = placeIn(live, item);
    while (others.length > 0 && place >= 0 && placeIn(live, others[0]) < place) result.push(others.shift());
    result.push(item);
  }
  return [...result, ...others];
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith("$")));
}

/** A value as Go's `%v` prints it. */
export function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (isJsonObject(value)) {
    const keys = Object.keys(value).toSorted();
    return `map[${keys.map((key) => `${key}:${goText(value[key])}`).join(" ")}]`;
  }
  return value === null || value === undefined ? "<nil>" : String(value);
}
