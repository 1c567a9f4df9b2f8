import { describe, expect, it } from "vitest";
import type { RolloutProgress } from "../../src/core/index.ts";
import { waitingLine } from "../../src/words/rollout-lines.ts";

const settled: RolloutProgress = {
  observed: true,
  desired: 3,
  replicas: 3,
  updated: 3,
  ready: 3,
  available: 3,
  partition: 0,
  updateRevision: "r2",
  currentRevision: "r2",
};

// The texts of kubectl pkg/polymorphichelpers/rollout_status.go, in its order of tests.
describe("kubectl's lines", () => {
  it.each<readonly [kind: string, change: Partial<RolloutProgress>, line: string | undefined]>([
    ["Deployment", { observed: false }, "Waiting for deployment spec update to be observed..."],
    [
      "Deployment",
      { updated: 1 },
      'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...',
    ],
    [
      "Deployment",
      { replicas: 4 },
      'Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...',
    ],
    [
      "Deployment",
      { available: 2 },
      'Waiting for deployment "web" rollout to finish: 2 of 3 updated replicas are available...',
    ],
    ["Deployment", {}, undefined],
    ["DaemonSet", { observed: false }, "Waiting for daemon set spec update to be observed..."],
    [
      "DaemonSet",
      { updated: 1 },
      'Waiting for daemon set "web" rollout to finish: 1 out of 3 new pods have been updated...',
    ],
    [
      "DaemonSet",
      { available: 1 },
      'Waiting for daemon set "web" rollout to finish: 1 of 3 updated pods are available...',
    ],
    ["DaemonSet", {}, undefined],
    ["StatefulSet", { observed: false }, "Waiting for statefulset spec update to be observed..."],
    ["StatefulSet", { ready: 2 }, "Waiting for 1 pods to be ready..."],
    [
      "StatefulSet",
      { updated: 1 },
      "Waiting for partitioned roll out to finish: 1 out of 3 new pods have been updated...",
    ],
    [
      "StatefulSet",
      { updated: 0, partition: 2 },
      "Waiting for partitioned roll out to finish: 0 out of 1 new pods have been updated...",
    ],
    ["StatefulSet", { updated: 1, partition: 2 }, undefined],
    ["StatefulSet", {}, undefined],
  ])("%s %j", (kind, change, line) => {
    expect(waitingLine(kind, "web", { ...settled, ...change })).toBe(line);
  });
});

describe("a kind that kubectl has no words for", () => {
  it.each<readonly [change: Partial<RolloutProgress>, line: string | undefined]>([
    [{ observed: false }, "Waiting for rollout spec update to be observed..."],
    [{ newPods: 2, newPodsReady: 1, oldPods: 1 }, 'Waiting for rollout "web" to finish: 1 of 3 pods replaced...'],
    [{ newPodsReady: 3, oldPods: 1 }, 'Waiting for rollout "web" to finish: 3 of 3 pods replaced, 1 old pod left...'],
    [{ updated: 0 }, 'Waiting for rollout "web" to finish: 0 of 3 pods replaced...'],
    [{}, undefined],
  ])("%o", (change, line) => {
    expect(waitingLine("Rollout", "web", { ...settled, ...change })).toBe(line);
  });
});
