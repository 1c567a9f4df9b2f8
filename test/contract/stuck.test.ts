import { expect, it } from "vitest";
import { diagnosisPhrase } from "../../src/words/diagnosis.ts";
import type { ClusterUnderTest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { workload } from "./manifests.ts";
import { last, restartOne } from "./run-restart.ts";

// On the real control plane the scheduler, the quota, the admission and the finalizer are its own; what a kubelet would
// show is staged: the statuses of images, configuration, init containers and crashes by kwok, the event of a probe by the
// test. Volumes that cannot be attached and nodes that are silent are only simulated, in test/core/diagnosis.

/** Any rollout counts as started, as if somebody had just created it. */
const allow = [
  "rollout-in-progress",
  "already-unhealthy",
  "missing-ref",
  "downtime",
  "no-room",
  "quota",
  "long-termination",
];
const app = { name: "app", image: "shop.example/app:1" };

interface Case {
  readonly name: string;
  readonly kind?: "Deployment" | "StatefulSet";
  readonly pods?: Readonly<Record<string, string>>;
  readonly pod?: object;
  readonly metadata?: object;
  /** Before the restart, once the workload is there. */
  readonly prepare?: (cluster: ClusterUnderTest) => Promise<void>;
  readonly ready?: boolean;
  readonly diagnosis: object;
  readonly sentence: RegExp;
}

const table: readonly Case[] = [
  {
    name: "too little CPU",
    pods: { "fake/unschedulable": "true" },
    pod: { containers: [{ ...app, resources: { requests: { cpu: "5000" } } }] },
    diagnosis: { cause: "unschedulable", resource: "cpu" },
    sentence: /^pod web-\S+: no node takes it, \d+ of \d+ nodes for want of cpu$/,
  },
  {
    name: "a node selector that no node has",
    pod: { containers: [app], nodeSelector: { colour: "none" } },
    diagnosis: { cause: "unschedulable", affinity: "node" },
    sentence: /^pod web-\S+: no node takes it, \d+ of \d+ nodes for its node selector or affinity$/,
  },
  {
    name: "a volume claim that is not there",
    pod: { containers: [app], volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
    diagnosis: { cause: "volume", claim: "data" },
    sentence: /^pod web-\S+: its volume claim "data" cannot be used: .*persistentvolumeclaim "data" not found/,
  },
  {
    name: "a policy of the cluster that refuses its pods",
    kind: "StatefulSet",
    pods: { "fake/refused": "true" },
    prepare: async (cluster) => {
      if (cluster.kind === "simulated") return;
      const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
      await cluster.api.cluster.fetch(`/api/v1/namespaces/${cluster.namespace}`, {
        method: "PATCH",
        headers: { "content-type": "application/merge-patch+json" },
        body: JSON.stringify({ metadata: { labels } }),
      });
      await cluster.request(`/api/v1/namespaces/${cluster.namespace}/pods`, { method: "DELETE" });
    },
    diagnosis: { cause: "admission", policy: expect.stringMatching(/^(PodSecurity restricted:latest|pods\.policy)/) },
    sentence: /^(PodSecurity restricted:latest|pods\.policy\.example) refuses its pods: /,
  },
  {
    name: "an image that cannot be pulled",
    pods: { "fake/image-pull": "true" },
    diagnosis: { cause: "image-pull", image: "shop.example/app:1" },
    sentence: /^pod web-\S+, container app: image "shop.example\/app:1" cannot be pulled: .*not found$/,
  },
  {
    name: "a Secret that is missing",
    pods: { "fake/config-error": "true" },
    diagnosis: { cause: "config-error", reference: "secret/db-credentials" },
    sentence: /^pod web-\S+, container app: Secret "db-credentials" does not exist$/,
  },
  {
    name: "an init container that fails",
    pods: { "fake/init-crash": "true" },
    pod: { containers: [app], initContainers: [{ name: "migrate", image: "shop.example/migrate:1" }] },
    diagnosis: { cause: "init-container", container: "migrate", exitCode: 3 },
    sentence: /^pod web-\S+, container migrate: fails at start-up, exit code 3, 1 restart$/,
  },
  {
    name: "a container that crashes",
    pods: { "fake/crash-after-restart": "true" },
    ready: true,
    diagnosis: { cause: "crash-loop", container: "app", exitCode: 1 },
    sentence: /^pod web-\S+, container app: keeps crashing, exit code 1, \d+ restarts?$/,
  },
  {
    name: "a finalizer that keeps an old pod",
    kind: "StatefulSet",
    metadata: { finalizers: ["shop.example/drain"] },
    ready: true,
    diagnosis: { cause: "terminating", finalizers: ["shop.example/drain"], gracePeriodSeconds: 0 },
    sentence: /^pod web-1: it is being deleted and does not go: finalizer shop\.example\/drain holds it$/,
  },
];

/** A namespace with a pod that a finalizer keeps never goes. */
async function release(cluster: ClusterUnderTest) {
  const path = `/api/v1/namespaces/${cluster.namespace}/pods`;
  const { body } = await cluster.request(path);
  for (const { metadata } of body.items) {
    await cluster.request(`${path}/${metadata.name}`, {
      method: "PATCH",
      headers: { "content-type": "application/merge-patch+json" },
      body: JSON.stringify({ metadata: { finalizers: null } }),
    });
  }
}

describeOnEveryCluster("a rollout that does not move names", (start) => {
  it.each(table)(
    "$name",
    async ({ kind = "Deployment", pods = {}, pod, metadata, prepare, ready, diagnosis, sentence }) => {
      const cluster = await start();
      const template = {
        metadata: { labels: { app: "web" }, annotations: pods, ...metadata },
        spec: pod ?? { containers: [app] },
      };
      await (ready ? cluster.applyReady : cluster.apply)(workload(kind, "web", { spec: { template } }));
      await prepare?.(cluster);
      const limits = { failAfter: 2_000, stallTimeout: 6_000 };
      const events = await restartOne(cluster, kind, "web", { allow, limits });
      if (metadata !== undefined) await release(cluster);
      const found = last(events, "target.finished").diagnosis;
      expect(found).toMatchObject(diagnosis);
      expect(found && diagnosisPhrase(found)).toMatch(sentence);
    },
  );

  it("a probe that has failed as often as kubelet waits", async () => {
    const cluster = await start();
    await cluster.apply(workload("Deployment", "web", { pods: { "fake/never-ready": "true" } }));
    let posted = false;
    const events = await restartOne(cluster, "Deployment", "web", {
      allow,
      limits: { stallTimeout: 4_000 },
      during: async (event) => {
        if (posted || event.type !== "target.pod" || event.state !== "started" || event.revision !== "new") return;
        posted = true;
        const { body } = await answered(cluster, `/api/v1/namespaces/${cluster.namespace}/pods/${event.pod}`);
        await postUnhealthy(cluster, body.metadata);
      },
    });
    const { diagnosis } = last(events, "target.finished");
    expect(diagnosis).toMatchObject({ cause: "probe", probe: "readiness", container: "app" });
    expect(last(events, "target.warning").diagnosis.cause).toBe("probe");
    expect(diagnosis && diagnosisPhrase(diagnosis)).toMatch(
      /^pod web-\S+, container app: its readiness probe fails: (connection refused|HTTP probe failed .*)$/,
    );
  });
});

/** Within a run: a request that lets the cluster's clock alone. */
async function answered({ api }: ClusterUnderTest, path: string) {
  const response = await api.cluster.fetch(path, { method: "GET" });
  return { body: JSON.parse(await new Response(response.body).text()) };
}

async function postUnhealthy(
  { api, namespace }: ClusterUnderTest,
  pod: { readonly name: string; readonly uid: string },
) {
  const now = new Date(api.clock.now()).toISOString().replace(/\.\d+/, "");
  const event = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${pod.name}.1`, namespace },
    involvedObject: {
      ...{ apiVersion: "v1", kind: "Pod", namespace, name: pod.name, uid: pod.uid },
      fieldPath: "spec.containers{app}",
    },
    type: "Warning",
    reason: "Unhealthy",
    message: "Readiness probe failed: connection refused",
    count: 3,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component: "kubelet" },
  };
  await api.cluster.fetch(`/api/v1/namespaces/${namespace}/events`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(event),
  });
}
