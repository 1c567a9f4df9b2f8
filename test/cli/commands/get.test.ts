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
      ["KIND", "NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "ROLLOUT", "RESTARTED"],
      ["Deployment", "web", "3/3", "3", "3", "30s", "complete", "<none>"],
      ["StatefulSet", "db", "3/3", "3", "3", "30s", "complete", "<none>"],
      ["DaemonSet", "agent", "3/3", "3", "3", "30s", "complete", "<none>"],
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
    expect(rows((await stage.run(["get"])).out)[1]?.at(-2)).toBe(state);
  });

  it("names cluster and namespace where there are several, and who restarted, owns and deploys each", async () => {
    const stage = await createStage("eu-1", "eu-2");
    await stage.applyTo("eu-1", workload("Deployment", "web"));
    const owner = { apiVersion: "kafka.strimzi.io/v1beta2", kind: "Kafka", name: "main", uid: "k", controller: true };
    const labels = { "app.kubernetes.io/managed-by": "Helm" };
    const deployed = { name: "api", namespace: "shop", labels, ownerReferences: [owner] };
    await stage.applyTo("eu-2", {
      ...workload("Deployment", "api"),
      metadata: deployed,
    });
    await stage.run(["deploy/web", "--yes", "--field-manager", "night-shift"]);
    const args = ["get", "deploy", "-A", "--context", "eu-*"];
    const [header, web, api] = rows((await stage.run([...args, "-o", "wide"])).out);
    expect(header?.join(" ")).toBe(
      "CLUSTER NAMESPACE NAME READY UP-TO-DATE AVAILABLE AGE ROLLOUT RESTARTED BY OWNER STRATEGY IMAGES",
    );
    expect(web?.slice(0, 3)).toEqual(["eu-1", "shop", "web"]);
    expect(web?.[8]).toMatch(/^\d+s$/);
    expect(web?.slice(9)).toEqual(["night-shift", "<none>", "RollingUpdate", "shop.example/app:1"]);
    expect(api?.slice(8)).toEqual(["<none>", "<none>", "helm,Kafka/main", "RollingUpdate", "shop.example/app:1"]);
    const { items } = JSON.parse((await stage.run([...args, "-o", "json"])).out);
    expect(items).toMatchObject([
      { cluster: "eu-1", restartedAt: expect.stringMatching(/^2026-/), restartedBy: "night-shift" },
      { cluster: "eu-2", manager: "helm", owner: { kind: "Kafka", name: "main" }, strategy: "RollingUpdate" },
    ]);
  });

  describe("sorts", () => {
    const prepared = async () => {
      const stage = await createStage();
      await stage.apply(workload("StatefulSet", "b"));
      await stage.apply(workload("Deployment", "c", { trouble: { "fake/never-ready": "true" } }));
      await stage.apply(workload("Deployment", "a"), workload("DaemonSet", "d"));
      await stage.run(["sts/b", "--yes"]);
      await stage.run(["deploy/a", "--yes"]);
      return stage;
    };

    it.each([
      ["name", "a b c d"],
      ["-name", "d c b a"],
      ["kind", "d a c b"],
      ["ready", "c a b d"],
      ["-ready", "a b d c"],
      ["age", "a d c b"],
      ["-age", "b c a d"],
      ["restarted", "a b c d"],
      ["-restarted", "c d b a"],
      ["rollout", "c a b d"],
    ])("by %s", async (column, order) => {
      const { out } = await (await prepared()).run(["get", "--sort-by", column, "-o", "name"]);
      expect(out.trim().replaceAll(/\S+\//g, "").split("\n").join(" ")).toBe(order);
    });

    it("clusters and namespaces together", async () => {
      const stage = await createStage("eu-2", "eu-1");
      for (const name of ["eu-2", "eu-1"])
        await stage.applyTo(name, workload("Deployment", "web"), workload("Deployment", "api"));
      const { out } = await stage.run(["get", "deploy", "--context", "*", "--sort-by=cluster"]);
      expect(
        rows(out)
          .slice(1)
          .map(([cluster, name]) => `${cluster}/${name}`),
      ).toEqual(["eu-1/api", "eu-1/web", "eu-2/api", "eu-2/web"]);
    });

    it.each([
      ["nmae", "did you mean name?"],
      [".metadata.name", "columns: name, namespace, cluster, kind, ready, rollout, age, restarted"],
      ["", "columns: name"],
    ])("by no column %j", async (column, advice) => {
      const { err, exitCode } = await (await createStage()).run(["get", `--sort-by=${column}`]);
      expect(exitCode).toBe(2);
      expect(err).toContain(advice);
    });
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
    expect(out).toMatch(/Deployment +web/);
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
          rollout: { phase: "complete" },
        },
      ],
    });
  });
});
