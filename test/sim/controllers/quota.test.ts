import { describe, expect, it } from "vitest";
import { admitPod } from "../../../src/sim/controllers/quota.ts";
import { conditionOf, createWorld, readyPods, restartedAt, restartValue, type World } from "./world.ts";

function createQuota({ store }: World, hard: Readonly<Record<string, string>>): void {
  store.create("resourcequotas", {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "compute", namespace: "shop" },
    spec: { hard },
  });
}

const pod = (requests: Readonly<Record<string, string>>) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "one", namespace: "shop" },
  spec: { containers: [{ name: "app", resources: { requests } }] },
});

describe("a ResourceQuota in the simulated cluster", () => {
  it("blocks the surge pod of a restart, and lets it through when it is gone", () => {
    const world = createWorld();
    const rollingUpdate = { maxSurge: 1, maxUnavailable: 0 };
    world.createDeployment("web", { replicas: 3, progressDeadlineSeconds: 30, strategy: { rollingUpdate } });
    world.run(5_000);
    createQuota(world, { pods: "3" });
    world.annotate("deployments.apps", "web", { [restartedAt]: "t1" });
    world.run(3_000);

    const newest = world.replicaSets("web").find(({ status }) => status?.replicas === 0);
    const refusal = expect.stringMatching(
      /^pods "web-\w+-\w{5}" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=3, limited: pods=3$/,
    );
    for (const object of [world.deployment("web"), newest]) {
      const failure = object && conditionOf(object, "ReplicaFailure");
      expect(failure).toEqual({ status: "True", reason: "FailedCreate", message: refusal });
    }
    expect(conditionOf(world.deployment("web"), "Progressing")).toMatchObject({ reason: "NewReplicaSetCreated" });
    expect(world.deployment("web").status).toMatchObject({ readyReplicas: 3, unavailableReplicas: 1 });
    expect(world.deployment("web").status).not.toHaveProperty("updatedReplicas");
    expect(readyPods(world.pods("web"))).toHaveLength(3);

    world.run(40_000);
    expect(conditionOf(world.deployment("web"), "Progressing")).toMatchObject({ reason: "ProgressDeadlineExceeded" });
    const events = world.events("ReplicaSet", "FailedCreate");
    expect(
      events.every(({ involvedObject, type }) => involvedObject.uid === newest?.metadata.uid && type === "Warning"),
    ).toBe(true);
    expect(events.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Error creating: pods "/),
        expect.stringMatching(/^\(combined from similar events\): Error creating: pods "/),
      ]),
    );

    world.store.remove("resourcequotas", "shop", "compute");
    world.until(() => world.deployment("web").status?.updatedReplicas === 3);
    world.until(() => conditionOf(world.deployment("web"), "ReplicaFailure") === undefined);
    world.run(10_000);
    expect(world.pods("web").map(restartValue)).toEqual(["t1", "t1", "t1"]);
    expect(conditionOf(world.deployment("web"), "Progressing")).toMatchObject({ reason: "NewReplicaSetAvailable" });
  });

  it("keeps what is used in its status", () => {
    const world = createWorld();
    createQuota(world, { pods: "10", "requests.cpu": "2", "requests.memory": "1Gi" });
    world.createDeployment("web", {
      replicas: 2,
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "app", image: "a", resources: { requests: { cpu: "250m", memory: "128Mi" } } }] },
      },
    });
    world.run(3_000);
    expect(world.store.get("resourcequotas", "shop", "compute")?.status).toEqual({
      hard: { pods: "10", "requests.cpu": "2", "requests.memory": "1Gi" },
      used: { pods: "2", "requests.cpu": "500m", "requests.memory": "256Mi" },
    });
  });

  it.each([
    { name: "room", hard: { pods: "1", "requests.cpu": "1" }, requests: { cpu: "1" }, want: undefined },
    {
      name: "too much CPU",
      hard: { pods: "1", "requests.cpu": "500m" },
      requests: { cpu: "1" },
      want: "exceeded quota: compute, requested: requests.cpu=1, used: requests.cpu=0, limited: requests.cpu=500m",
    },
    {
      name: "several limits at once",
      hard: { pods: "0", "requests.memory": "1Gi" },
      requests: { memory: "2Gi" },
      want: "exceeded quota: compute, requested: pods=1,requests.memory=2Gi, used: pods=0,requests.memory=0, limited: pods=0,requests.memory=1Gi",
    },
    {
      name: "a request that is missing",
      hard: { "requests.cpu": "1" },
      requests: {},
      want: "failed quota: compute: must specify requests.cpu for: app",
    },
  ])("answers a pod with $name as the API server does", ({ hard, requests, want }) => {
    const world = createWorld();
    createQuota(world, hard);
    expect(admitPod(world.store, pod(requests))).toBe(want);
  });
});
