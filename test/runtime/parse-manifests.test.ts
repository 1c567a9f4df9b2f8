import { describe, expect, it } from "vitest";
import { parseManifests } from "../../src/runtime/parse-manifests.ts";

const read = (text: string) =>
  parseManifests("f", text).map((entry) => [
    entry.line,
    entry.type === "object" ? entry.content : entry.type === "line" ? entry.text : entry.problem,
  ]);

describe("the text of a file", () => {
  it("is split into the documents of YAML, empty ones left out, each with its line", () => {
    expect(read("# first\n---\nkind: A\n---\n---\n# nothing\n---\nkind: B\nname: 10:30\n")).toEqual([
      [3, { kind: "A" }],
      [8, { kind: "B", name: "10:30" }],
    ]);
  });

  it("may be JSON", () => {
    expect(read('  {"kind": "A"}\n')).toEqual([[1, { kind: "A" }]]);
  });

  it("may be lines, with comments and empty ones", () => {
    expect(read("# prod\n\nshop/deploy/web # the shop\r\n  prod-eu shop/sts/db\nweb\n")).toEqual([
      [3, "shop/deploy/web"],
      [4, "prod-eu shop/sts/db"],
      [5, "web"],
    ]);
  });

  it("may be what `-o name` prints", () => {
    expect(read("deployment.apps/web\nstatefulset.apps/db\n")).toEqual([
      [1, "deployment.apps/web"],
      [2, "statefulset.apps/db"],
    ]);
  });

  it.each(["", "\n\n", "# nothing\n", "---\n---\n"])("may hold nothing: %j", (text) => {
    expect(read(text)).toEqual([]);
  });

  it.each(['"s3cr3t', "|s3cr3t\n    x", "!s3cr3t! x", "a: s3cr3t: b"])(
    "broken at %j says where and nothing of it",
    (value) => {
      const [entry, ...more] = read(`kind: Secret\nstringData:\n  token: ${value}\n`);
      expect(more).toEqual([]);
      expect(entry?.[0]).toBeGreaterThan(2);
      expect(entry?.[1]).toMatch(/^this is not valid YAML: /);
      expect(entry?.[1]).not.toContain("s3cr3t");
    },
  );

  it("keeps the good documents beside a broken one", () => {
    const entries = parseManifests("f", "kind: A\n---\nkind: [\n---\nkind: C\n");
    expect(entries.map(({ type }) => type)).toEqual(["object", "unreadable", "object"]);
  });
});
