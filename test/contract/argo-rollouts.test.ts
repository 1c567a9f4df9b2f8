import { expect, it } from "vitest";
import type { ClusterUnderTest, Manifest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { mergePatch, patch, pathOf, strategicMergePatch } from "./patch.ts";
import { ends, last, planRestart, runRestart } from "./run-restart.ts";

const target = "argoproj.io/v1alpha1/rollouts/web";

const web: Manifest = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Rollout",
  metadata: { name: "web" },
  spec: {
    replicas: 2,
    strategy: { canary: { maxUnavailable: 1 } },
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "app", image: "shop.example/app:1" }] },
    },
  },
};

async function applyHealthy(cluster: ClusterUnderTest): Promise<void> {
  await cluster.apply(web);
  const { namespace, request, until } = cluster;
  await until("the Rollout is healthy", async () => {
    const { status } = (await request(pathOf(target, namespace))).body;
    return status?.phase === "Healthy" && status.availableReplicas === 2;
  });
  // A pod of the very second in which a restart begins is young enough to stay.
  await until("its pods are a second old", async () => {
    const { items } = (await request(`/api/v1/namespaces/${namespace}/pods`)).body;
    const now = Date.parse((await request("/version")).headers.get("date") ?? "");
    return items.every(({ metadata }: Manifest) => Date.parse(String(metadata["creationTimestamp"])) < now);
  });
}

async function podUids({ namespace, request }: ClusterUnderTest): Promise<readonly string[]> {
  const { items } = (await request(`/api/v1/namespaces/${namespace}/pods`)).body;
  return items
    .filter(({ metadata }: Manifest) => metadata["deletionTimestamp"] === undefined)
    .map(({ metadata }: Manifest) => metadata["uid"]);
}

describeOnEveryCluster(
  "an Argo Rollout",
  (start) => {
    it.each([
      ["ahead", 90_000],
      ["behind", -90_000],
    ])("is restarted at the server's time when ours is 90 s %s, and its template stays", async (_, skew) => {
      const cluster = await start();
      await applyHealthy(cluster);
      const before = (await cluster.request(pathOf(target, cluster.namespace))).body;
      const old = await podUids(cluster);
      const clock = { ...cluster.clock, now: () => cluster.clock.now() + skew };
      const api = { ...cluster.api, clock };
      const plan = await planRestart(cluster, "Rollout", "web", { api });
      const now = Date.parse((await cluster.request("/version")).headers.get("date") ?? "");
      const behind = now - Date.parse(plan.targets[0]?.restartedAt ?? "");
      expect(behind).toBeGreaterThanOrEqual(0);
      expect(behind).toBeLessThanOrEqual(5000);
      const events = await runRestart(cluster, plan, { api });
      expect(ends(events)).toEqual(["healthy", 0]);
      const after = (await cluster.request(pathOf(target, cluster.namespace))).body;
      expect(after.spec).toEqual({ ...before.spec, restartAt: plan.targets[0]?.restartedAt });
      expect(after.status.restartedAt).toBe(after.spec.restartAt);
      expect(last(events, "target.finished").progress).toMatchObject({ newPodsReady: 2, oldPods: 0 });
      const young = await podUids(cluster);
      expect([young.length, young.filter((uid) => old.includes(uid))]).toEqual([2, []]);
    });

    it("takes a merge patch, and neither a strategic one nor a field that it does not have", async () => {
      const cluster = await start();
      await applyHealthy(cluster);
      const body = { spec: { restartAt: "2026-11-25T12:00:00Z" } };
      const query = "fieldValidation=Strict&dryRun=All";
      const strategic = await patch(cluster, target, body, { type: strategicMergePatch, query });
      expect(strategic.status).toBe(415);
      expect(strategic.body.message).toBe(
        "the body of the request was in an unknown format - accepted media types include: " +
          "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
      );
      const unknown = await patch(cluster, target, { spec: { restartat: "x" } }, { type: mergePatch, query });
      expect([unknown.status, unknown.body.message]).toEqual([
        422,
        expect.stringContaining('unknown field "spec.restartat"'),
      ]);
      expect((await patch(cluster, target, body, { type: mergePatch, query })).status).toBe(200);
    });
  },
  { rollouts: true },
);
