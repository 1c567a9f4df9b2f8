import { describe, expect, it } from "vitest";
import { parseDuration } from "../../src/cli/duration.ts";

const s = 1000;
const m = 60 * s;

describe("durations", () => {
  it.each([
    ["0", 0],
    ["90s", 90 * s],
    ["1h30m", 90 * m],
    ["1.5m", 90 * s],
    ["250ms", 250],
    [".5s", 500],
    ["1m0s", m],
  ])("reads %s", (text, milliseconds) => {
    expect(parseDuration(text, "--timeout")).toBe(milliseconds);
  });

  it.each(["", "10", "1.5", "-5s", "5 s", "5x", "s", "1h30", "5s "])("refuses %j", (text) => {
    expect(() => parseDuration(text, "--timeout")).toThrow(/^--timeout: /);
  });
});
