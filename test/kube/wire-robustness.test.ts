import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/kube/error.ts";
import { integer, intOrString, message, readWire, text, time } from "../../src/kube/wire.ts";
import { envelope, type Written } from "./wire-encoding.ts";

const thing = message({
  2: { name: "name", reader: text },
  3: { name: "count", reader: integer },
  5: { name: "made", reader: time },
  6: { name: "most", reader: intOrString },
  7: { name: "tags", reader: text, repeated: true },
  9: { name: "inner", reader: message({ 1: { name: "kind", reader: text } }) },
});
const read = (fields: readonly Written[]) => readWire(envelope("Thing", fields), thing).object;

describe("readWire", () => {
  it("reads any text and any number that JSON could hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.maxSafeInteger(), (name, count) => {
        expect(
          read([
            [2, name],
            [3, count],
          ]),
        ).toEqual({ name, count });
      }),
    );
  });

  it("refuses a time that no calendar has", () => {
    expect(() => read([[5, [[1, 2 ** 60]]]])).toThrow(expect.objectContaining({ reason: "UnexpectedAnswer" }));
  });

  it("reads or refuses whatever bytes come, and fails in no other way", () => {
    const fields: readonly Written[] = [
      [2, "a name that is long"],
      [3, 300],
      [5, [[1, 1]]],
      [7, "a"],
      [9, [[1, "Pod"]]],
    ];
    const whole = envelope("Thing", fields);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (changes, length) => {
        const bytes = whole.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        try {
          readWire(bytes.slice(0, length), thing);
        } catch (error) {
          expect(error).toBeInstanceOf(RestartError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
