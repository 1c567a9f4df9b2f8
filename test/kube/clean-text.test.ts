import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText } from "../../src/kube/clean-text.ts";

const rows = [
  { name: "colours", given: "\u001b[1;31mred\u001b[0m", want: "red" },
  { name: "a cleared screen", given: "a\u001b[2J\u001b[Hb", want: "ab" },
  { name: "a window title", given: "a\u001b]0;title\u0007b", want: "ab" },
  { name: "a link, closed by ST", given: "\u001b]8;;https://evil.invalid\u001b\\text\u001b]8;;\u001b\\", want: "text" },
  { name: "a clipboard write in C1", given: "a\u009d52;c;AAAA\u009cb", want: "ab" },
  { name: "a device control", given: "a\u001bP1$r0m\u001b\\b", want: "ab" },
  { name: "a reset", given: "a\u001bcb", want: "ab" },
  { name: "a lone escape at the end", given: "a\u001b", want: "a" },
  { name: "lines and tabs as spaces", given: "a\r\n\tb", want: "a b" },
  { name: "bidirectional controls", given: "user\u202Ecod", want: "user cod" },
  { name: "zero width", given: "a\u200bb\ufeff", want: "a b" },
  { name: "half a character", given: "a\ud800b", want: "a\ufffdb" },
  { name: "a bearer token", given: "Authorization: bearer eyJh.x-y_z=", want: "Authorization: bearer …" },
  { name: "letters of every script", given: "früh 東京 עברית 👍", want: "früh 東京 עברית 👍" },
];

describe("cleanText", () => {
  it.each(rows)("cleans $name", ({ given, want }) => {
    expect(cleanText(given)).toBe(want);
  });

  it("cuts between characters", () => {
    expect(cleanText("👍👍👍", 4)).toBe("👍…");
    expect(cleanText("abcd", 4)).toBe("abcd");
  });

  it("never lets a control character through, and never more than the limit", () => {
    const piece = fc.constantFrom("\u001b", "\u009b", "[", "]", "\u0007", "\u009c", "31m", "a", "\n", "\u202e", "👍");
    const text = fc.array(fc.oneof(piece, fc.string({ unit: "binary" }))).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 50 }), (given, limit) => {
        const cleaned = cleanText(given, limit);
        expect(cleaned.length).toBeLessThanOrEqual(limit);
        expect(cleaned).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(cleaned.isWellFormed()).toBe(true);
      }),
    );
  });
});
