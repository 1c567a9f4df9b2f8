import { customSchemaData } from "./custom-schema-data.ts";
import { schemaData as builtIn } from "./schema-data.ts";

/** What a field holds. */
export type FieldType =
  | {
      readonly shape: "scalar";
      readonly name: string;
      /** Go leaves its zero value out. */
      readonly omitsZero: boolean;
    }
  | { readonly shape: "object"; readonly name: string; readonly retainKeys: boolean }
  | {
      readonly shape: "list";
      readonly item: FieldType;
      /** How a strategic merge joins it: by a key of its items, by value (`""`), or not at all. */
      readonly mergeKey: string | undefined;
      readonly retainKeys: boolean;
    }
  | { readonly shape: "map"; readonly value: FieldType };

/** A type's fields by their numbers in the binary encoding; a part that JSON inlines is a map of its own. */
export type WireFields = ReadonlyMap<number, WireField | WireFields>;

export interface WireField {
  readonly name: string;
  readonly type: FieldType;
}

const schemaData: Readonly<Record<string, string>> = { ...builtIn, ...customSchemaData };

interface Parsed {
  readonly fields: ReadonlyMap<string, FieldType>;
  readonly wire: WireFields;
}

const parsed = new Map<string, Parsed>();

export function isType(name: string): boolean {
  return schemaData[name] !== undefined;
}

/** The fields of a type by its short name (`Deployment`, `PodSpec`); undefined for a type that is not known. */
export function fieldsOf(type: string): ReadonlyMap<string, FieldType> | undefined {
  return parse(type)?.fields;
}

export function wireFieldsOf(type: string): WireFields {
  return parse(type)?.wire ?? new Map();
}

function parse(type: string): Parsed | undefined {
  const known = parsed.get(type);
  if (known !== undefined) return known;
  const text = schemaData[type];
  if (text === undefined) return undefined;
  const fields = new Map<string, FieldType>();
  const wire = new Map<number, WireField | WireFields>();
  for (const entry of text.split(" ")) {
    const [, name, typeText, numbers, mark] = /^([^:]+):([^#]+)(?:#([\d.]+)(-?))?$/.exec(entry) ?? [];
    if (name === undefined || typeText === undefined) continue;
    const fieldType = parseType(typeText, mark === "-");
    fields.set(name, fieldType);
    if (numbers !== undefined) place(wire, numbers.split(".").map(Number), { name, type: fieldType });
  }
  const result = { fields, wire };
  parsed.set(type, result);
  return result;
}

function place(wire: Map<number, WireField | WireFields>, numbers: readonly number[], field: WireField): void {
  const [first = 0, ...rest] = numbers;
  if (rest.length === 0) {
    wire.set(first, field);
    return;
  }
  const found = wire.get(first);
  const inner = new Map(found instanceof Map ? found : []);
  wire.set(first, inner);
  place(inner, rest, field);
}

function parseType(text: string, omitsZero = false): FieldType {
  if (text.startsWith("{")) return { shape: "map", value: parseType(text.slice(1)) };
  if (text.startsWith("[")) {
    const [item = "", mergeKey] = text.slice(1).split("|");
    const retainKeys = item.startsWith("~");
    return { shape: "list", item: parseType(retainKeys ? item.slice(1) : item), mergeKey, retainKeys };
  }
  const retainKeys = text.startsWith("~");
  const name = retainKeys ? text.slice(1) : text;
  return schemaData[name] === undefined ? { shape: "scalar", name, omitsZero } : { shape: "object", name, retainKeys };
}
