import { describe, expect, it } from "vitest";
import { checkName, isClusterName } from "../../src/server/workload-name.ts";
import { web } from "./stage.ts";

describe("a name in a request", () => {
  it.each([
    web,
    { ...web, group: "", resource: "pods" },
    { ...web, name: "a.b-c.1" },
    { ...web, name: "a".repeat(253), namespace: "n".repeat(63), version: "v2beta1" },
    { ...web, group: "argoproj.io", version: "v1alpha1", resource: "rollouts" },
  ])("may be %o", (given) => {
    expect(checkName(given)).toBe(given);
  });

  it.each([
    ["name", "", ".", "..", "a/b", "a%2fb", "%2e%2e", "a\\b", "web?dryRun=All", "web#x", "web;x", "Web", "-a", "a-"],
    ["name", "a.", ".a", "a..b", "a".repeat(254), "a b", "wéb", "🙂", "wеb", "web\n", "web\r", "\u001b[31mweb"],
    ["namespace", "", ".", "..", "ns/../kube-system", "n".repeat(64), "Shop", "a.b"],
    ["group", "..", "apps/v1", "Apps", "apps.", ".apps", "a".repeat(254)],
    ["version", "", "..", "v1/namespaces/x", "V1", "v1 ", "api", "1", "v0", "v1gamma1"],
    ["resource", "", "deployments/scale", "pods/exec", "*", "..", "r".repeat(64)],
  ])("has no %s such as these: %o…", (part, ...values) => {
    for (const value of values) {
      const check = () => checkName({ ...web, [part]: value });
      expect(check, JSON.stringify(value)).toThrow(expect.objectContaining({ reason: "Usage" }));
      expect(check, JSON.stringify(value)).toThrow(new RegExp(`^${part} `));
    }
  });

  it.each(["Deployment", "deploy", "deployment", "DEPLOYMENTS"])("hints at the plural for %s", (resource) => {
    expect(() => checkName({ ...web, resource })).toThrow("resource is the plural in lower case: deployments");
  });

  it("of a cluster is one that contexts have, and nothing that leads anywhere", () => {
    const real = ["prod", "kind-kind", "arn:aws:eks:eu-west-1:1:cluster/prod", "gke_p_z_c", "admin@cluster.local"];
    expect(real.filter(isClusterName)).toEqual(real);
    const bad = ["../../kubeconfig", "/etc/passwd", "a b", "a\nb", "", "x".repeat(254), "a?b", "a\\b"];
    expect(bad.filter(isClusterName)).toEqual([]);
  });
});
