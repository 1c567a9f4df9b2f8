import type { JsonObject } from "../object.ts";
import { type FieldType, type WireFields, wireFieldsOf } from "./schema.ts";

/** An object in Kubernetes' binary encoding, which kubectl uses for what it makes itself. */
export interface BinaryObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly document: JsonObject;
}

const magic = [0x6b, 0x38, 0x73, 0x00];

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

/** Reads a body of `application/vnd.kubernetes.protobuf`; undefined when it is none, or its type is not known. */
export function readBinaryObject(body: Uint8Array): BinaryObject | undefined {
  if (magic.some((byte, index) => body[index] !== byte)) return undefined;
  const envelope = readRaw(body.subarray(magic.length));
  const [meta, raw] = [envelope.get(1)?.[0], envelope.get(2)?.[0]];
  if (!(meta instanceof Uint8Array)) return undefined;
  const typeMeta = readRaw(meta);
  const apiVersion = textOf(typeMeta.get(1)?.[0]);
  const kind = textOf(typeMeta.get(2)?.[0]);
  const fields = wireFieldsOf(kind);
  if (fields.size === 0) return undefined;
  const content = raw instanceof Uint8Array ? readMessage(raw, fields) : {};
  return { apiVersion, kind, document: { apiVersion, kind, ...content } };
}

type Raw = Uint8Array | bigint;

/** The values of a message by number, in the order they came. */
function readRaw(bytes: Uint8Array): ReadonlyMap<number, readonly Raw[]> {
  const reader: Reader = { bytes, at: 0 };
  const found = new Map<number, Raw[]>();
  while (reader.at < bytes.length) {
    const tag = Number(readVarint(reader));
    const values = found.get(tag >> 3) ?? [];
    found.set(tag >> 3, values);
    values.push(readValue(reader, tag & 7));
  }
  return found;
}

function readValue(reader: Reader, wireType: number): Raw {
  if (wireType === 0) return readVarint(reader);
  const length = wireType === 2 ? Number(readVarint(reader)) : wireType === 1 ? 8 : 4;
  const start = reader.at;
  reader.at += length;
  return reader.bytes.subarray(start, start + length);
}

function readVarint(reader: Reader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.bytes[reader.at] ?? 0;
    reader.at += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return BigInt.asIntN(64, value);
}

function readMessage(bytes: Uint8Array, fields: WireFields): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [number, values] of readRaw(bytes)) {
    const field = fields.get(number);
    const last = values.at(-1);
    if (field === undefined || last === undefined) continue;
    if (!("name" in field)) {
      // A part that JSON writes into the outer object.
      if (last instanceof Uint8Array) Object.assign(result, readMessage(last, field));
      continue;
    }
    const value = readField(values, field.type);
    if (value !== undefined) result[field.name] = value;
  }
  return result;
}

function readField(values: readonly Raw[], type: FieldType): unknown {
  switch (type.shape) {
    case "list":
      return values.map((value) => readOne(value, type.item));
    case "map":
      return Object.fromEntries(
        values.map((value) => {
          const entry = value instanceof Uint8Array ? readRaw(value) : new Map<number, readonly Raw[]>();
          const item = entry.get(2)?.[0];
          return [textOf(entry.get(1)?.[0]), item === undefined ? "" : readOne(item, type.value)];
        }),
      );
    default: {
      const last = values.at(-1);
      return last === undefined ? undefined : readOne(last, type);
    }
  }
}

function readOne(value: Raw, type: FieldType): unknown {
  if (type.shape === "object") return value instanceof Uint8Array ? readMessage(value, wireFieldsOf(type.name)) : {};
  if (type.shape !== "scalar") return readField([value], type);
  switch (type.name) {
    case "boolean":
      return value !== 0n;
    case "int32":
    case "int64":
      return Number(value);
    case "byte":
      return value instanceof Uint8Array ? btoa(String.fromCharCode(...value)) : "";
    case "quantity":
      return value instanceof Uint8Array ? textOf(readRaw(value).get(1)?.[0]) : "";
    case "intOrString":
      return value instanceof Uint8Array ? readIntOrString(value) : 0;
    case "time":
    case "microTime":
      return value instanceof Uint8Array ? readTime(value, type.name === "microTime") : undefined;
    case "any":
      return value instanceof Uint8Array ? readEmbedded(value) : undefined;
    default:
      return textOf(value);
  }
}

function readIntOrString(bytes: Uint8Array): unknown {
  const fields = readRaw(bytes);
  return fields.get(1)?.[0] === 1n ? textOf(fields.get(3)?.[0]) : Number(fields.get(2)?.[0] ?? 0n);
}

/** An empty message is the time that was never set. */
function readTime(bytes: Uint8Array, micro: boolean): string | undefined {
  const fields = readRaw(bytes);
  const seconds = fields.get(1)?.[0];
  if (typeof seconds !== "bigint") return undefined;
  const nanos = Number(fields.get(2)?.[0] ?? 0n);
  const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return micro ? `${date}.${String(Math.floor(nanos / 1000)).padStart(6, "0")}Z` : `${date}Z`;
}

/** JSON inside a message: owned fields, raw extensions. */
function readEmbedded(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(textOf(readRaw(bytes).get(1)?.[0]));
    return value;
  } catch {
    return undefined;
  }
}

function textOf(value: Raw | undefined): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : "";
}
