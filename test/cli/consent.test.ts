import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { createStage } from "./stage.ts";

const many = Array.from({ length: 11 }, (_, index) => workload("Deployment", `app-${index}`));
const names = many.map(({ metadata }) => metadata.name);

describe("consent", () => {
  it.each([
    ["y", 0],
    ["YES", 0],
    ["", 4],
    ["n", 4],
    ["yeah", 4],
  ])("takes %j at the question as exit code %i", async (answer, exitCode) => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const ran = await stage.run(["deploy/web"], { types: [answer] });
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.err).toContain("Restart deployment.apps/web in shop on dev (3 pods)? [y/N] ");
    expect(stage.patches()).toHaveLength(exitCode === 0 ? 1 : 0);
  });

  it("takes the end of the input for a no", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const ran = await stage.run(["deploy/web"], { types: [] });
    expect(ran.exitCode).toBe(4);
    expect(ran.err).toContain("not confirmed: nothing was restarted");
  });

  it("puts what a person should know into the question", async () => {
    const stage = await createStage();
    const spec = { strategy: { type: "Recreate" } };
    await stage.apply(workload("Deployment", "web", { spec }), workload("StatefulSet", "db"));
    const ran = await stage.run(["deploy/web", "sts/db"], { types: ["n"] });
    expect(ran.err).toContain("  statefulset.apps/db in shop on dev (3 pods)\n");
    expect(ran.err).toContain("warning: deployment.apps/web has the strategy Recreate: nothing serves");
    expect(ran.err).toContain("Restart 2 workloads on dev (6 pods)? [y/N] ");
  });

  it("asks for the name of a protected cluster, and takes nothing else", async () => {
    const stage = await createStage("shop-prod-eu");
    await stage.apply(workload("Deployment", "web"));
    const args = ["deploy/web", "--context", "shop-prod-eu"];
    const yes = await stage.run(args, { types: ["y"] });
    expect(yes.exitCode).toBe(4);
    expect(yes.err).toContain("\nType shop-prod-eu to go on (shop-prod-eu is protected): ");
    expect((await stage.run([...args, "--yes"], { types: ["y"] })).exitCode).toBe(4);
    expect(stage.patches()).toEqual([]);
    expect((await stage.run(args, { types: ["shop-prod-eu"] })).exitCode).toBe(0);
  });

  it.each([
    ["shop-prod-eu", true],
    ["production", true],
    ["nonprod-eu", false],
    ["eu-non-prod", false],
    ["dev", false],
  ])("takes the cluster %s for protected: %s", async (name, isProtected) => {
    const stage = await createStage(name);
    await stage.apply(workload("Deployment", "web"));
    const implicit = await stage.run(["deploy/web", "--yes"]);
    expect(implicit.exitCode).toBe(isProtected ? 2 : 0);
    if (!isProtected) return;
    expect(implicit.err).toContain(`add --context ${name}`);
    expect(stage.sim.requests.filter(({ method }) => method === "PATCH")).toEqual([]);
    const plain = await stage.run(["deploy/web", "--yes", "--context", name]);
    expect(plain).toMatchObject({ exitCode: 2 });
    expect(plain.err).toContain("--yes=1");
    expect((await stage.run(["deploy/web", "--yes=1", "--context", name])).exitCode).toBe(0);
  });

  it("asks for the number above ten workloads", async () => {
    const stage = await createStage();
    await stage.apply(...many);
    const plain = await stage.run(["deploy", ...names, "--yes"]);
    expect(plain).toMatchObject({ exitCode: 2 });
    expect(plain.err).toContain(
      "plain --yes is not enough: these are 11 workloads; look at --dry-run, then use --yes=11",
    );
    expect((await stage.run(["deploy", ...names], { types: ["y"] })).exitCode).toBe(4);
    expect((await stage.run(["deploy", ...names.slice(0, 10), "--yes", "--no-wait"])).exitCode).toBe(0);
    expect(
      (await stage.run(["deploy", ...names, "--allow=rollout-in-progress", "--no-wait"], { types: ["11"] })).exitCode,
    ).toBe(0);
    expect(stage.patches()).toHaveLength(21);
  });

  it("asks for the number when no workload is named, and leaves system namespaces alone", async () => {
    const stage = await createStage();
    const system = { ...workload("Deployment", "dns"), metadata: { name: "dns", namespace: "kube-system" } };
    await stage.apply(workload("Deployment", "web"), system);
    const plain = await stage.run(["deploy", "-A", "--yes"]);
    expect(plain.exitCode).toBe(2);
    expect(plain.err).toContain("1 workload in system namespaces left out; name the namespace with -n");
    expect(plain.err).toContain("no workload is named");
    expect((await stage.run(["deploy", "-A", "--yes=1"])).exitCode).toBe(0);
    expect(stage.patches().map(({ path }) => path)).toEqual(["/apis/apps/v1/namespaces/shop/deployments/web"]);
    expect((await stage.run(["deploy", "-n", "kube-system", "--yes=1"])).exitCode).toBe(0);
  });

  it("asks nothing more of a person who gave the exact number", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const ran = await stage.run(["deploy", "--yes=1"], { types: [] });
    expect(ran.exitCode).toBe(0);
    expect(ran.err).not.toContain("?");
  });

  it("ends with 130 when Ctrl-C is the answer", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const ran = await stage.run(["deploy/web"], {
      types: [],
      watch: (screen, { drain }) => {
        if (screen.includes("[y/N]")) drain();
      },
    });
    expect(ran.exitCode).toBe(130);
    expect(ran.err).toContain("interrupted: nothing was restarted");
    expect(stage.patches()).toEqual([]);
  });

  it("restarts in several clusters by pattern, one after the other", async () => {
    const stage = await createStage("eu-1", "eu-2", "us-1");
    for (const name of ["eu-1", "eu-2", "us-1"]) await stage.applyTo(name, workload("Deployment", "web"));
    const { out, exitCode } = await stage.run(["deploy/web", "--context", "*", "--context", "^us-*", "--yes"]);
    expect(exitCode).toBe(0);
    expect(stage.patches()).toHaveLength(2);
    expect(out).toContain("eu-1: deployment.apps/web restarted\n");
    expect(out).toMatch(/\n2 workloads in .*: 2 healthy\n$/);
    expect(out.indexOf("eu-1: healthy")).toBeLessThan(out.indexOf("eu-2: deployment.apps/web restarted"));
  });
});
