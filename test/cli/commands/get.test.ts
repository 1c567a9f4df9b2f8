import { describe, expect, it } from "vitest";
import { workloadKinds } from "../../../src/core/index.ts";
import { workload } from "../../core/simulated.ts";
import { createStage } from "../stage.ts";

const rows = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {2,}/));

describe("restart get", () => {
  it("prints kubectl's columns and the state of the rollout", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"), workload("StatefulSet", "db"), workload("DaemonSet", "agent"));
    const { out, exitCode } = await stage.run(["get"]);
    expect(exitCode).toBe(0);
    expect(rows(out)).toEqual([
      ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "ROLLOUT"],
      ["deployment.apps/web", "3/3", "3", "3", "30s", "complete"],
      ["statefulset.apps/db", "3/3", "3", "3", "30s", "complete"],
      ["daemonset.apps/agent", "3/3", "3", "3", "30s", "complete"],
    ]);
  });

  it.each([
    ["paused", workload("Deployment", "web", { spec: { paused: true } }), "paused"],
    ["without replicas", workload("Deployment", "web", { spec: { replicas: 0 } }), "no pods"],
    [
      "that cannot finish",
      workload("Deployment", "web", { trouble: { "fake/never-ready": "true" }, spec: { progressDeadlineSeconds: 5 } }),
      "stuck",
    ],
    ["on delete", workload("StatefulSet", "web", { spec: { updateStrategy: { type: "OnDelete" } } }), "on delete"],
    ["on its way", workload("Deployment", "web", { trouble: { "fake/ready-delay": "600000" } }), "rolling 3/3"],
  ])("says what holds a workload %s", async (_, object, state) => {
    const stage = await createStage();
    await stage.apply(object);
    expect(rows((await stage.run(["get"])).out)[1]?.at(-1)).toBe(state);
  });

  it("names cluster and namespace where there are several, and when each was restarted", async () => {
    const stage = await createStage("eu-1", "eu-2");
    await stage.applyTo("eu-1", workload("Deployment", "web"));
    await stage.applyTo("eu-2", workload("Deployment", "api"));
    await stage.run(["deploy/web", "--yes"]);
    const { out } = await stage.run(["get", "deploy", "-A", "--context", "eu-*", "-o", "wide"]);
    const [header, ...lines] = rows(out);
    expect(header).toEqual([
      "CLUSTER",
      "NAMESPACE",
      "NAME",
      "READY",
      "UP-TO-DATE",
      "AVAILABLE",
      "AGE",
      "ROLLOUT",
      "RESTARTED",
      "IMAGES",
    ]);
    expect(lines.map((cells) => [cells[0], cells[2], cells[9]])).toEqual([
      ["eu-1", "web", "shop.example/app:1"],
      ["eu-2", "api", "shop.example/app:1"],
    ]);
    expect(lines[0]?.[8]).toMatch(/^\d+s$/);
    expect(lines[1]?.[8]).toBe("<none>");
  });

  it("filters by name, kind, selector and namespace pattern", async () => {
    const stage = await createStage();
    const labelled = {
      ...workload("Deployment", "api"),
      metadata: { name: "api", namespace: "shop", labels: { tier: "back" } },
    };
    await stage.apply(workload("Deployment", "web"), labelled, workload("StatefulSet", "db"));
    const names = async (...args: string[]) => (await stage.run(["get", ...args, "-o", "name"])).out.trim().split("\n");
    expect(await names("deploy/web", "sts/db")).toEqual(["deployment.apps/web", "statefulset.apps/db"]);
    expect(await names("sts,deploy")).toEqual(["statefulset.apps/db", "deployment.apps/api", "deployment.apps/web"]);
    expect(await names("deploy", "-l", "tier=back")).toEqual(["deployment.apps/api"]);
    expect(await names("deploy", "--field-selector", "metadata.name=web")).toEqual(["deployment.apps/web"]);
    expect(await names("deploy", "-n", "sh*")).toHaveLength(2);
    expect((await stage.run(["get", "deploy", "-n", "sh*", "-n", "^shop"])).exitCode).toBe(3);
  });

  it("lists what there is and says what is missing", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const { out, err, exitCode } = await stage.run(["get", "deploy", "web", "nope"]);
    expect(exitCode).toBe(3);
    expect(out).toContain("web");
    expect(err).toContain('deployments.apps "nope" not found');
  });

  it("shows the clusters that answer when another does not", async () => {
    const stage = await createStage("eu-1", "eu-2");
    await stage.applyTo("eu-1", workload("Deployment", "web"));
    stage.clusters["eu-2"]?.intercept(() => new Response("who are you", { status: 401 }));
    const { out, err, exitCode } = await stage.run(["get", "--context", "*"]);
    expect(exitCode).toBe(9);
    expect(out).toContain("deployment.apps/web");
    expect(err).toMatch(/^error: .*\(context eu-2\); log in again\n$/);
    const json = await stage.run(["get", "--context", "*", "-o", "json"]);
    expect(JSON.parse(json.out)).toMatchObject({
      kind: "WorkloadList",
      items: [{}],
      errors: [{ reason: "Unauthorized", cluster: "eu-2" }],
    });
  });

  it("lists each kind once for every cluster, and no more", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const before = stage.sim.requests.length;
    await stage.run(["get", "-A"]);
    expect(stage.sim.requests.slice(before).map(({ path }) => path.split("/").at(-1))).toEqual(
      workloadKinds.map(({ resource }) => resource),
    );
  });

  it("writes objects with Kubernetes' names", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const { out } = await stage.run(["get", "deploy/web", "-o", "json"]);
    expect(JSON.parse(out)).toMatchObject({
      schema: "restart/v1",
      kind: "WorkloadList",
      items: [
        {
          cluster: "dev",
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { namespace: "shop", name: "web" },
          updatedReplicas: 3,
          rollout: "complete",
        },
      ],
    });
  });
});
