import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/kube/error.ts";
import {
  fromEntries,
  integer,
  intOrString,
  mapEntry,
  message,
  readWire,
  text,
  time,
  truth,
} from "../../src/kube/wire.ts";

// Written by hand, byte by byte, so that the reader is judged by the encoding and not by a writer of ours.
const bytes = (...parts: readonly (number | string | readonly number[])[]): number[] =>
  parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part));
const field = (number: number, content: readonly number[]): number[] => [number * 8 + 2, content.length, ...content];

const answer = (raw: readonly number[], kind = "ThingList"): Uint8Array =>
  Uint8Array.from(bytes("k8s", 0, field(1, bytes(field(1, bytes("v1")), field(2, bytes(kind)))), field(2, raw)));

const thing = message({
  1: { name: "name", reader: text },
  2: { name: "count", reader: integer },
  3: { name: "ready", reader: truth },
  4: { name: "made", reader: time },
  5: { name: "surge", reader: intOrString },
  7: { name: "labels", reader: mapEntry, repeated: true },
});

function refusal(input: Uint8Array): string {
  try {
    readWire(input, thing);
  } catch (error) {
    if (error instanceof RestartError) return error.reason;
    throw error;
  }
  return "accepted";
}

describe("an answer in protobuf", () => {
  it("is read with the names that JSON has, and its kind beside it", () => {
    const raw = bytes(
      field(1, bytes("web")),
      [16, 0xac, 0x02],
      [24, 1],
      field(4, [8, 0x80, 0xe8, 0x95, 0xc9, 0x06]),
      field(5, bytes([8, 1], field(3, bytes("25%")))),
      field(7, bytes(field(1, bytes("app")), field(2, bytes("wéb")))),
      field(7, bytes(field(1, bytes("tier")))),
    );
    const { kind, object } = readWire(answer(raw), thing);
    expect(kind).toBe("ThingList");
    expect({ ...object, labels: fromEntries(object["labels"]) }).toEqual({
      name: "web",
      count: 300,
      ready: true,
      made: "2025-11-25T09:16:48Z",
      surge: "25%",
      labels: { app: "wéb", tier: "" },
    });
  });

  it("steps over fields that nobody asked for, of every wire type", () => {
    const unknown = [...field(6, [1, 2, 3]), 0x30, 0x7f, 0x31, 1, 2, 3, 4, 5, 6, 7, 8, 0x35, 1, 2, 3, 4];
    const raw = bytes(unknown, field(7, bytes(field(1, bytes("a")), field(2, bytes("b")))));
    expect(readWire(answer(raw), thing).object).toEqual({ labels: [{ key: "a", value: "b" }] });
  });

  it("reads details only where they are asked for", () => {
    const careful = message({
      1: { name: "name", reader: text },
      3: { name: "note", reader: text, detail: true },
      5: { name: "count", reader: integer },
      9: { name: "last", reader: text, detail: true },
    });
    const raw = bytes(field(1, bytes("web")), field(3, bytes("much")), [40, 7], field(9, bytes("more")));
    expect(readWire(answer(raw), careful).object).toEqual({ name: "web", count: 7 });
    expect(readWire(answer(raw), careful, true).object).toEqual({ name: "web", note: "much", count: 7, last: "more" });
  });

  it("reads a number below zero", () => {
    const minusOne = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    expect(readWire(answer([16, ...minusOne]), thing).object["count"]).toBe(-1);
  });

  const broken: readonly { readonly name: string; readonly input: Uint8Array }[] = [
    { name: "JSON", input: Uint8Array.from(bytes('{"kind":"ThingList"}')) },
    { name: "nothing", input: new Uint8Array() },
    { name: "a length that points behind the end", input: answer([10, 100, 1]) },
    { name: "a field that is cut off", input: answer([0x30]) },
    { name: "a number without an end", input: answer(Array.from({ length: 12 }, () => 0xff)) },
    { name: "a wire type that does not exist", input: answer([0x37]) },
  ];
  it.each(broken)("that is $name is refused", ({ input }) => {
    expect(refusal(input)).toBe("UnexpectedAnswer");
  });
});
