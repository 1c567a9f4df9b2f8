import { describe, expect, it } from "vitest";
import { goText, strategicMergePatch } from "../../../src/sim/api/strategic-merge-patch.ts";
import type { JsonObject } from "../../../src/sim/object.ts";

const two = {
  containers: [
    { name: "c1", image: "n1", env: [{ name: "A", value: "1" }] },
    { name: "c2", image: "n2" },
  ],
};

interface Row {
  readonly name: string;
  readonly type: string;
  readonly target: JsonObject;
  readonly patch: JsonObject;
  readonly want: unknown;
}

const rows: readonly Row[] = [
  {
    name: "joins containers and their variables by name",
    type: "PodSpec",
    target: two,
    patch: { containers: [{ name: "c1", env: [{ name: "A", value: "2" }] }] },
    want: {
      containers: [
        { name: "c1", image: "n1", env: [{ name: "A", value: "2" }] },
        { name: "c2", image: "n2" },
      ],
    },
  },
  {
    name: "puts a new container before the old ones",
    type: "PodSpec",
    target: { containers: [{ name: "c1" }, { name: "c2" }] },
    patch: { containers: [{ name: "c3" }] },
    want: { containers: [{ name: "c3" }, { name: "c1" }, { name: "c2" }] },
  },
  {
    name: "follows $setElementOrder",
    type: "PodSpec",
    target: { containers: [{ name: "c1" }, { name: "c2" }] },
    patch: {
      "$setElementOrder/containers": [{ name: "c1" }, { name: "c2" }, { name: "c3" }],
      containers: [{ name: "c3" }],
    },
    want: { containers: [{ name: "c1" }, { name: "c2" }, { name: "c3" }] },
  },
  {
    name: "deletes an item",
    type: "PodSpec",
    target: { containers: [{ name: "c1" }, { name: "c2" }] },
    patch: { containers: [{ name: "c1", $patch: "delete" }] },
    want: { containers: [{ name: "c2" }] },
  },
  {
    name: "replaces a list",
    type: "PodSpec",
    target: { containers: [{ name: "c1" }, { name: "c2" }] },
    patch: { containers: [{ $patch: "replace" }, { name: "z" }] },
    want: { containers: [{ name: "z" }] },
  },
  {
    name: "replaces a list without a merge key",
    type: "PodSpec",
    target: { tolerations: [{ key: "a" }] },
    patch: { tolerations: [{ key: "b" }] },
    want: { tolerations: [{ key: "b" }] },
  },
  {
    name: "joins finalizers by value",
    type: "ObjectMeta",
    target: { finalizers: ["x/a"] },
    patch: { finalizers: ["x/b", "x/a"] },
    want: { finalizers: ["x/b", "x/a"] },
  },
  {
    name: "takes values out of a list of plain values",
    type: "ObjectMeta",
    target: { finalizers: ["x/a", "x/b"] },
    patch: { "$deleteFromPrimitiveList/finalizers": ["x/a"] },
    want: { finalizers: ["x/b"] },
  },
  {
    name: "drops what $retainKeys does not name",
    type: "DeploymentSpec",
    target: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } },
    patch: { strategy: { $retainKeys: ["type"], type: "Recreate" } },
    want: { strategy: { type: "Recreate" } },
  },
  {
    name: "replaces a map",
    type: "ObjectMeta",
    target: { labels: { a: "1", b: "2" } },
    patch: { labels: { $patch: "replace", c: "3" } },
    want: { labels: { c: "3" } },
  },
  {
    name: "removes a key by null",
    type: "ObjectMeta",
    target: { annotations: { a: "1", b: "2" } },
    patch: { annotations: { a: null } },
    want: { annotations: { b: "2" } },
  },
  {
    name: "wants the merge key",
    type: "PodSpec",
    target: two,
    patch: { containers: [{ image: "d" }] },
    want: { refusal: "map: map[image:d] does not contain declared merge key: name" },
  },
];

describe("a strategic merge patch", () => {
  it.each(rows)("$name", ({ type, target, patch, want }) => {
    expect(strategicMergePatch(target, patch, type)).toEqual(want);
  });

  it("is quoted as Go prints a map", () => {
    expect(goText({ spec: { b: [1, "x"], a: null } })).toBe("map[spec:map[a:<nil> b:[1 x]]]");
  });
});
