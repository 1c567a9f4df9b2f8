import { expect, it } from "vitest";
import { deployment as deploymentKind } from "../../src/core/kinds/deployment.ts";
import { workloadKinds } from "../../src/core/kinds/index.ts";
import { listWorkloads } from "../../src/core/list-workloads.ts";
import { restart } from "../../src/core/restart.ts";
import type { Manifest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment, workload } from "./manifests.ts";

const owner = { apiVersion: "example.com/v1", kind: "Shop", name: "eu", uid: "0f3b", controller: true };
const labelled = (manifest: Manifest, more: object = {}): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, labels: { team: "", tier: "front" }, ...more },
});

/** Objects that between them fill every field that is read. */
const manifests: readonly Manifest[] = [
  labelled(deployment("plain")),
  labelled(deployment("percent", { spec: { strategy: { rollingUpdate: { maxSurge: "30%", maxUnavailable: 0 } } } }), {
    ownerReferences: [owner],
    annotations: { note: "café, ünïcode" },
  }),
  deployment("paused", { spec: { paused: true, minReadySeconds: 7, replicas: 0 } }),
  deployment("recreate", { spec: { strategy: { type: "Recreate" } } }),
  deployment("stuck", {
    pods: { "fake/never-ready": "true", "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z" },
  }),
  deployment("chosen", {
    spec: {
      selector: {
        matchLabels: { app: "chosen" },
        matchExpressions: [
          { key: "tier", operator: "NotIn", values: ["back", "middle"] },
          { key: "app", operator: "Exists" },
        ],
      },
    },
  }),
  workload("StatefulSet", "partitioned", {
    spec: { updateStrategy: { rollingUpdate: { partition: 1 } }, minReadySeconds: 3 },
  }),
  workload("StatefulSet", "by-hand", {
    spec: { updateStrategy: { type: "OnDelete" }, podManagementPolicy: "Parallel" },
  }),
  workload("DaemonSet", "agent", { spec: { updateStrategy: { rollingUpdate: { maxUnavailable: "10%" } } } }),
];

describeOnEveryCluster("a list", (start) => {
  it("says who restarted a workload where that is asked for", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web"), deployment("api"));
    const { api, namespace } = cluster;
    const ref = { cluster: "test", apiVersion: "apps/v1", kind: "Deployment", namespace, name: "web" };
    const options = { restartedAt: "2026-03-01T00:00:00Z", generation: undefined, fieldManager: "night-shift" };
    await cluster.settle(restart(api, deploymentKind, ref, options));
    const listed = await cluster.settle(listWorkloads(api, deploymentKind, { namespace, detail: true }));
    expect(listed.map(({ ref: { name }, restartedBy }) => [name, restartedBy])).toEqual([
      ["api", undefined],
      ["web", "night-shift"],
    ]);
  });

  it.each(workloadKinds.filter(({ wire }) => wire !== undefined))(
    "of $kind in protobuf says what the JSON says",
    async (kind) => {
      const cluster = await start();
      await cluster.apply(...manifests.filter((manifest) => manifest.kind === kind.kind));
      const { wire: _, ...plain } = kind;
      const list = async (from: typeof plain) =>
        (
          await cluster.settle(
            listWorkloads(cluster.api, from, { namespace: cluster.namespace, limit: 2, detail: true }),
          )
        ).map(({ resourceVersion: __, ...rest }) => rest);
      let encoded: unknown;
      let json: unknown;
      // Between two lists a controller may write; two that agree in everything but the version show it.
      await cluster.until("both encodings were read of the same state", async () => {
        json = await list(plain);
        encoded = await list(kind);
        return JSON.stringify(json) === JSON.stringify(await list(plain));
      });
      expect(encoded).toEqual(json);
      expect(encoded).toHaveLength(manifests.filter((manifest) => manifest.kind === kind.kind).length);
    },
  );
});
