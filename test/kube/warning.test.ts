import { describe, expect, it } from "vitest";
import { parseWarnings } from "../../src/kube/warning.ts";

const rows: readonly { readonly name: string; readonly given: string; readonly want: readonly string[] }[] = [
  { name: "one", given: '299 - "policy/v1beta1 is deprecated"', want: ["policy/v1beta1 is deprecated"] },
  { name: "quotes within", given: '299 - "unknown field \\"spec.x\\""', want: ['unknown field "spec.x"'] },
  { name: "two in one header, a comma within", given: '299 - "a, b", 299 - "c"', want: ["a, b", "c"] },
  { name: "an agent and a date", given: '299 kube "a" "Wed, 25 Nov 2026 04:00:00 GMT"', want: ["a"] },
  { name: "the same twice", given: '299 - "a", 299 - "a"', want: ["a"] },
  { name: "escape sequences", given: '299 - "a\u009b31mred"', want: ["ared"] },
  { name: "another code", given: '199 - "a"', want: [] },
  { name: "no quotes", given: "299 - a", want: [] },
];

describe("parseWarnings", () => {
  it.each(rows)("reads $name", ({ given, want }) => {
    expect(parseWarnings(new Headers({ warning: given }))).toEqual(want);
  });

  it("joins what fetch joins", () => {
    const headers = new Headers();
    headers.append("warning", '299 - "a"');
    headers.append("warning", '299 - "b"');
    expect(parseWarnings(headers)).toEqual(["a", "b"]);
  });

  it("is nothing without the header", () => {
    expect(parseWarnings(new Headers())).toEqual([]);
  });
});
