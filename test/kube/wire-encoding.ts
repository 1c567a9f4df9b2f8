/** A field of a protobuf message as it is written: a number, a text, or a message of fields. */
export type Written = readonly [number: number, value: number | bigint | string | Uint8Array | readonly Written[]];

/** Protobuf of the fields, in their order. Numbers are varints, negative ones in two's complement. */
export function encode(fields: readonly Written[]): Uint8Array<ArrayBuffer> {
  return join(fields.map(([number, value]) => encodeField(number, value)));
}

/** The envelope in which Kubernetes sends it. */
export function envelope(kind: string, fields: readonly Written[]): Uint8Array<ArrayBuffer> {
  const type = [
    [1, "apps/v1"],
    [2, kind],
  ] as const;
  return join([
    new TextEncoder().encode("k8s\0"),
    encode([
      [1, type],
      [2, encode(fields)],
      [3, ""],
      [4, ""],
    ]),
  ]);
}

function encodeField(number: number, value: Written[1]): Uint8Array {
  if (typeof value === "number" || typeof value === "bigint") return join([varint(number << 3), varint(value)]);
  const bytes =
    typeof value === "string" ? new TextEncoder().encode(value) : value instanceof Uint8Array ? value : encode(value);
  return join([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
