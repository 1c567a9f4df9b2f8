import { expect, it } from "vitest";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment, workload } from "./manifests.ts";
import { patch, pathOf, restartBody } from "./patch.ts";
import { podsOf } from "./pods.ts";
import { ends, last, planRestart, restartOne, runRestart } from "./run-restart.ts";

const quota = (pods: string) => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "pods" },
  spec: { hard: { pods } },
});
/** Any rollout counts as started, as if somebody had just created it. */
const allow = ["rollout-in-progress"];

describeOnEveryCluster("a restart in trouble", (start) => {
  it("fails well before the progress deadline when the new pods crash, and says which, where and why", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web", { pods: { "fake/crash-after-restart": "true" } }));
    const old = await podsOf(cluster);
    const events = await restartOne(cluster, "Deployment", "web");
    expect(ends(events)).toEqual(["failed", 5]);
    const { diagnosis, seconds } = last(events, "target.finished");
    expect(diagnosis).toMatchObject({ cause: "crash-loop", container: "app", exitCode: 1, exitReason: "Error" });
    expect(diagnosis?.pod).toMatch(/^web-/);
    expect(old.map(({ name }) => name)).not.toContain(diagnosis?.pod);
    expect(seconds).toBeLessThan(60);
  });

  it.each(["StatefulSet", "DaemonSet"] as const)("fails when a %s crashes after it", async (kind) => {
    const cluster = await start();
    await cluster.applyReady(workload(kind, "web", { pods: { "fake/crash-after-restart": "true" } }));
    const events = await restartOne(cluster, kind, "web");
    expect(ends(events)).toEqual(["failed", 5]);
    expect(last(events, "target.finished").diagnosis).toMatchObject({ cause: "crash-loop", container: "app" });
  });

  it("fails at once for a missing Secret", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web", { pods: { "fake/config-error": "true" } }));
    const events = await restartOne(cluster, "Deployment", "web", { allow });
    expect(ends(events)).toEqual(["failed", 5]);
    expect(last(events, "target.finished").diagnosis).toMatchObject({
      cause: "config-error",
      reason: "CreateContainerConfigError",
      message: 'secret "db-credentials" not found',
    });
  });

  it("gives an image that cannot be pulled its time", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web", { pods: { "fake/image-pull": "true" } }));
    const events = await restartOne(cluster, "Deployment", "web", { allow, limits: { failAfter: 2_000 } });
    expect(ends(events)).toEqual(["failed", 5]);
    expect(last(events, "target.warning").diagnosis.cause).toBe("image-pull");
    expect(last(events, "target.finished").diagnosis?.cause).toBe("image-pull");
    expect(last(events, "target.finished").seconds).toBeGreaterThanOrEqual(2);
  });

  it("gives a pod that no node takes its time, too", async () => {
    const cluster = await start();
    const template = {
      metadata: { labels: { app: "web" }, annotations: { "fake/unschedulable": "true" } },
      spec: { containers: [{ name: "app", image: "shop.example/app:1" }], nodeSelector: { colour: "none" } },
    };
    await cluster.apply(deployment("web", { spec: { template } }));
    const events = await restartOne(cluster, "Deployment", "web", { allow, limits: { failAfter: 2_000 } });
    expect(ends(events)).toEqual(["failed", 5]);
    expect(last(events, "target.finished").diagnosis).toMatchObject({
      cause: "unschedulable",
      reason: "Unschedulable",
      message: expect.stringMatching(/^0\/\d+ nodes are available/),
    });
  });

  it("is stalled when pods run and never get ready", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web", { pods: { "fake/never-ready": "true" } }));
    const events = await restartOne(cluster, "Deployment", "web", { allow, limits: { stallTimeout: 3_000 } });
    expect(ends(events)).toEqual(["stalled", 6]);
    expect(last(events, "target.finished").diagnosis?.pod).toMatch(/^web-/);
  });

  it("names the quota that has no room, from the ReplicaSet's events", async () => {
    const cluster = await start();
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    await cluster.applyReady(deployment("web", { spec: { strategy } }));
    await cluster.apply(quota("2"));
    await cluster.until("the quota counts", async () => {
      const { body } = await cluster.request(`/api/v1/namespaces/${cluster.namespace}/resourcequotas/pods`);
      return body.status?.used?.pods === "2";
    });
    const events = await restartOne(cluster, "Deployment", "web", { allow: ["quota"], limits: { failAfter: 2_000 } });
    expect(ends(events)).toEqual(["failed", 5]);
    expect(last(events, "target.finished").diagnosis).toMatchObject({
      cause: "quota",
      reason: "FailedCreate",
      message: expect.stringContaining("exceeded quota: pods, requested: pods=1, used: pods=2, limited: pods=2"),
    });
  });

  it("is healthy after all when the quota goes in time", async () => {
    const cluster = await start();
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    await cluster.applyReady(deployment("web", { spec: { strategy } }));
    await cluster.apply(quota("2"));
    await cluster.until("the quota counts", async () => {
      const { body } = await cluster.request(`/api/v1/namespaces/${cluster.namespace}/resourcequotas/pods`);
      return body.status?.used?.pods === "2";
    });
    const events = await restartOne(cluster, "Deployment", "web", {
      allow: ["quota"],
      during: async (event) => {
        if (event.type !== "target.warning") return;
        const path = `/api/v1/namespaces/${cluster.namespace}/resourcequotas/pods`;
        await cluster.api.cluster.fetch(path, { method: "DELETE" });
      },
    });
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(last(events, "target.warning").diagnosis.cause).toBe("quota");
  });
});

describeOnEveryCluster("taking a restart back", (start) => {
  it("keeps the old pods of a Deployment whose new pods are not ready", async () => {
    const cluster = await start();
    const annotations = { "fake/crash-after-restart": "true" };
    await cluster.applyReady(deployment("web", { pods: annotations, spec: { replicas: 4 } }));
    const before = await podsOf(cluster);
    await restartOne(cluster, "Deployment", "web");
    const kept = (await podsOf(cluster)).filter(({ uid }) => before.some((old) => old.uid === uid));
    expect(kept.length).toBeGreaterThanOrEqual(3);
    await patch(cluster, "deployments/web", restartBody(null));
    const path = pathOf("deployments/web", cluster.namespace);
    await cluster.until("it is complete again", async () => {
      const { metadata, status } = (await cluster.request(path)).body;
      return (
        status.observedGeneration === metadata.generation && status.availableReplicas === 4 && status.replicas === 4
      );
    });
    const after = await podsOf(cluster);
    expect(after.filter(({ uid }) => kept.some((old) => old.uid === uid))).toHaveLength(kept.length);
  });

  it("does not mend a stuck pod of an ordered StatefulSet; deleting the pod does", async () => {
    const cluster = await start();
    await cluster.applyReady(workload("StatefulSet", "db", { pods: { "fake/crash-after-restart": "true" } }));
    const before = await podsOf(cluster);
    expect(ends(await restartOne(cluster, "StatefulSet", "db"))).toEqual(["failed", 5]);
    const restored = await patch(cluster, "statefulsets/db", restartBody(null));
    const path = pathOf("statefulsets/db", cluster.namespace);
    const ready = async () => (await cluster.request(path)).body.status.readyReplicas === 2;
    await cluster.until("the restored template is observed", async () => {
      return (await cluster.request(path)).body.status.observedGeneration === restored.body.metadata.generation;
    });
    expect(await ready()).toBe(false);
    expect((await podsOf(cluster)).map(({ ready: word }) => word)).toEqual([true, false]);
    await cluster.request(`/api/v1/namespaces/${cluster.namespace}/pods/db-1`, { method: "DELETE" });
    await cluster.until("db-1 is back", ready);
    expect((await podsOf(cluster))[0]?.uid).toBe(before[0]?.uid);
  });

  it("mends a stuck pod of a parallel StatefulSet and of a DaemonSet by itself", async () => {
    const cluster = await start();
    const pods = { "fake/crash-after-restart": "true" };
    const parallel = workload("StatefulSet", "db", { pods, spec: { podManagementPolicy: "Parallel" } });
    await cluster.applyReady(parallel, workload("DaemonSet", "agent", { pods }));
    const before = await podsOf(cluster);
    for (const [kind, target] of [
      ["StatefulSet", "statefulsets/db"],
      ["DaemonSet", "daemonsets/agent"],
    ] as const) {
      expect(ends(await restartOne(cluster, kind, target.split("/")[1] ?? ""))).toEqual(["failed", 5]);
      await patch(cluster, target, restartBody(null));
    }
    await cluster.until("every pod is ready", async () => {
      const pods = await podsOf(cluster);
      return pods.length === before.length && pods.every(({ ready }) => ready);
    });
    const kept = (await podsOf(cluster)).filter(({ uid }) => before.some((old) => old.uid === uid));
    expect(kept).toHaveLength(before.length - 2);
  });
});

describeOnEveryCluster("a restart without the rights", (start) => {
  const read = [
    { verbs: ["get", "list", "watch"], apiGroups: ["apps"], resources: ["deployments", "replicasets"] },
    { verbs: ["get", "list", "watch"], apiGroups: [""], resources: ["pods", "events"] },
  ];
  const patchRight = { verbs: ["patch"], apiGroups: ["apps"], resources: ["deployments"] };

  it("is blocked for one who may only read, with the API server's words", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web"));
    const api = await cluster.as("reader", read);
    const plan = await planRestart(cluster, "Deployment", "web", { api });
    const finding = plan.targets[0]?.findings.find(({ level }) => level === "block");
    expect(finding?.code).toBe("no-permission");
    expect(JSON.stringify(finding)).toContain('User \\"reader\\" cannot patch resource \\"deployments\\"');
    expect(ends(await runRestart(cluster, plan, { api }))).toEqual(["blocked", 4]);
  });

  it("works without waiting for one who may only patch", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web"));
    const api = await cluster.as("patcher", [patchRight]);
    const waiting = await planRestart(cluster, "Deployment", "web", { api });
    expect(waiting.targets[0]?.findings.find(({ level }) => level === "block")?.code).toBe("no-watch");
    const events = await restartOne(cluster, "Deployment", "web", { api, wait: false });
    expect(ends(events)).toEqual(["requested", 0]);
    expect((await cluster.patches()).filter(({ status = 200 }) => status === 200)).toHaveLength(1);
  });

  it.each([[["get"]], [["get", "list"]]])(
    "is blocked before any PATCH for one who may %j and should follow",
    async (verbs) => {
      const cluster = await start();
      await cluster.applyReady(deployment("web"));
      const rules = [...read.map((rule) => ({ ...rule, verbs })), patchRight];
      const api = await cluster.as(verbs.includes("list") ? "reader" : "patcher", rules);
      const plan = await planRestart(cluster, "Deployment", "web", { api });
      const finding = plan.targets[0]?.findings.find(({ level }) => level === "block");
      const verb = verbs.includes("list") ? "watch" : "list";
      expect(finding?.code).toBe("no-watch");
      expect(finding?.evidence["verbs"]?.split(",")).toContain(verb);
      expect(ends(await runRestart(cluster, plan, { api }))).toEqual(["blocked", 4]);
      expect(await cluster.patches()).toEqual([]);
      const events = await restartOne(cluster, "Deployment", "web", { api, wait: false });
      expect(ends(events)).toEqual(["requested", 0]);
    },
  );

  it("is blocked by an admission policy before any PATCH", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web"));
    const message = "change freeze until Monday";
    await cluster.addPolicy({ name: `halt-${cluster.namespace}.example.com`, action: "deny", message });
    const plan = await planRestart(cluster, "Deployment", "web");
    const finding = plan.targets[0]?.findings.find(({ level }) => level === "block");
    expect(finding?.code).toBe("admission");
    expect(JSON.stringify(finding)).toContain(message);
    expect(await cluster.patches()).toEqual([]);
  });

  it("is blocked by an admission policy that comes after the look, in the policy's words", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web"));
    const plan = await planRestart(cluster, "Deployment", "web");
    const message = "change freeze until Monday";
    await cluster.addPolicy({ name: `late-${cluster.namespace}.example.com`, action: "deny", message });
    const events = await runRestart(cluster, plan);
    expect(ends(events)).toEqual(["blocked", 4]);
    expect(last(events, "target.finished").error?.message).toContain(message);
    expect((await cluster.patches()).filter(({ status = 422 }) => status < 300)).toEqual([]);
  });
});
