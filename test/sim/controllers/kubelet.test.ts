import { describe, expect, it } from "vitest";
import { podLog } from "../../../src/sim/controllers/pod-log.ts";
import type { Pod } from "../../../src/sim/controllers/workload-objects.ts";
import { conditionOf, createWorld, restartedAt, type World } from "./world.ts";

function podOf(
  annotations: Readonly<Record<string, string>>,
  ms: number,
): { readonly world: World; readonly pod: Pod } {
  const world = createWorld();
  world.createDeployment("web", { replicas: 1 }, annotations);
  world.run(ms);
  const [pod] = world.pods("web");
  if (pod === undefined) throw new Error("no pod");
  return { world, pod };
}

function containerOf(pod: Pod) {
  const status = pod.status?.containerStatuses?.[0];
  return {
    ready: status?.ready,
    restartCount: status?.restartCount,
    state: status?.state,
    lastState: status?.lastState,
  };
}

const podName = (pod: Pod): string => `${pod.metadata.name}_shop(${pod.metadata.uid})`;

describe("a healthy pod", () => {
  it("is created, then runs, then is ready", () => {
    expect(podOf({}, 100).pod.status).toMatchObject({
      phase: "Pending",
      containerStatuses: [{ ready: false, state: { waiting: { reason: "ContainerCreating" } } }],
    });
    const running = podOf({}, 700).pod;
    expect(running.status).toMatchObject({ phase: "Running", containerStatuses: [{ ready: false, started: true }] });
    expect(conditionOf(running, "Ready")).toEqual({
      status: "False",
      reason: "ContainersNotReady",
      message: "containers with unready status: [app]",
    });
    const ready = podOf({}, 1_600).pod;
    expect(conditionOf(ready, "Ready")).toEqual({ status: "True" });
    expect(ready.status).toMatchObject({
      phase: "Running",
      hostIP: "10.0.0.12",
      podIP: "10.64.0.1",
      qosClass: "BestEffort",
    });
  });

  it("is not ready before 0.8 s and is after 1.5 s", () => {
    const world = createWorld();
    world.createDeployment("web", { replicas: 40 });
    world.run(790);
    expect(world.deployment("web").status).not.toHaveProperty("readyReplicas");
    world.run(750);
    expect(world.deployment("web").status?.readyReplicas).toBe(40);
  });

  it("tells its start in events", () => {
    const { world, pod } = podOf({}, 2_000);
    const image = "registry.example/web:1.0";
    expect(
      world
        .events("Pod")
        .map(({ reason, message }) => `${reason}: ${message}`)
        .sort(),
    ).toEqual([
      "Created: Created container: app",
      expect.stringContaining(`Pulled: Successfully pulled image "${image}" in `),
      `Pulling: Pulling image "${image}"`,
      `Scheduled: Successfully assigned shop/${pod.metadata.name} to ${pod.spec.nodeName}`,
      "Started: Started container app",
    ]);
    expect(world.events("Pod").every(({ involvedObject }) => involvedObject.uid === pod.metadata.uid)).toBe(true);
  });

  it("terminates with a grace and is gone a second later", () => {
    const { world, pod } = podOf({}, 2_000);
    world.change("deployments.apps", "web", { replicas: 0 });
    world.run(500);
    expect(world.pods("web")[0]?.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      deletionGracePeriodSeconds: 30,
    });
    expect(world.events("Pod", "Killing").map(({ message }) => message)).toEqual(["Stopping container app"]);
    expect(world.deployment("web").status).toMatchObject({ terminatingReplicas: 1 });
    world.run(700);
    expect(world.store.get("pods", "shop", pod.metadata.name)).toBeUndefined();
    expect(world.deployment("web").status).toMatchObject({ terminatingReplicas: 0 });
  });

  it("becomes ready when its template says", () => {
    const { world } = podOf({ "fake/ready-delay": "3000" }, 2_900);
    expect(world.deployment("web").status).not.toHaveProperty("readyReplicas");
    world.run(200);
    expect(world.deployment("web").status?.readyReplicas).toBe(1);
  });
});

describe("a pod in trouble", () => {
  it("never gets ready", () => {
    const { world, pod } = podOf({ "fake/never-ready": "true" }, 60_000);
    expect(containerOf(pod)).toMatchObject({ ready: false, restartCount: 0, state: { running: {} } });
    expect(world.events("Pod", "Unhealthy")[0]).toMatchObject({
      type: "Warning",
      message: "Readiness probe failed: HTTP probe failed with statuscode: 503",
      count: 3,
    });
  });

  it("crashes, is restarted at once and then backed off for longer and longer", () => {
    const first = podOf({ "fake/crash": "true" }, 1_150).pod;
    expect(containerOf(first)).toMatchObject({
      restartCount: 0,
      state: { terminated: { exitCode: 1, reason: "Error" } },
    });
    const second = podOf({ "fake/crash": "true" }, 1_500).pod;
    expect(containerOf(second)).toMatchObject({
      restartCount: 1,
      state: { running: {} },
      lastState: { terminated: { exitCode: 1 } },
    });
    const { world, pod } = podOf({ "fake/crash": "true" }, 3_000);
    expect(containerOf(pod)).toMatchObject({
      ready: false,
      restartCount: 1,
      state: {
        waiting: {
          reason: "CrashLoopBackOff",
          message: `back-off 10s restarting failed container=app pod=${podName(pod)}`,
        },
      },
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
    });
    expect(pod.status?.phase).toBe("Running");
    expect(conditionOf(pod, "Ready")).toMatchObject({ status: "False", reason: "ContainersNotReady" });
    world.run(30_000);
    const later = world.pods("web")[0] as Pod;
    expect(containerOf(later)).toMatchObject({
      restartCount: 2,
      state: { waiting: { message: `back-off 20s restarting failed container=app pod=${podName(pod)}` } },
    });
    expect(world.events("Pod", "BackOff")[0]).toMatchObject({ type: "Warning", count: 2 });
    world.run(1_800_000);
    expect(containerOf(world.pods("web")[0] as Pod)).toMatchObject({
      state: { waiting: { message: expect.stringContaining("back-off 5m0s") } },
    });
  });

  it("crashes only after a restart when its template says so", () => {
    const { world } = podOf({ "fake/crash-after-restart": "true" }, 5_000);
    expect(world.deployment("web").status?.readyReplicas).toBe(1);
    world.annotate("deployments.apps", "web", { [restartedAt]: "t1" });
    world.run(5_000);
    const fresh = world.pods("web").find((pod) => pod.metadata.annotations?.[restartedAt] === "t1");
    expect(fresh && containerOf(fresh)).toMatchObject({ state: { waiting: { reason: "CrashLoopBackOff" } } });
    expect(world.deployment("web").status).toMatchObject({ readyReplicas: 1, updatedReplicas: 1 });
  });

  it("cannot pull its image", () => {
    const image = "registry.example/web:1.0";
    const { world, pod } = podOf({ "fake/image-pull": "true" }, 1_000);
    expect(containerOf(pod)).toMatchObject({
      state: { waiting: { reason: "ErrImagePull", message: expect.stringContaining(`${image}: not found`) } },
    });
    expect(pod.status?.phase).toBe("Pending");
    world.run(3_000);
    expect(containerOf(world.pods("web")[0] as Pod)).toMatchObject({
      state: {
        waiting: { reason: "ImagePullBackOff", message: expect.stringContaining(`Back-off pulling image "${image}"`) },
      },
    });
    expect(
      world
        .events("Pod", "Failed")
        .map(({ message }) => message)
        .sort(),
    ).toEqual([
      "Error: ErrImagePull",
      "Error: ImagePullBackOff",
      expect.stringContaining(`Failed to pull image "${image}"`),
    ]);
  });

  it("misses a Secret", () => {
    const { world, pod } = podOf({ "fake/config-error": "true" }, 3_000);
    expect(containerOf(pod)).toMatchObject({
      restartCount: 0,
      state: { waiting: { reason: "CreateContainerConfigError", message: 'secret "db-credentials" not found' } },
    });
    expect(world.events("Pod", "Failed")[0]?.message).toBe('Error: secret "db-credentials" not found');
  });

  it("fits on no node", () => {
    const { world, pod } = podOf({ "fake/unschedulable": "true" }, 3_000);
    expect(pod.spec.nodeName).toBeUndefined();
    expect(conditionOf(pod, "PodScheduled")).toMatchObject({
      status: "False",
      reason: "Unschedulable",
      message: expect.stringMatching(/^0\/3 nodes are available: 3 Insufficient cpu\./),
    });
    expect(world.events("Pod", "FailedScheduling")[0]).toMatchObject({ type: "Warning" });
  });

  it("flaps", () => {
    const { world } = podOf({ "fake/flapping": "true" }, 100);
    const seen = new Set<boolean>();
    let changes = 0;
    world.store.subscribe(({ resource, object, previous }) => {
      if (resource !== "pods" || previous === undefined) return;
      const [before, after] = [previous, object].map((pod) => Reflect.get(conditionOf(pod, "Ready") ?? {}, "status"));
      if (before !== after) changes += 1;
      seen.add(after === "True");
    });
    world.run(60_000);
    expect(seen.size).toBe(2);
    expect(changes).toBeGreaterThan(10);
  });

  it("leaves the container beside it alone", () => {
    const world = createWorld();
    const template = {
      metadata: { labels: { app: "web" }, annotations: { "fake/crash": "true" } },
      spec: {
        containers: [
          { name: "app", image: "a:1" },
          { name: "proxy", image: "b:1" },
        ],
      },
    };
    world.createDeployment("web", { replicas: 1, template });
    world.run(30_000);
    expect(world.pods("web")[0]?.status?.containerStatuses).toMatchObject([
      { name: "app", ready: false },
      { name: "proxy", ready: true, restartCount: 0, state: { running: {} } },
    ]);
  });
});

describe("what a container has written", () => {
  it("ends with the error when it crashed, also of the previous run", () => {
    const { world, pod } = podOf({ "fake/crash": "true" }, 3_000);
    expect(podLog(world.store, pod).at(-1)).toMatch(/FATAL .* exiting with code 1$/);
    expect(podLog(world.store, pod, { previous: true }).at(-1)).toMatch(/FATAL/);
  });

  it("grows while it runs and keeps what was there", () => {
    const { world, pod } = podOf({}, 10_000);
    const before = podLog(world.store, pod);
    world.run(20_000);
    const after = podLog(world.store, pod);
    expect(before.length).toBeGreaterThan(3);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.length).toBeGreaterThan(before.length);
    expect(podLog(world.store, pod, { previous: true })).toEqual([]);
  });

  it("is nothing before it has started, or of a container that is not there", () => {
    const { world, pod } = podOf({ "fake/config-error": "true" }, 3_000);
    expect(podLog(world.store, pod)).toEqual([]);
    expect(podLog(world.store, pod, { container: "nope" })).toEqual([]);
  });
});
