import { expect, it } from "vitest";
import { answerOf, type ClusterUnderTest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment, workload } from "./manifests.ts";
import { mergePatch, patch, pathOf, restartBody } from "./patch.ts";
import { blocks, ends, last, planRestart, restartOne } from "./run-restart.ts";

const t0 = "2026-11-25T12:00:00Z";

/** A finalizer of the pods: they stay, terminating, until somebody takes it away. */
const stays = "test.example/stays";

function lookAt(cluster: ClusterUnderTest, target: string) {
  return async () => (await cluster.request(pathOf(target, cluster.namespace))).body;
}

async function observed(cluster: ClusterUnderTest, target: string) {
  const look = lookAt(cluster, target);
  await cluster.until(`${target} is observed`, async () => {
    const { metadata, status } = await look();
    return status?.observedGeneration === metadata.generation;
  });
  return look();
}

async function replicaSets({ namespace, request }: ClusterUnderTest): Promise<number> {
  return (await request(`/apis/apps/v1/namespaces/${namespace}/replicasets`)).body.items.length;
}

const condition = (object: { status: { conditions?: readonly { type: string }[] } }, name: string) =>
  (object.status.conditions ?? []).find(({ type }) => type === name);

describeOnEveryCluster("a restart that rolls nothing", (start) => {
  it("is observed by a paused Deployment, and rolls when it is resumed", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web"));
    await patch(cluster, "deployments/web", { spec: { paused: true } });
    await cluster.until("the pause is noted", async () => {
      return condition(await lookAt(cluster, "deployments/web")(), "Progressing") !== undefined;
    });
    expect((await patch(cluster, "deployments/web", restartBody(t0))).status).toBe(200);
    const paused = await observed(cluster, "deployments/web");
    expect(paused.status.updatedReplicas).toBeUndefined();
    expect(condition(paused, "Progressing")).toMatchObject({ status: "Unknown", reason: "DeploymentPaused" });
    expect(await replicaSets(cluster)).toBe(1);
    await patch(cluster, "deployments/web", { spec: { paused: null } });
    await cluster.until("it rolls", async () => (await replicaSets(cluster)) === 2);
  });

  it("is observed by a Deployment on its way out, which is refused", async () => {
    const cluster = await start();
    const web = deployment("web");
    await cluster.applyReady({ ...web, metadata: { ...web.metadata, finalizers: [stays] } });
    const path = pathOf("deployments/web", cluster.namespace);
    await cluster.request(path, { method: "DELETE" });
    const before = await lookAt(cluster, "deployments/web")();
    expect(before.metadata.deletionTimestamp).toBeDefined();
    expect(blocks(await planRestart(cluster, "Deployment", "web"))).toContain("deleting");
    const answer = await patch(cluster, "deployments/web", restartBody(t0));
    expect([answer.status, answer.body.metadata.generation]).toEqual([200, before.metadata.generation + 1]);
    await observed(cluster, "deployments/web");
    expect(await replicaSets(cluster)).toBeLessThan(2);
    await patch(cluster, "deployments/web", { metadata: { finalizers: null } }, { type: mergePatch });
    await cluster.until("it is gone", async () => (await cluster.request(path)).status === 404);
  });

  it("leaves an OnDelete StatefulSet with a new revision and no updated pod", async () => {
    const cluster = await start();
    await cluster.applyReady(workload("StatefulSet", "db", { spec: { updateStrategy: { type: "OnDelete" } } }));
    await patch(cluster, "statefulsets/db", restartBody(t0));
    await observed(cluster, "statefulsets/db");
    const look = lookAt(cluster, "statefulsets/db");
    await cluster.until("the new revision is noted", async () => {
      const { status } = await look();
      return status.updateRevision !== status.currentRevision;
    });
    const { status } = await look();
    expect(status).toMatchObject({ replicas: 2, readyReplicas: 2, availableReplicas: 2, currentReplicas: 2 });
    expect(status.updatedReplicas).toBeUndefined();
  });
});

describeOnEveryCluster("a status", (start) => {
  it("leaves out counters that are zero, but the terminating one", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web", { spec: { replicas: 0 } }));
    const { status } = await observed(cluster, "deployments/web");
    expect(Object.keys(status).sort()).toEqual(["conditions", "observedGeneration", "terminatingReplicas"]);
    expect(status.terminatingReplicas).toBe(0);
  });

  it("names the quota in conditions, which heal", async () => {
    const cluster = await start();
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    await cluster.applyReady(deployment("web", { spec: { strategy, progressDeadlineSeconds: 2 } }));
    const metadata = { name: "pods" };
    await cluster.apply({ apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: { pods: "2" } } });
    const path = pathOf("v1/resourcequotas/pods", cluster.namespace);
    await cluster.until("the quota counts", async () => (await cluster.request(path)).body.status?.used?.pods === "2");
    await patch(cluster, "deployments/web", restartBody(t0));
    const look = lookAt(cluster, "deployments/web");
    const noted = (type: string, reason: string) => async () => {
      const found = condition(await look(), type) as { readonly reason?: string } | undefined;
      return found?.reason === reason;
    };
    await cluster.until("the failure is noted", noted("ReplicaFailure", "FailedCreate"));
    expect(condition(await look(), "ReplicaFailure")).toMatchObject({
      status: "True",
      message: expect.stringMatching(/^pods "web-[0-9a-z]+-[0-9a-z]{5}" is forbidden: exceeded quota: pods, requested/),
    });
    await cluster.until("the deadline has passed", noted("Progressing", "ProgressDeadlineExceeded"));
    expect(condition(await look(), "Progressing")).toMatchObject({
      status: "False",
      message: expect.stringMatching(/^ReplicaSet "web-[0-9a-z]+" has timed out progressing\.$/),
    });
    await cluster.request(path, { method: "DELETE" });
    await cluster.until("it has healed", noted("Progressing", "NewReplicaSetAvailable"));
    expect(condition(await look(), "ReplicaFailure")).toBeUndefined();
  });
});

describeOnEveryCluster("a strategy", (start) => {
  const strategy = (maxSurge: number | string, maxUnavailable: number | string) => ({
    type: "RollingUpdate",
    rollingUpdate: { maxSurge, maxUnavailable },
  });

  it.each([
    { surge: "25%", unavailable: "25%", fewest: 1 },
    { surge: 0, unavailable: "25%", fewest: 0 },
  ])(
    "with a surge of $surge and $unavailable unavailable keeps $fewest of one replica",
    async ({ surge, unavailable, fewest }) => {
      const cluster = await start();
      await cluster.applyReady(deployment("web", { spec: { replicas: 1, strategy: strategy(surge, unavailable) } }));
      let least = 1;
      const events = await restartOne(cluster, "Deployment", "web", {
        during: (event) => {
          if (event.type === "target.progress") least = Math.min(least, event.progress.available);
        },
      });
      expect([ends(events), least]).toEqual([["healthy", 0], fewest]);
    },
  );

  it.each([0, "0%"])("may not forbid both surge and unavailable (%s)", async (none) => {
    const cluster = await start();
    await cluster.apply(deployment("web"));
    const spec = { strategy: strategy(none, none) };
    const answer = await patch(cluster, "deployments/web", { spec });
    expect([answer.status, answer.body.reason]).toEqual([422, "Invalid"]);
    expect(answer.body.message).toBe(
      'Deployment.apps "web" is invalid: spec.strategy.rollingUpdate.maxUnavailable: Invalid value: ' +
        `${JSON.stringify(none)}: may not be 0 when \`maxSurge\` is 0`,
    );
  });

  it("of a StatefulSet has no maxUnavailable, which is dropped in silence", async () => {
    const cluster = await start();
    await cluster.apply(workload("StatefulSet", "db"));
    const spec = { updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } };
    const answer = await patch(cluster, "statefulsets/db", { spec });
    expect([answer.status, answer.headers.get("warning")]).toEqual([200, null]);
    expect(answer.body.spec.updateStrategy).toEqual({ type: "RollingUpdate", rollingUpdate: { partition: 0 } });
  });
});

describeOnEveryCluster("old pods that a finalizer keeps", (start) => {
  const withStaying = async () => {
    const cluster = await start();
    const template = {
      metadata: { labels: { app: "web" }, finalizers: [stays] },
      spec: { containers: [{ name: "app", image: "shop.example/app:1" }] },
    };
    await cluster.applyReady(deployment("web", { spec: { template } }));
    /** Lets every pod go that is on its way out. */
    const release = async (): Promise<void> => {
      const pods = `/api/v1/namespaces/${cluster.namespace}/pods`;
      const { body } = await cluster.api.cluster.fetch(pods, {}).then(answerOf);
      for (const { metadata } of body.items as readonly PodSeen[]) {
        if (metadata.deletionTimestamp === undefined) continue;
        const answer = await cluster.api.cluster.fetch(`${pods}/${metadata.name}`, {
          method: "PATCH",
          headers: { "content-type": mergePatch },
          body: JSON.stringify({ metadata: { finalizers: null } }),
        });
        await answer.body?.cancel();
      }
    };
    return { cluster, release };
  };

  it("are counted and not waited for", async () => {
    const { cluster, release } = await withStaying();
    const events = await restartOne(cluster, "Deployment", "web");
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(last(events, "target.finished").terminating).toBe(2);
    await release();
  });

  it("are waited for on request", async () => {
    const { cluster, release } = await withStaying();
    let released = false;
    const events = await restartOne(cluster, "Deployment", "web", {
      limits: { waitTerminated: true },
      during: async (event) => {
        if (released || event.type !== "target.progress") return;
        const { newPodsReady, oldPods, terminatingPods } = event.progress;
        if (newPodsReady !== 2 || oldPods !== 0 || terminatingPods !== 2) return;
        released = true;
        await release();
      },
    });
    expect([ends(events), released]).toEqual([["healthy", 0], true]);
    expect(last(events, "target.finished").terminating ?? 0).toBe(0);
  });
});

interface PodSeen {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
}
