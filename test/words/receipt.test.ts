import { expect, it } from "vitest";
import { type Finished, receipt } from "../../src/words/outcomes.ts";

const end = (more: Partial<Finished>): Finished => ({
  schema: "restart/v1",
  seq: 9,
  time: "2026-11-25T12:00:20.000Z",
  run: "r",
  type: "target.finished",
  target: {
    cluster: "dev",
    clusterUid: "u",
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace: "shop", name: "web", uid: "w" },
  },
  outcome: "healthy",
  seconds: 20,
  progress: {
    observed: true,
    desired: 3,
    replicas: 3,
    updated: 3,
    ready: 3,
    available: 3,
    partition: 0,
    updateRevision: "",
    currentRevision: "",
  },
  ...more,
});

it.each([
  [{}, "healthy in 20 s: 3 pods replaced"],
  [{ lowestReady: 3, forecast: { lowestReady: 3 } }, "healthy in 20 s: 3 pods replaced"],
  [
    { lowestReady: 2, forecast: { lowestReady: 2, seconds: 15 } },
    "healthy in 20 s: 3 pods replaced, at least 2 of 3 ready, expected 15 s",
  ],
  [
    { lowestReady: 1, forecast: { lowestReady: 3 }, terminating: 1 },
    "healthy in 20 s: 3 pods replaced, at least 1 of 3 ready instead of 3, 1 old pod still terminating",
  ],
])("%j is told as: %s", (more, text) => {
  expect(receipt(end(more))).toBe(text);
});
