import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { createStage } from "./stage.ts";

const inNamespace = (name: string, namespace: string) => ({
  ...workload("Deployment", name),
  metadata: { name, namespace },
});

async function shop() {
  const stage = await createStage("dev", "test");
  await stage.apply(
    workload("Deployment", "web"),
    workload("Deployment", "web-canary"),
    workload("StatefulSet", "db"),
    workload("Deployment", "sick", { trouble: { "fake/never-ready": "true" } }),
    inNamespace("dns", "kube-system"),
  );
  await stage.applyTo("test", workload("Deployment", "api"));
  return stage;
}

describe("restart get", () => {
  const table: readonly (readonly [args: string, want: readonly string[]])[] = [
    ["deploy web*", ["deployment.apps/web", "deployment.apps/web-canary"]],
    ["deploy ^web", ["deployment.apps/sick", "deployment.apps/web-canary"]],
    ["^deploy/web*", ["deployment.apps/sick", "statefulset.apps/db"]],
    ["--exclude deploy/*", ["statefulset.apps/db"]],
    ["--not-ready", ["deployment.apps/sick"]],
    ["--filter ready<desired", ["deployment.apps/sick"]],
    ["--filter kind:sts", ["statefulset.apps/db"]],
    ["deploy --filter !web --filter podage<1h", ["deployment.apps/sick"]],
    // A list hides no namespace.
    ["--filter d?s -A", ["deployment.apps/dns"]],
    ["deploy web* xyz-* -A", ["deployment.apps/web", "deployment.apps/web-canary"]],
  ];
  it.each(table)("%s", async (args, want) => {
    const stage = await shop();
    const { out, err, exitCode } = await stage.run(["get", ...args.split(" "), "-o", "name"]);
    expect(err).toBe("");
    expect(exitCode).toBe(0);
    expect(out.trimEnd().split("\n")).toEqual(want);
  });

  it("shows what files name", async () => {
    const stage = await shop();
    const { out } = await stage.run(["get", "-f", "-", "-o", "name"], { stdin: "shop/sts/db\nshop/deploy/web\n" });
    expect(out).toBe("statefulset.apps/db\ndeployment.apps/web\n");
  });

  it("needs a pattern to fit in one of the clusters only", async () => {
    const stage = await shop();
    const { out, exitCode } = await stage.run(["get", "deploy", "web", "ap*", "--context", "*", "-o", "name", "-v"]);
    expect(exitCode).toBe(3);
    const globs = await stage.run(["get", "deploy", "web*", "ap*", "--context", "*", "-o", "name"]);
    expect(globs).toMatchObject({ exitCode: 0, err: "" });
    expect(globs.out).toContain("deployment.apps/api\n");
    expect(out).toContain("deployment.apps/web\n");
  });

  it("says what was searched when nothing is left", async () => {
    const stage = await shop();
    const { err, exitCode } = await stage.run(["get", "deploy", "--owner", "helm"]);
    expect(exitCode).toBe(3);
    expect(err).toBe(
      "No resources found in shop namespace.\nsearched: deployments on dev, with --owner helm (3 looked at)\n",
    );
  });

  it("lists namespace by namespace where the cluster may not be listed", async () => {
    const stage = await shop();
    stage.useToken("limited", [
      { verbs: ["*"], resources: ["*"], namespaces: ["shop"] },
      { verbs: ["get", "list"], apiGroups: [""], resources: ["namespaces"] },
    ]);
    const { out, err, exitCode } = await stage.run(["get", "deploy", "-A", "-o", "name"]);
    expect(exitCode).toBe(0);
    expect(out).toBe("deployment.apps/sick\ndeployment.apps/web\ndeployment.apps/web-canary\n");
    expect(err).toMatch(/^left out, may not be listed: deployments in default, .*kube-system \(context dev\)\n$/);
  });

  it("costs no more than before without a condition", async () => {
    const stage = await shop();
    const before = stage.sim.requests.length;
    await stage.run(["get", "deploy", "-A"]);
    expect(stage.sim.requests.length - before).toBe(1);
  });
});
