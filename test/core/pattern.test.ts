import { describe, expect, it } from "vitest";
import { matchPatterns } from "../../src/core/pattern.ts";

describe("patterns", () => {
  it.each<readonly [patterns: readonly string[], name: string, matches: boolean]>([
    [["prod-*"], "prod-eu", true],
    [["prod-*"], "nonprod-eu", false],
    [["*prod*", "^*nonprod*"], "nonprod-eu", false],
    [["^us-*"], "eu-1", true],
    [["^us-*"], "us-1", false],
    [["eu-?"], "eu-1", true],
    [["eu-?"], "eu-10", false],
    [["a.b"], "axb", false],
    [["arn:aws:eks:eu:1:cluster/(x)"], "arn:aws:eks:eu:1:cluster/(x)", true],
    [["*"], "anything", true],
  ])("%j on %s: %s", (patterns, name, matches) => {
    expect(matchPatterns(patterns, name)).toBe(matches);
  });
});
