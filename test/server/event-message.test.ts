import { toJson } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import type { Diagnosis, RunEvent } from "../../src/core/index.ts";
import { RunEventSchema } from "../../src/gen/restart/v1/restart_pb.ts";
import { eventMessage } from "../../src/server/event-message.ts";

/** Every field of a diagnosis; a new one does not compile before it stands here. */
const diagnosis: Required<Diagnosis> = {
  cause: "crash-loop",
  reason: "CrashLoopBackOff",
  message: "back-off",
  pod: "web-1",
  container: "app",
  image: "a:1",
  exitCode: 137,
  exitReason: "OOMKilled",
  signal: "SIGKILL",
  restartCount: 2,
  quota: "team",
  requested: "pods=1",
  used: "pods=3",
  limited: "pods=3",
  policy: "no-root",
  resource: "cpu",
  taint: "dedicated=gpu",
  affinity: "node",
  nodes: 3,
  allNodes: 4,
  volume: "data",
  claim: "data-web-1",
  heldBy: "web-0",
  reference: "secret/db",
  key: "password",
  probe: "readiness",
  finalizers: ["shop.example/drain"],
  gracePeriodSeconds: 30,
  node: "n1",
  nodeState: "gone",
  generation: 4,
  observedGeneration: 3,
  event: { reason: "BackOff", message: "restarting" },
  logs: ["one", "  two"],
  lookedAt: ["deployments/web", "pods"],
  command: ["kubectl", "describe", "pod", "web-1"],
};

describe("an event over RPC", () => {
  it("carries every field of a diagnosis as the flat line has it", () => {
    const target = {
      ...{ cluster: "dev", clusterUid: "u", apiVersion: "apps/v1", kind: "Deployment" },
      metadata: { namespace: "shop", name: "web", uid: "1" },
    };
    const base = { schema: "restart/v1", seq: 1, time: "2026-11-25T12:00:00.000Z", run: "r" } as const;
    const event: RunEvent = { ...base, type: "target.warning", target, diagnosis };
    expect(toJson(RunEventSchema, eventMessage(event))).toEqual(event);
  });
});
