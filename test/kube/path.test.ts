import { describe, expect, it } from "vitest";
import { type ResourcePath, resourcePath } from "../../src/kube/path.ts";

const web: ResourcePath = { group: "apps", version: "v1", resource: "deployments", namespace: "shop", name: "web" };
const role: ResourcePath = { ...web, group: "rbac.authorization.k8s.io", resource: "roles" };

const good: readonly { readonly name: string; readonly given: ResourcePath; readonly want: string }[] = [
  { name: "a named object", given: web, want: "/apis/apps/v1/namespaces/shop/deployments/web" },
  { name: "the core group", given: { group: "", version: "v1", resource: "nodes" }, want: "/api/v1/nodes" },
  {
    name: "a subresource",
    given: { group: "", version: "v1", resource: "pods", namespace: "shop", name: "web-1.x", subresource: "log" },
    want: "/api/v1/namespaces/shop/pods/web-1.x/log",
  },
  {
    name: "a custom resource of an alpha version",
    given: { group: "argoproj.io", version: "v1alpha1", resource: "rollouts", namespace: "a" },
    want: "/apis/argoproj.io/v1alpha1/namespaces/a/rollouts",
  },
  {
    name: "a role's name, which only has to be one segment",
    given: { ...role, name: "system:Node" },
    want: "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles/system%3ANode",
  },
  {
    name: "the longest name",
    given: { ...web, name: "a".repeat(253) },
    want: `${resourcePath({ ...web, name: "a" })}${"a".repeat(252)}`,
  },
];

// Each of these reaches another resource, or another server's idea of one, when it is only encoded.
const escapes = [
  "",
  ".",
  "..",
  "...",
  "%2e%2e",
  "%2e",
  "a/b",
  "/",
  "a%2fb",
  "../../nodes",
  "a\\b",
  "web?dryRun=All",
  "web#x",
  "web;x",
  "web x",
  " web",
  "web\n",
  "\u0000",
  "ｗeb",
  "a..b",
  ".a",
  "a.",
  "-a",
  "a-",
  "Web",
  "a".repeat(254),
];

describe("resourcePath", () => {
  it.each(good)("makes the path of $name", ({ given, want }) => {
    expect(resourcePath(given)).toBe(want);
  });

  for (const segment of ["version", "resource", "namespace", "name", "subresource"] as const) {
    it.each(escapes.map((value) => ({ value })))(`refuses $value as ${segment}`, ({ value }) => {
      expect(() => resourcePath({ ...web, [segment]: value })).toThrow(expect.objectContaining({ reason: "Usage" }));
    });
  }

  it.each(escapes.filter((value) => value !== "").map((value) => ({ value })))(
    "refuses $value as group",
    ({ value }) => {
      expect(() => resourcePath({ ...web, group: value })).toThrow(expect.objectContaining({ reason: "Usage" }));
    },
  );

  it.each(
    ["", ".", "..", "%2e", "a/b", "a\\b", "a b", "a?b", "a#b", "ä", "\u001b", "a".repeat(254)].map((value) => ({
      value,
    })),
  )("refuses $value even where any path segment is a name", ({ value }) => {
    expect(() => resourcePath({ ...role, name: value })).toThrow(expect.objectContaining({ reason: "Usage" }));
  });

  it("refuses names that only other kinds may have", () => {
    expect(() => resourcePath({ ...web, name: "system:node" })).toThrow('"system:node" is not a valid name');
  });

  it("refuses a dotted namespace, which no namespace can have", () => {
    expect(() => resourcePath({ ...web, namespace: "a.b" })).toThrow('"a.b" is not a valid namespace');
  });

  it("refuses a subresource without a name", () => {
    const { name: _, ...list } = web;
    expect(() => resourcePath({ ...list, subresource: "scale" })).toThrow("needs a name");
  });

  it("shows a refused value without its escape sequences", () => {
    expect(() => resourcePath({ ...web, name: "\u001b[31mred" })).toThrow('"red" is not a valid name');
  });
});
