import { describe, expect, it } from "vitest";
import { asciiText, column, cutEnd, nameColumn, textWidth } from "../../../src/tui/lines/text-width.ts";

describe("columns that a text takes", () => {
  it.each([
    ["web", 3],
    ["", 0],
    ["größe", 5],
    ["gro\u0308ße", 5],
    ["支付", 4],
    ["ｗｅｂ", 6],
    ["한글", 4],
    ["🚀", 2],
    ["👩‍👩‍👧", 2],
    ["a…b", 3],
  ])("%s", (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

describe("a text in so many columns", () => {
  it.each([
    ["web", 5, "web  "],
    ["web-canary", 5, "web-…"],
    ["支付宝", 5, "支付…"],
    ["支付宝", 4, "支… "],
    ["web", 0, ""],
  ])("%s in %d", (text, width, expected) => {
    expect(column(text, width)).toBe(expected);
    expect(textWidth(column(text, width))).toBe(width);
  });

  it("keeps both ends of a name", () => {
    expect(nameColumn("kafka-connect-api", 12)).toBe("kafka-…t-api");
    expect(nameColumn("kafka-connect-api", 12, true)).toBe("kafka...-api");
    expect(nameColumn("web", 5)).toBe("web  ");
  });

  it("stands right where numbers do", () => {
    expect(column("2/3", 5, "right")).toBe("  2/3");
    expect(cutEnd("12345", 3, true)).toBe("12.");
  });
});

it("in ASCII has a likeness for what we draw, and a mark for the rest", () => {
  expect(asciiText("─ a · b … 支")).toBe("- a | b ... ?");
});
