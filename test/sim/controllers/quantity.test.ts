import { describe, expect, it } from "vitest";
import { formatQuantity, parseQuantity } from "../../../src/sim/controllers/quantity.ts";

describe("quantities of the simulated quotas", () => {
  it.each([
    ["250m", 0.25],
    ["2", 2],
    ["1.5", 1.5],
    ["1Gi", 1_073_741_824],
    ["1G", 1_000_000_000],
    ["64Ki", 65_536],
    ["rubbish", 0],
  ])("reads %s", (text, value) => {
    expect(parseQuantity(text)).toBeCloseTo(value, 9);
  });

  it.each([
    [0.25, "milli", "250m"],
    [3, "milli", "3"],
    [268_435_456, "binary", "256Mi"],
    [1_073_741_824, "binary", "1Gi"],
    [1_500, "binary", "1500"],
    [0, "binary", "0"],
    [7, "count", "7"],
  ] as const)("writes %d as %s: %s", (value, unit, text) => {
    expect(formatQuantity(value, unit)).toBe(text);
  });
});
