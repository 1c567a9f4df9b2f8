import { describe, expect, it } from "vitest";
import { formatAge, formatDuration } from "../../src/words/duration.ts";

const s = 1000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;

describe("durations in words", () => {
  it.each([
    [0, "0 s"],
    [3240, "3.2 s"],
    [9990, "10 s"],
    [45 * s, "45 s"],
    [59.7 * s, "1 m"],
    [125 * s, "2 m 5 s"],
    [70 * m, "1 h 10 m"],
  ])("writes %i ms as %s", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  // Cases of apimachinery pkg/util/duration/duration_test.go.
  it.each([
    [s, "1s"],
    [70 * s, "70s"],
    [190 * s, "3m10s"],
    [70 * m, "70m"],
    [47 * h, "47h"],
    [49 * h, "2d1h"],
    [8 * d + 2 * h, "8d"],
    [367 * d, "367d"],
    [(365 * 2 + 25) * d, "2y25d"],
    [365 * 8 * d + 2 * h, "8y"],
    [-3 * s, "<invalid>"],
    [3 * h + 3 * m, "3h3m"],
  ])("writes the age %i ms as %s", (milliseconds, text) => {
    expect(formatAge(milliseconds)).toBe(text);
  });
});
