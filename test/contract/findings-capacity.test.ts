import { expect, it } from "vitest";
import type { ClusterUnderTest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment, workload } from "./manifests.ts";
import { patch, pathOf, restartBody } from "./patch.ts";
import { podsOf } from "./pods.ts";
import { findingsOf, type PlanOptions } from "./run-restart.ts";

const found = (
  cluster: ClusterUnderTest,
  code: string,
  [kind, name]: readonly [kind: string, name: string],
  options: PlanOptions = {},
) => findingsOf(cluster, code, name, { kind, ...options });

const web = ["Deployment", "web"] as const;
const db = ["StatefulSet", "db"] as const;
const agent = ["DaemonSet", "agent"] as const;

describeOnEveryCluster("a quota", (start) => {
  async function limited(pods: number, replicas: number, maxSurge: number) {
    const cluster = await start();
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable: 0 } };
    await cluster.applyReady(deployment("web", { spec: { replicas, strategy } }));
    const metadata = { name: "pods" };
    await cluster.apply({ apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: { pods: String(pods) } } });
    const path = pathOf("v1/resourcequotas/pods", cluster.namespace);
    await cluster.until("the quota counts", async () => {
      return (await cluster.request(path)).body.status?.used?.pods === String(replicas);
    });
    return cluster;
  }

  it("that takes no new pod blocks", async () => {
    expect(await found(await limited(2, 2, 1), "quota", web)).toEqual([
      { level: "block", evidence: { quota: "pods", resource: "pods", needed: "1", left: "0", why: "alone" } },
    ]);
  });

  it("that takes one of two at a time warns", async () => {
    expect(await found(await limited(4, 3, 2), "quota", web)).toMatchObject([
      { level: "warn", evidence: { needed: "2", left: "1" } },
    ]);
  });

  it("that was lowered below what is used blocks what takes an old pod first", async () => {
    const cluster = await start();
    const metadata = { name: "pods" };
    await cluster.applyReady(workload("StatefulSet", "db"));
    await cluster.apply({ apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: { pods: "1" } } });
    const path = pathOf("v1/resourcequotas/pods", cluster.namespace);
    await cluster.until("the quota counts", async () => (await cluster.request(path)).body.status?.used?.pods === "2");
    expect(await found(cluster, "quota", db)).toEqual([
      { level: "block", evidence: { quota: "pods", resource: "pods", used: "2", hard: "1", why: "overdrawn" } },
    ]);
    await cluster.request(`/api/v1/namespaces/${cluster.namespace}/pods/db-1`, { method: "DELETE" });
    await cluster.until("its place is refused", async () => {
      const { body } = await cluster.request(`/api/v1/namespaces/${cluster.namespace}/events`);
      return (body.items as readonly { reason: string }[]).some(({ reason }) => reason === "FailedCreate");
    });
    expect(await podsOf(cluster)).toHaveLength(1);
  });

  it("with room is no finding", async () => {
    expect(await found(await limited(3, 2, 1), "quota", web)).toEqual([]);
  });
});

describeOnEveryCluster("a workload that is not well", (start) => {
  it("is told with the pod that holds an ordered StatefulSet", async () => {
    const cluster = await start();
    await cluster.apply(workload("StatefulSet", "db", { pods: { "fake/never-ready": "true" } }));
    await cluster.until("its first pod is there", async () => (await podsOf(cluster)).length === 1);
    await cluster.until("it is observed", async () => {
      const { status } = (await cluster.request(pathOf("statefulsets/db", cluster.namespace))).body;
      return status.observedGeneration === 1 && status.currentRevision === status.updateRevision;
    });
    expect(await found(cluster, "already-unhealthy", db)).toMatchObject([
      { level: "warn", evidence: { available: "0", desired: "2", pod: "db-0", holds: "true" } },
    ]);
  });

  it("is told with the reason why a container waits", async () => {
    const cluster = await start();
    await cluster.apply(workload("StatefulSet", "db", { pods: { "fake/crash": "true" } }));
    await cluster.until("it waits in its crash loop", async () => {
      const { body } = await cluster.request(`/api/v1/namespaces/${cluster.namespace}/pods/db-0`);
      return body.status?.containerStatuses?.[0]?.state?.waiting?.reason === "CrashLoopBackOff";
    });
    const findings = await found(cluster, "already-unhealthy", db);
    expect(findings).toMatchObject([{ evidence: { pod: "db-0", reason: "CrashLoopBackOff" } }]);
  });

  it("is no finding when it is", async () => {
    const cluster = await start();
    await cluster.applyReady(workload("StatefulSet", "db"));
    expect(await found(cluster, "already-unhealthy", db)).toEqual([]);
  });
});

describeOnEveryCluster("a workload without pods", (start) => {
  const none = deployment("web", { spec: { replicas: 0 } });
  const revised = (cluster: ClusterUnderTest, wanted: number) =>
    cluster.until(`there are ${wanted} revisions`, async () => {
      const { body } = await cluster.request(`/apis/apps/v1/namespaces/${cluster.namespace}/replicasets`);
      const { metadata, status } = (await cluster.request(pathOf("deployments/web", cluster.namespace))).body;
      return body.items.length === wanted && status.observedGeneration === metadata.generation;
    });

  it("that was restarted a moment ago warns, and six times blocks", async () => {
    const cluster = await start();
    await cluster.applyReady(none);
    expect(await found(cluster, "recently-restarted", web)).toEqual([]);
    for (const time of [1, 2, 3, 4, 5, 6]) {
      await patch(cluster, "deployments/web", restartBody(new Date(cluster.clock.now() + time * 1000).toISOString()));
      await revised(cluster, time + 1);
      if (time > 1) continue;
      expect(await found(cluster, "recently-restarted", web)).toMatchObject([
        { level: "warn", evidence: { restarts: "1" } },
      ]);
    }
    expect(await found(cluster, "recently-restarted", web)).toMatchObject([
      { level: "block", evidence: { restarts: "6" } },
    ]);
  });

  it("that something else rolled a moment ago warns, too", async () => {
    const cluster = await start();
    await cluster.applyReady(none);
    await patch(cluster, "deployments/web", { spec: { template: { metadata: { annotations: { reloaded: "1" } } } } });
    await revised(cluster, 2);
    expect(await found(cluster, "recently-restarted", web)).toMatchObject([
      { level: "warn", evidence: { restarts: "0" } },
    ]);
  });
});

describeOnEveryCluster("a DaemonSet", (start) => {
  it("whose budget is spent blocks; allowed, what is unavailable is replaced at once", async () => {
    const cluster = await start();
    await cluster.apply(workload("DaemonSet", "agent", { pods: { "fake/never-ready": "true" } }));
    const path = pathOf("daemonsets/agent", cluster.namespace);
    await cluster.until("its pods are there", async () => {
      const { status } = (await cluster.request(path)).body;
      return status.desiredNumberScheduled > 0 && status.updatedNumberScheduled === status.desiredNumberScheduled;
    });
    const before = await podsOf(cluster);
    const [finding] = await found(cluster, "daemonset-budget-spent", agent);
    expect(finding).toMatchObject({
      level: "block",
      evidence: { unavailable: String(before.length), maxUnavailable: "1" },
    });
    expect(finding?.evidence["pods"]?.split(",")).toHaveLength(3);
    await patch(cluster, "daemonsets/agent", restartBody(new Date(cluster.clock.now()).toISOString()));
    await cluster.until("every pod is another one", async () => {
      const after = await podsOf(cluster);
      return after.length === before.length && !after.some(({ uid }) => before.some((old) => old.uid === uid));
    });
    expect((await podsOf(cluster)).some(({ ready }) => ready)).toBe(false);
  });

  it("that is available on every node is no finding", async () => {
    const cluster = await start();
    await cluster.applyReady(workload("DaemonSet", "agent"));
    expect(await found(cluster, "daemonset-budget-spent", agent)).toEqual([]);
  });
});

describeOnEveryCluster("what the object and the rights say", (start) => {
  it("is the partition with the pods beyond it, and nothing without one", async () => {
    const cluster = await start();
    const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 1 } };
    await cluster.applyReady(
      workload("StatefulSet", "db", { spec: { updateStrategy } }),
      workload("StatefulSet", "all"),
    );
    expect(await found(cluster, "partition", db)).toEqual([
      { level: "warn", evidence: { partition: "1", replicas: "2", affected: "1" } },
    ]);
    expect(await found(cluster, "partition", ["StatefulSet", "all"])).toEqual([]);
  });

  it("is no-permission for all but the name that a role allows", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web"), deployment("api"));
    const deployments = { apiGroups: ["apps"], resources: ["deployments"] };
    const api = await cluster.as("patcher", [
      { verbs: ["get", "list", "watch"], apiGroups: ["apps"], resources: ["deployments", "replicasets"] },
      { verbs: ["get", "list", "watch"], apiGroups: [""], resources: ["pods"] },
      { ...deployments, verbs: ["patch"], resourceNames: ["web"] },
    ]);
    expect(await found(cluster, "no-permission", web, { api })).toEqual([]);
    expect(await found(cluster, "no-permission", ["Deployment", "api"], { api })).toMatchObject([{ level: "block" }]);
  });
});
