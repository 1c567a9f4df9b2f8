import { describe, expect, it } from "vitest";
import { jsonPatch } from "../../../src/sim/api/json-patch.ts";
import { mergePatch } from "../../../src/sim/api/merge-patch.ts";

const document = { spec: { list: ["a", "b"], "a/b": 1, n: 3 } };

describe("a JSON patch", () => {
  it.each([
    {
      name: "adds to the end",
      operation: { op: "add", path: "/spec/list/-", value: "c" },
      want: { list: ["a", "b", "c"] },
    },
    {
      name: "adds between",
      operation: { op: "add", path: "/spec/list/1", value: "c" },
      want: { list: ["a", "c", "b"] },
    },
    { name: "replaces", operation: { op: "replace", path: "/spec/n", value: 4 }, want: { n: 4 } },
    { name: "removes by an escaped name", operation: { op: "remove", path: "/spec/a~1b" }, want: { "a/b": undefined } },
    { name: "moves", operation: { op: "move", from: "/spec/n", path: "/spec/m" }, want: { n: undefined, m: 3 } },
    { name: "copies", operation: { op: "copy", from: "/spec/n", path: "/spec/m" }, want: { n: 3, m: 3 } },
    { name: "tests", operation: { op: "test", path: "/spec/n", value: 3 }, want: {} },
  ])("$name", ({ operation, want }) => {
    expect(jsonPatch(document, [operation])).toEqual({ spec: { ...document.spec, ...want } });
  });

  it.each([
    { name: "a test of another value", operation: { op: "test", path: "/spec/n", value: 9 } },
    { name: "a replacement of what is not there", operation: { op: "replace", path: "/spec/x", value: 9 } },
    { name: "an index past the end", operation: { op: "add", path: "/spec/list/5", value: 9 } },
    { name: "an unknown operation", operation: { op: "swap", path: "/spec/n" } },
    { name: "a pointer without a slash", operation: { op: "remove", path: "spec" } },
  ])("cannot do $name", ({ operation }) => {
    expect(jsonPatch(document, [operation])).toBeUndefined();
  });

  it("leaves the document alone", () => {
    jsonPatch(document, [{ op: "remove", path: "/spec/list/0" }]);
    expect(document.spec.list).toEqual(["a", "b"]);
  });
});

describe("a merge patch", () => {
  it("removes by null, replaces lists and makes maps on the way", () => {
    expect(mergePatch({ a: { b: 1, c: [1, 2] } }, { a: { b: null, c: [3] }, d: { e: { f: 1 } } })).toEqual({
      a: { c: [3] },
      d: { e: { f: 1 } },
    });
  });
});
