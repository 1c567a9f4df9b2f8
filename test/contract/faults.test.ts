import { expect, it } from "vitest";
import type { KubeApi } from "../../src/kube/cluster.ts";
import { type FollowEvent, follow } from "../../src/kube/watch.ts";
import { type Cut, type Fault, type FaultProxy, tooManyRequests } from "../faults/proxy.ts";
import { fetchFor } from "../runtime/cluster-under-test.ts";
import type { ClusterUnderTest, Manifest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment } from "./manifests.ts";
import { ends, last, planRestart, restartOne, runRestart } from "./run-restart.ts";

/** The cluster over the program's own transport, through a line that breaks when it is told to. */
async function behindProxy(start: () => Promise<ClusterUnderTest>) {
  const cluster = await start();
  const proxy = await cluster.startFaultProxy();
  const api: KubeApi = {
    ...cluster.api,
    cluster: { ...cluster.api.cluster, server: proxy.server, fetch: fetchFor(proxy.server) },
  };
  return { cluster, proxy, api };
}

const isRestart = ({ method, path }: { method: string; path: string }) =>
  method === "PATCH" && !path.includes("dryRun");
const configMap = (name: string): Manifest => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });

/** The bodies of the restart PATCHes that came to the proxy. */
const restartBodies = ({ requests }: FaultProxy) => requests.filter(isRestart).map(({ body }) => body);

async function replicaSets({ namespace, request }: ClusterUnderTest): Promise<number> {
  return (await request(`/apis/apps/v1/namespaces/${namespace}/replicasets`)).body.items.length;
}

describeOnEveryCluster(
  "a watch over a bad line",
  (start) => {
    it.each<Cut>(["reset", "fin", "end"])("goes on without losing an event after a %s within a line", async (how) => {
      const { cluster, proxy, api } = await behindProxy(start);
      const leave = new AbortController();
      const path = { group: "", version: "v1", resource: "configmaps", namespace: cluster.namespace };
      const told: FollowEvent<string>[] = [];
      const following = (async () => {
        const name = ({ metadata }: { metadata: { name: string } }) => metadata.name;
        for await (const event of follow(api, path, "ConfigMapList", name, { signal: leave.signal })) told.push(event);
      })();
      await cluster.until("the watch is open", async () => proxy.openWatches() === 1);
      proxy.hold();
      await cluster.apply(configMap("b"), configMap("c"));
      await cluster.until("its events are on the line", async () => proxy.heldBytes() > 0);
      proxy.cutWatches(how);
      await cluster.until("it is open again", async () => proxy.openWatches() === 1);
      await cluster.apply(configMap("d"));
      const names = () =>
        told.flatMap((event) => ("object" in event && event.type !== "deleted" ? [event.object] : []));
      await cluster.until("the last is told", async () => names().includes("d"));
      leave.abort();
      await cluster.settle(following);
      expect(names().filter((name) => ["b", "c", "d"].includes(name))).toEqual(["b", "c", "d"]);
    });

    it("does not disturb a restart that is followed", async () => {
      const { cluster, proxy, api } = await behindProxy(start);
      await cluster.applyReady(deployment("web"));
      let cuts = 0;
      const events = await restartOne(cluster, "Deployment", "web", {
        api,
        during: (event) => {
          if (event.type !== "target.progress" || cuts === 4) return;
          proxy.cutWatches((["reset", "fin", "end"] as const)[cuts % 3] ?? "reset");
          cuts += 1;
        },
      });
      expect(ends(events)).toEqual(["healthy", 0]);
      expect(cuts).toBeGreaterThan(1);
    });

    it("leaves room for a GET beside 300 of them", async () => {
      const { cluster, api } = await behindProxy(start);
      await cluster.apply(configMap("a"));
      // The real one is also reached directly, over TLS.
      for (const { cluster: reached } of cluster.kind === "real" ? [api, cluster.api] : [api]) {
        const leave = new AbortController();
        const path = `/api/v1/namespaces/${cluster.namespace}/configmaps`;
        const open = () => reached.fetch(`${path}?watch=1&timeoutSeconds=300`, { signal: leave.signal });
        const watches = await cluster.settle(Promise.all(Array.from({ length: 300 }, open)));
        expect(watches.filter(({ status }) => status === 200)).toHaveLength(300);
        const answer = await cluster.settle(reached.fetch(`${path}/a`, {}));
        expect(answer.status).toBe(200);
        await answer.body?.cancel();
        leave.abort();
        await Promise.all(watches.map(async ({ body }) => body?.cancel().catch(() => undefined)));
      }
    });
  },
  { clock: "system" },
);

describeOnEveryCluster(
  "a restart over a bad line",
  (start) => {
    it("whose answer is lost is sent again, and rolls once", async () => {
      const { cluster, proxy, api } = await behindProxy(start);
      await cluster.applyReady(deployment("web"));
      proxy.add({ when: isRestart, fault: { kind: "lost-answer" }, times: 1 });
      const events = await restartOne(cluster, "Deployment", "web", { api });
      expect(ends(events)).toEqual(["healthy", 0]);
      const bodies = restartBodies(proxy);
      expect(bodies).toHaveLength(2);
      expect(new Set(bodies).size).toBe(1);
      expect(await cluster.patches()).toHaveLength(2);
      expect(await replicaSets(cluster)).toBe(2);
    });

    it("whose every answer is lost is looked up, and followed", async () => {
      const { cluster, proxy, api } = await behindProxy(start);
      await cluster.applyReady(deployment("web"));
      proxy.add({ when: isRestart, fault: { kind: "lost-answer" } });
      const events = await restartOne(cluster, "Deployment", "web", { api });
      expect(ends(events)).toEqual(["healthy", 0]);
      expect(last(events, "target.retry").error.reason).toBe("Unconfirmed");
      expect(new Set(restartBodies(proxy)).size).toBe(1);
      expect(await replicaSets(cluster)).toBe(2);
    });

    it.each<{ readonly how: string; readonly fault: Fault }>([
      { how: "by a reset", fault: { kind: "reset" } },
      { how: "with 503", fault: { kind: "answer", status: 503, body: "no" } },
    ])("is healthy although each kind of request fails once $how", async ({ fault }) => {
      const { cluster, proxy, api } = await behindProxy(start);
      await cluster.applyReady(deployment("web"));
      const kinds = [
        /^GET \/api\/v1\/namespaces\/kube-system/,
        /^GET .*\/deployments\/web/,
        /^GET .*\/deployments\?(?!.*watch=)/,
        /^GET .*\/deployments\?.*watch=/,
        /^GET .*\/replicasets\?(?!.*watch=)/,
        /^GET .*\/replicasets\?.*watch=/,
        /^GET .*\/pods\?(?!.*watch=)/,
        /^GET .*\/pods\?.*watch=/,
        /^PATCH .*dryRun=All/,
      ];
      const isOf = (kind: RegExp) => (request: { method: string; path: string }) =>
        kind.test(`${request.method} ${request.path}`);
      for (const kind of kinds) proxy.add({ when: isOf(kind), fault, times: 1 });
      const events = await restartOne(cluster, "Deployment", "web", { api });
      expect(ends(events)).toEqual(["healthy", 0]);
      expect(kinds.filter((kind) => proxy.requests.filter(isOf(kind)).length < 2)).toEqual([]);
      expect(await cluster.patches()).toHaveLength(1);
    });

    it("that is reset on its way is sent again, and rolls once", async () => {
      const { cluster, proxy, api } = await behindProxy(start);
      await cluster.applyReady(deployment("web"));
      proxy.add({ when: isRestart, fault: { kind: "reset" }, times: 2 });
      const events = await restartOne(cluster, "Deployment", "web", { api });
      expect(ends(events)).toEqual(["healthy", 0]);
      expect(restartBodies(proxy)).toHaveLength(3);
      expect(await cluster.patches()).toHaveLength(1);
    });

    it("that meets an overloaded server waits as asked and sends the same", async () => {
      const { cluster, proxy, api } = await behindProxy(start);
      await cluster.applyReady(deployment("web"));
      const plan = await planRestart(cluster, "Deployment", "web", { api });
      proxy.add({ when: isRestart, fault: tooManyRequests, times: 2 });
      const begun = cluster.clock.now();
      let patched = 0;
      const events = await runRestart(cluster, plan, {
        api,
        during: ({ type }) => {
          if (type === "target.patched") patched = cluster.clock.now() - begun;
        },
      });
      expect(ends(events)).toEqual(["healthy", 0]);
      expect(patched).toBeGreaterThanOrEqual(2_000);
      const bodies = restartBodies(proxy);
      expect([bodies.length, new Set(bodies).size]).toEqual([3, 1]);
      expect(await cluster.patches()).toHaveLength(1);
    });

    it("that meets a server out of service gives up after five tries, and changed nothing", async () => {
      const { cluster, proxy, api } = await behindProxy(start);
      await cluster.applyReady(deployment("web"));
      proxy.add({ when: isRestart, fault: { kind: "answer", status: 503, body: "no" } });
      const events = await restartOne(cluster, "Deployment", "web", { api });
      expect(last(events, "run.finished").exitCode).toBe(9);
      expect(restartBodies(proxy)).toHaveLength(5);
      expect(await cluster.patches()).toEqual([]);
    });

    it("is healthy over a slow one, too", async () => {
      const { cluster, proxy, api } = await behindProxy(start);
      await cluster.applyReady(deployment("web"));
      proxy.add({ when: () => true, fault: { kind: "slow", milliseconds: 300 } });
      expect(ends(await restartOne(cluster, "Deployment", "web", { api }))).toEqual(["healthy", 0]);
    });

    it("survives lists that break in the middle", async () => {
      const { cluster, proxy, api } = await behindProxy(start);
      await cluster.applyReady(deployment("web"));
      const isList = ({ method, path }: { method: string; path: string }) =>
        method === "GET" && /\/(pods|replicasets|deployments)(\?|$)/.test(path) && !path.includes("watch=");
      proxy.add({ when: isList, fault: { kind: "reset-mid-body", bytes: 100 }, times: 3 });
      const events = await restartOne(cluster, "Deployment", "web", { api });
      expect(ends(events)).toEqual(["healthy", 0]);
    });
  },
  { clock: "system" },
);
