import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { KubeApi } from "../../src/kube/cluster.ts";
import { follow } from "../../src/kube/watch.ts";
import { createClusterSource } from "../../src/runtime/cluster-source.ts";
import { loadKubeconfig } from "../../src/runtime/kubeconfig.ts";
import type { ClusterUnderTest, Manifest } from "../contract/cluster-under-test.ts";
import { describeOnEveryCluster } from "../contract/harness.ts";

/** Milliseconds; Bun's own fetch gives up after five to six minutes without a byte. */
const idle = 6 * 60_000 + 5_000;

const configMap = (name: string): Manifest => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });

/** The cluster as the program reaches it, with a count of its requests. */
async function reached(cluster: ClusterUnderTest) {
  let requests = 0;
  const kubeconfig = loadKubeconfig({
    explicitFiles: [await cluster.kubeconfig()],
    env: {},
    homeDirectory: "",
    workingDirectory: "/",
  });
  const source = createClusterSource({
    kubeconfig,
    version: "0.0.0",
    clock: cluster.clock,
    env: {},
    stdinIsTerminal: false,
    onRequest: () => {
      requests += 1;
    },
  });
  const api: KubeApi = { clock: cluster.clock, random: Math.random, cluster: await source.open("test") };
  return { api, requests: () => requests };
}

// They only wait, so all wait at once.
describe.concurrent("after six idle minutes", () =>
  describeOnEveryCluster(
    "a cluster",
    (start) => {
      it("still delivers to a watch", async (context) => {
        const cluster = await start(context);
        const { api } = await reached(cluster);
        const path = `/api/v1/namespaces/${cluster.namespace}/configmaps`;
        const selected = "fieldSelector=metadata.name%3Dlate&watch=1&timeoutSeconds=1800";
        const response = await api.cluster.fetch(`${path}?${selected}`, {});
        const reader = response.body?.getReader();
        await pause(idle);
        await cluster.apply(configMap("late"));
        const { value } = (await reader?.read()) ?? { value: undefined };
        expect(new TextDecoder().decode(value)).toContain('"type":"ADDED"');
        await reader?.cancel();
      });

      it("still delivers to a follower, which asked at most once a minute", async (context) => {
        const cluster = await start(context);
        const { api, requests } = await reached(cluster);
        const path = { group: "", version: "v1", resource: "configmaps", namespace: cluster.namespace };
        const leave = new AbortController();
        const told: string[] = [];
        const following = (async () => {
          const name = ({ metadata }: { metadata: { name: string } }) => metadata.name;
          const options = { fieldSelector: "metadata.name=late", signal: leave.signal };
          for await (const event of follow(api, path, "ConfigMapList", name, options)) {
            if (event.type !== "alive") told.push("object" in event ? event.object : event.type);
          }
        })();
        await pause(idle);
        const before = requests();
        await cluster.apply(configMap("late"));
        await cluster.until("it is told", async () => told.includes("late"));
        leave.abort();
        await following;
        expect(told).toEqual(["synced", "late"]);
        // A list and a watch to begin with, and then what shows that the connection lives.
        expect(before).toBeLessThanOrEqual(2 + 6);
      });
    },
    { clock: "system" },
  ));
