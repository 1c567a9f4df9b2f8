import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readManifests } from "../../../src/core/selection/manifest.ts";

const object = (content: unknown) => readManifests([{ type: "object", file: "a.yaml", line: 4, content }]);
const line = (text: string) => readManifests([{ type: "line", file: "a.txt", line: 2, text }]);

const named = ({ targets }: ReturnType<typeof readManifests>) =>
  targets.map(({ type, name, namespace, context }) => [context, namespace, type.kind.kind, name]);

const deploy = (name: unknown, namespace?: unknown) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, ...(namespace !== undefined && { namespace }) },
  spec: { paused: true },
});

describe("an object of a file", () => {
  const table: readonly (readonly [what: string, content: unknown, want: readonly unknown[]])[] = [
    ["a workload", deploy("web", "shop"), [[undefined, "shop", "Deployment", "web"]]],
    ["without a namespace", deploy("web"), [[undefined, undefined, "Deployment", "web"]]],
    ["an empty namespace", deploy("web", ""), [[undefined, undefined, "Deployment", "web"]]],
    [
      "of a version of long ago",
      { ...deploy("web"), apiVersion: "extensions/v1beta1" },
      [[undefined, undefined, "Deployment", "web"]],
    ],
    [
      "a List, whatever is in it",
      { apiVersion: "v1", kind: "List", items: [deploy("web"), { apiVersion: "v1", kind: "Service" }, deploy("api")] },
      [
        [undefined, undefined, "Deployment", "web"],
        [undefined, undefined, "Deployment", "api"],
      ],
    ],
    [
      "a typed list, whose items do not say what they are",
      { apiVersion: "apps/v1", kind: "StatefulSetList", items: [{ metadata: { name: "db" } }] },
      [[undefined, undefined, "StatefulSet", "db"]],
    ],
  ];
  it.each(table)("is read: %s", (_, content, want) => {
    expect(named(object(content))).toEqual(want);
    expect(object(content).invalid).toEqual([]);
  });

  it.each(["Service", "Pod", "Job", "ReplicaSet"])("of kind %s is passed over", (kind) => {
    expect(object({ apiVersion: "v1", kind, metadata: { name: "x" } })).toEqual({
      targets: [],
      invalid: [],
      passedOver: [kind],
    });
  });

  it("of another group is none of ours", () => {
    expect(object({ ...deploy("web"), apiVersion: "shop.example/v1" }).passedOver).toEqual(["Deployment"]);
  });

  const refused: readonly (readonly [what: string, content: unknown, problem: string])[] = [
    ["a text", "web", "this is no Kubernetes object"],
    ["a list of objects", [deploy("web")], "this is no Kubernetes object"],
    ["no kind", { apiVersion: "v1" }, "kind is missing: this is no Kubernetes object"],
    ["no apiVersion", { kind: "Deployment" }, "apiVersion of the Deployment is missing"],
    ["no name", deploy(undefined), "the Deployment has no name"],
    ["a number for a name", deploy(7), "the Deployment has no name"],
    ["a name that leads elsewhere", deploy("../web"), '"../web" is not a valid name'],
    ["a namespace that leads elsewhere", deploy("web", ".."), '".." is not a valid namespace'],
    ["a number for a namespace", deploy("web", 7), "the namespace of the Deployment is no text"],
  ];
  it.each(refused)("is refused with its place: %s", (_, content, problem) => {
    expect(object(content).invalid).toEqual([{ file: "a.yaml", line: 4, problem }]);
  });
});

it("reads anything without an exception", () => {
  const field = fc.constantFrom(
    "kind",
    "apiVersion",
    "items",
    "metadata",
    "name",
    "namespace",
    "Deployment",
    "apps/v1",
    "List",
  );
  const content = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.anything(),
      field,
      fc.array(tie("value")),
      fc.dictionary(field, tie("value")),
    ),
  })).value;
  fc.assert(
    fc.property(content, (one) => {
      const { targets, invalid, passedOver } = object(one);
      expect([...targets, ...invalid].every(({ file, line }) => file === "a.yaml" && line === 4)).toBe(true);
      expect(passedOver.every((kind) => typeof kind === "string")).toBe(true);
    }),
  );
});

describe("a line of a file", () => {
  const table: readonly (readonly [text: string, want: readonly unknown[]])[] = [
    ["shop/deployment/web", [undefined, "shop", "Deployment", "web"]],
    ["deployment.apps/web", [undefined, undefined, "Deployment", "web"]],
    ["prod-eu\tshop/sts/db", ["prod-eu", "shop", "StatefulSet", "db"]],
    ["arn:aws:eks:eu:1:cluster/prod  shop/ds/agent", ["arn:aws:eks:eu:1:cluster/prod", "shop", "DaemonSet", "agent"]],
    // Somebody wrote it down: it is refused by name later, with its owner.
    ["shop/pod/web-1", [undefined, "shop", "Pod", "web-1"]],
  ];
  it.each(table)("is read: %s", (text, want) => {
    expect(named(line(text))).toEqual([want]);
  });

  it.each([
    "web",
    "a b shop/deploy/web",
    "shop//web",
    "shop/deploy/",
    "a/b/c/d",
    "shop/deplyo/web",
    "shop/deploy/web-*",
    "../deploy/web",
  ])("is refused with its place: %s", (text) => {
    expect(line(text).invalid).toMatchObject([{ file: "a.txt", line: 2 }]);
  });
});
