import { expect } from "vitest";
import type { SixFields } from "./call.ts";
import { expectOfBoth } from "./expectations.ts";
import { everywhere, onBun, type Row, type Where } from "./row.ts";

type Fields = Partial<SixFields>;

/** A row of names that are refused before anything leaves for the cluster. */
const refused = (number: number, name: string, inputs: readonly Fields[], where: readonly Where[] = onBun): Row => ({
  number,
  name,
  where,
  run: async (server) => {
    const before = server.api.requests();
    for (const fields of inputs) {
      const answers = await expectOfBoth(server, fields, "invalid_argument", JSON.stringify(fields).slice(0, 120));
      for (const { message } of answers) expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
    expect(server.api.requests(), "requests that left").toBe(before);
    for (const line of server.audit()) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  },
});

const names = (...all: readonly string[]): readonly Fields[] => all.map((name) => ({ name }));
const namespaces = (...all: readonly string[]): readonly Fields[] => all.map((namespace) => ({ namespace }));

/** 103 to 114: parts of a URL that are none. */
export const nameRows: readonly Row[] = [
  refused(103, "a name of dots", names("..", ".", "..."), everywhere),
  refused(
    104,
    "a namespace that climbs",
    namespaces("..", ".", "ns/../kube-system", "shop/deployments/web"),
    everywhere,
  ),
  refused(
    105,
    "a group or a version that climbs",
    [
      { group: "..", version: "api", resource: "secrets" },
      { group: ".", version: "v1" },
      { version: ".." },
      { version: "." },
      { version: "v1/namespaces/x" },
      { group: "apps/v1" },
      { group: "apps/v1/namespaces/shop/deployments/web/.." },
    ],
    everywhere,
  ),
  refused(
    106,
    "a name with what a URL gives a meaning to",
    names("a/b", "a%2fb", "%2e%2e", "a\\b", "web?dryRun=All", "web#x", "web;x", "web&x=y", "web:x", "web+x"),
  ),
  refused(
    107,
    "a name that is none",
    names(
      ...["Web", "WEB", "-web", "web-", ".web", "web.", "web..x", "we b", " web", "web ", "web_x", "wéb", "web🙂"],
      ...["wеb", "ｗｅｂ", "x".repeat(254), ""],
    ),
  ),
  refused(
    108,
    "a name with a line break or a terminal's escape",
    names(
      "web\n",
      "web\r",
      "web\r\nX-Evil: 1",
      "web\nreason=ok",
      "\u001b[2Jweb",
      "\u001b]0;x\u0007web",
      "web\u2028",
      "\u009bweb",
    ),
  ),
  refused(
    109,
    "a namespace that is none",
    namespaces("x".repeat(64), "Shop", "", "shop.x", "-shop", "shop-", "sh op", "shop\n", "shop_x"),
  ),
  {
    number: 110,
    name: "a namespace on a kind that has none",
    where: onBun,
    run: async (server) => {
      for (const fields of [
        { group: "rbac.authorization.k8s.io", resource: "clusterroles" },
        { group: "", resource: "nodes" },
        { group: "", resource: "namespaces", name: "shop" },
      ]) {
        await expectOfBoth(server, fields, ["invalid_argument", "failed_precondition", "not_found"], fields.resource);
      }
    },
  },
  refused(111, "a version or a group that is none", [
    ...["", "V1", "v1 ", " v1", "1", "v", "v0", "v1.", "v1alpha", "latest"].map((version) => ({ version })),
    ...["Apps", "apps.", ".apps", "apps ", "ap ps", "apps..k8s"].map((group) => ({ group })),
  ]),
  refused(
    112,
    "a subresource, a star, nothing",
    ["deployments/scale", "deployments/status", "pods/exec", "*", "", "deployments ", "deployments?x"].map(
      (resource) => ({ resource }),
    ),
  ),
  {
    number: 113,
    name: "a kind, a singular or a short name in place of the plural",
    where: onBun,
    run: async (server) => {
      for (const [resource, plural] of [
        ["Deployment", "deployments"],
        ["deploy", "deployments"],
        ["deployment", "deployments"],
        ["DEPLOYMENTS", "deployments"],
        ["sts", "statefulsets"],
        ["DaemonSet", "daemonsets"],
      ] as const) {
        const answers = await expectOfBoth(server, { resource }, "invalid_argument", resource);
        for (const { message } of answers) expect(message).toContain(plural);
      }
    },
  },
  {
    number: 114,
    name: "a namespace or a resource that the operator does not allow",
    where: onBun,
    options: { allow: { namespaces: ["shop"], resources: ["deployments"] } },
    run: async (server) => {
      const before = server.api.requests();
      for (const fields of [{ namespace: "kube-system" }, { resource: "statefulsets" }, { namespace: "shop2" }]) {
        await expectOfBoth(server, fields, "permission_denied", JSON.stringify(fields));
      }
      expect(server.api.requests(), "requests that left").toBe(before);
    },
  },
];
