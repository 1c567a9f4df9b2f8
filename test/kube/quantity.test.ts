import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/kube/error.ts";
import { formatQuantity, parseQuantity } from "../../src/kube/quantity.ts";

const rows = [
  { text: "0", number: 0 },
  { text: "250m", number: 0.25 },
  { text: "100m", number: 0.1 },
  { text: "1", number: 1 },
  { text: "1.5", number: 1.5 },
  { text: ".5", number: 0.5 },
  { text: "5.", number: 5 },
  { text: "-2", number: -2 },
  { text: "+2", number: 2 },
  { text: "128Mi", number: 134_217_728 },
  { text: "1.5Gi", number: 1_610_612_736 },
  { text: "0.5Ki", number: 512 },
  { text: "2k", number: 2000 },
  { text: "1M", number: 1e6 },
  { text: "1G", number: 1e9 },
  { text: "3T", number: 3e12 },
  { text: "1P", number: 1e15 },
  { text: "1E", number: 1e18 },
  { text: "1Ei", number: 2 ** 60 },
  { text: "1E3", number: 1000 },
  { text: "12e-1", number: 1.2 },
  { text: "5u", number: 5e-6 },
  { text: "7n", number: 7e-9 },
];

describe("parseQuantity", () => {
  it.each(rows)("reads $text", ({ text, number }) => {
    expect(parseQuantity(text)).toBe(number);
  });

  it.each(
    [
      "",
      " ",
      "m",
      "1 Gi",
      "1gi",
      "1KI",
      "1K",
      "1ki",
      "1e",
      "1e3Ki",
      "0x10",
      "1,5",
      "--1",
      "1.5.2",
      "Infinity",
      "NaN",
    ].map((text) => ({ text })),
  )("refuses '$text'", ({ text }) => {
    expect(() => parseQuantity(text)).toThrow(expect.objectContaining({ reason: "Usage" }));
  });
});

describe("formatQuantity", () => {
  it.each([
    { number: 0, want: "0" },
    { number: -0, want: "0" },
    { number: 0.25, want: "250m" },
    { number: 1.5, want: "1500m" },
    { number: 1500, want: "1500" },
    { number: 2000, want: "2k" },
    { number: 3_000_000, want: "3M" },
    { number: 1e18, want: "1E" },
    { number: 1e21, want: "1000E" },
    { number: -0.1, want: "-100m" },
    { number: 1e-9, want: "1n" },
    { number: 1.5e-9, want: "2n" },
    { number: 1e-12, want: "1n" },
    { number: 1.25e-7, want: "125n" },
  ])("writes $number as $want", ({ number, want }) => {
    expect(formatQuantity(number)).toBe(want);
  });

  it.each([
    { number: 0, want: "0" },
    { number: 1000, want: "1000" },
    { number: 1024, want: "1Ki" },
    { number: 1_610_612_736, want: "1536Mi" },
    { number: -2048, want: "-2Ki" },
    { number: 0.5, want: "500m" },
  ])("writes $number in binary as $want", ({ number, want }) => {
    expect(formatQuantity(number, "binary")).toBe(want);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY].map((number) => ({ number })))("refuses $number", ({ number }) => {
    expect(() => formatQuantity(number)).toThrow(RestartError);
  });

  it("writes whole numbers so that they are read back exactly, in either format", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom("decimal" as const, "binary" as const), (number, format) => {
        expect(parseQuantity(formatQuantity(number, format))).toBe(number === 0 ? 0 : number);
      }),
    );
  });

  it("writes thousandths so that they are read back exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (thousandths) => {
        expect(parseQuantity(formatQuantity(thousandths / 1000)) * 1000).toBeCloseTo(thousandths, 3);
        expect(parseQuantity(`${thousandths}m`)).toBe(thousandths === 0 ? 0 : thousandths / 1000);
      }),
    );
  });

  it("is never less than the number", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-15, max: 1e6, noNaN: true }), (number) => {
        const read = parseQuantity(formatQuantity(number));
        expect(read).toBeGreaterThanOrEqual(number * (1 - 1e-12));
        expect(read - number).toBeLessThanOrEqual(1e-9 * (1 + number));
      }),
    );
  });
});
