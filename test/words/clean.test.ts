import { describe, expect, it } from "vitest";
import { cleaned, toJson } from "../../src/words/clean.ts";

const hostile = ["\u001b[2J", "\u009b31m", "\u0007", "\u202e", "\u200b", "\u007f", "a\nb", "\r", "\u2028"];

describe("text of a cluster", () => {
  it.each(hostile)("reaches no terminal as %j", (text) => {
    const given = { message: `x${text}y`, list: [{ text }] };
    expect(JSON.stringify(cleaned(given))).not.toContain(JSON.stringify(text).slice(1, -1));
    expect(JSON.stringify(cleaned(given))).toContain("x");
  });

  it.each(hostile)("is escaped and not lost in JSON: %j", (text) => {
    const written = toJson({ text });
    expect(written).toMatch(/^[\u0020-\u007e]*$/u);
    expect(JSON.parse(written)).toEqual({ text });
  });

  it("stays as it is when it is plain", () => {
    const plain = { name: "web-0", message: "0/3 nodes: Größe „M“ ≥ 2 (日本語)", number: 3, none: undefined, ok: true };
    expect(cleaned(plain)).toEqual(plain);
  });
});
