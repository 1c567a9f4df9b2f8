import { RestartError } from "./error.ts";

/**
 * Reads the Kubernetes protobuf encoding (apimachinery pkg/runtime/serializer/protobuf), as far as a projection asks for:
 * a field that no reader names is stepped over without being looked at, and that is most of an object. A list of some
 * megabytes costs the API server half of what it costs as JSON, and the client a fifth.
 */
export interface WireCursor {
  readonly bytes: Uint8Array;
  at: number;
  /** Also reads the fields that only a detailed view asks for. */
  readonly detail?: boolean;
}

/** Reads one value that ends at `end`; a reader of a number reads its varint and pays no attention to `end`. */
export interface WireReader<T> {
  /** Wire type of protobuf: 0 for varints, 2 for everything with a length. */
  readonly wireType: 0 | 2;
  readonly read: (cursor: WireCursor, end: number) => T;
}

/** A field of a message: the name that JSON gives it, and how it is read. `repeated` collects an array. */
export interface WireField {
  readonly name: string;
  readonly reader: WireReader<unknown>;
  readonly repeated?: boolean;
  /** Read only in detail: what most views do without costs them nothing. */
  readonly detail?: boolean;
}

/** Fields by their numbers in `generated.proto`. */
export type WireFields = Readonly<Record<number, WireField>>;

/**
 * A message as the object that JSON would give, of the fields that are named. Kubernetes writes fields in the order of
 * their numbers (gogo's generated marshallers), so behind the last one that is named nothing has to be looked at: the
 * environment of a container, managed fields, the rest of a pod's spec.
 */
export function message(fields: WireFields): WireReader<Record<string, unknown>> {
  const numbers = Object.keys(fields).map(Number);
  const lastInDetail = Math.max(...numbers);
  const lastPlain = Math.max(...numbers.filter((number) => fields[number]?.detail !== true));
  return {
    wireType: 2,
    read: (cursor, end) => {
      const object: Record<string, unknown> = {};
      const last = cursor.detail === true ? lastInDetail : lastPlain;
      while (cursor.at < end) {
        const tag = varint(cursor);
        if (tag >>> 3 > last) break;
        const field = fields[tag >>> 3];
        const isLeftOut = field?.detail === true && cursor.detail !== true;
        if (field === undefined || isLeftOut || field.reader.wireType !== (tag & 7)) {
          skip(cursor, tag & 7);
          continue;
        }
        const { name, reader, repeated } = field;
        const stop = reader.wireType === 2 ? varint(cursor) + cursor.at : cursor.at;
        if (stop > end) throw broken();
        const value = reader.read(cursor, stop);
        if (reader.wireType === 2) cursor.at = stop;
        if (!repeated) object[name] = value;
        else if (Array.isArray(object[name])) object[name].push(value);
        else object[name] = [value];
      }
      return object;
    },
  };
}

const decoder = new TextDecoder();

export const text: WireReader<string> = {
  wireType: 2,
  read: ({ bytes, at }, end) => {
    // Names are short and ASCII: for them a decoder costs more than the text.
    if (end - at > 6) return decoder.decode(bytes.subarray(at, end));
    let value = "";
    for (let index = at; index < end; index += 1) {
      const byte = bytes[index] ?? 0;
      if (byte >= 0x80) return decoder.decode(bytes.subarray(at, end));
      value += String.fromCharCode(byte);
    }
    return value;
  },
};

export const integer: WireReader<number> = { wireType: 0, read: varint };

export const truth: WireReader<boolean> = { wireType: 0, read: (cursor) => varint(cursor) !== 0 };

const timeFields = message({ 1: { name: "seconds", reader: integer } });

/** `metav1.Time`: RFC 3339 in whole seconds, as JSON writes it; absent where JSON has null. */
export const time: WireReader<string | undefined> = {
  wireType: 2,
  read: (cursor, end) => {
    const { seconds } = timeFields.read(cursor, end);
    if (typeof seconds !== "number") return undefined;
    // RFC 3339 ends with the year 9999.
    if (Math.abs(seconds) > 253_402_300_799) throw broken();
    return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
  },
};

const intOrStringFields = message({
  1: { name: "type", reader: integer },
  2: { name: "number", reader: integer },
  3: { name: "text", reader: text },
});

/** `intstr.IntOrString`. */
export const intOrString: WireReader<number | string> = {
  wireType: 2,
  read: (cursor, end) => {
    const value = intOrStringFields.read(cursor, end);
    return value["type"] === 1 ? String(value["text"] ?? "") : Number(value["number"] ?? 0);
  },
};

const entry = message({ 1: { name: "key", reader: text }, 2: { name: "value", reader: text } });

/** One entry of a `map<string, string>`; `WireField.repeated` collects them, `fromEntries` makes the object. */
export const mapEntry: WireReader<Record<string, unknown>> = entry;

/** The object of a map's entries. */
export function fromEntries(entries: unknown): Record<string, string> {
  const object: Record<string, string> = {};
  if (!Array.isArray(entries)) return object;
  for (const { key = "", value = "" } of entries as readonly { key?: string; value?: string }[]) object[key] = value;
  return object;
}

const magic = [0x6b, 0x38, 0x73, 0x00];
const envelope = message({
  1: { name: "type", reader: message({ 2: { name: "kind", reader: text } }) },
  2: { name: "raw", reader: { wireType: 2, read: (cursor: WireCursor, end: number) => [cursor.at, end] } },
});

/** Reads an answer: its kind, and its message with the given reader. Anything else rejects with `UnexpectedAnswer`. */
export function readWire<T>(
  bytes: Uint8Array,
  reader: WireReader<T>,
  detail = false,
): { readonly kind: string; readonly object: T } {
  if (magic.some((byte, index) => bytes[index] !== byte)) throw broken();
  const { type, raw } = envelope.read({ bytes, at: magic.length }, bytes.length);
  const { kind = "" } = (type ?? {}) as { readonly kind?: string };
  const [from = 0, end = 0] = (raw ?? []) as readonly number[];
  return { kind, object: reader.read({ bytes, at: from, detail }, end) };
}

function varint(cursor: WireCursor): number {
  const { bytes, at: from } = cursor;
  let value = 0;
  let factor = 1;
  for (let count = 0; count < 10; count += 1) {
    const byte = bytes[cursor.at];
    if (byte === undefined) throw broken();
    cursor.at += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return count === 9 ? negative(bytes.subarray(from, cursor.at)) : value;
    factor *= 128;
  }
  throw broken();
}

/** Ten bytes are two's complement of 64 bits, more than a sum of numbers can hold. */
function negative(bytes: Uint8Array): number {
  const value = bytes.reduceRight((sum, byte) => (sum << 7n) | BigInt(byte & 0x7f), 0n);
  return Number(BigInt.asIntN(64, value));
}

function skip(cursor: WireCursor, wireType: number): void {
  if (wireType === 0) varint(cursor);
  else if (wireType === 2) {
    const length = varint(cursor);
    cursor.at += length;
  } else if (wireType === 1) cursor.at += 8;
  else if (wireType === 5) cursor.at += 4;
  else throw broken();
  if (cursor.at > cursor.bytes.length) throw broken();
}

function broken(): RestartError {
  return new RestartError("UnexpectedAnswer", "the API server answered protobuf that cannot be read");
}
