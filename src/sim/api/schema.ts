import { schemaData } from "./schema-data.ts";

/** What a field holds. */
export type FieldType =
  | { readonly shape: "scalar"; readonly name: string }
  | { readonly shape: "object"; readonly name: string; readonly retainKeys: boolean }
  | {
      readonly shape: "list";
      readonly item: FieldType;
      /** How a strategic merge joins it: by a key of its items, by value (`""`), or not at all. */
      readonly mergeKey: string | undefined;
      readonly retainKeys: boolean;
    }
  | { readonly shape: "map"; readonly value: FieldType };

const parsed = new Map<string, ReadonlyMap<string, FieldType>>();

/** The fields of a type by its short name (`Deployment`, `PodSpec`); undefined for a type that is not known. */
export function fieldsOf(type: string): ReadonlyMap<string, FieldType> | undefined {
  const known = parsed.get(type);
  if (known !== undefined) return known;
  const text = schemaData[type];
  if (text === undefined) return undefined;
  const fields = new Map<string, FieldType>();
  for (const pair of text.split(" ")) {
    const colon = pair.indexOf(":");
    if (colon > 0) fields.set(pair.slice(0, colon), parseType(pair.slice(colon + 1)));
  }
  parsed.set(type, fields);
  return fields;
}

function parseType(text: string): FieldType {
  if (text.startsWith("{")) return { shape: "map", value: parseType(text.slice(1)) };
  if (text.startsWith("[")) {
    const [item = "", mergeKey] = text.slice(1).split("|");
    const retainKeys = item.startsWith("~");
    return { shape: "list", item: parseType(retainKeys ? item.slice(1) : item), mergeKey, retainKeys };
  }
  const retainKeys = text.startsWith("~");
  const name = retainKeys ? text.slice(1) : text;
  return schemaData[name] === undefined ? { shape: "scalar", name } : { shape: "object", name, retainKeys };
}
