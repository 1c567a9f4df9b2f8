import { describe, expect, it } from "vitest";
import { printerOf } from "../../../src/sim/api/columns.ts";
import type { KubeObject } from "../../../src/sim/object.ts";
import { findResource } from "../../../src/sim/resources.ts";

const created = "2026-11-25T11:58:00Z";
const now = Date.parse("2026-11-25T12:00:00Z");

function cells(resource: string, object: Partial<KubeObject>): readonly unknown[] {
  const info = findResource(resource);
  if (info === undefined) throw new Error(`no ${resource}`);
  const metadata = { name: "web", namespace: "shop", uid: "u", resourceVersion: "1", creationTimestamp: created };
  const whole = { apiVersion: "v1", kind: info.kind, ...object, metadata: { ...metadata, ...object.metadata } };
  return printerOf(info).cells(whole, now);
}

const running = { state: { running: { startedAt: created } }, ready: true, restartCount: 0 };
const containers = [{ name: "a" }, { name: "b" }];
const crashed = { terminated: { exitCode: 1, reason: "Error", finishedAt: "2026-11-25T11:59:30Z" } };

describe("a pod's READY, STATUS and RESTARTS", () => {
  const pending = { phase: "Pending", conditions: [{ type: "PodScheduled", status: "True" }] };
  it.each([
    { name: "not scheduled", status: { phase: "Pending" }, want: ["0/2", "Pending", "0"] },
    {
      name: "creating",
      status: { ...pending, containerStatuses: [{ state: { waiting: { reason: "ContainerCreating" } } }] },
      want: ["0/2", "ContainerCreating", "0"],
    },
    {
      name: "running",
      status: { phase: "Running", containerStatuses: [running, running] },
      want: ["2/2", "Running", "0"],
    },
    {
      name: "half ready",
      status: { phase: "Running", containerStatuses: [running, { ...running, ready: false }] },
      want: ["1/2", "Running", "0"],
    },
    {
      name: "crashing",
      status: {
        phase: "Running",
        containerStatuses: [
          { state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: crashed, restartCount: 3 },
          running,
        ],
      },
      want: ["1/2", "CrashLoopBackOff", "3 (30s ago)"],
    },
    {
      name: "stopped by a signal",
      status: { phase: "Running", containerStatuses: [{ state: { terminated: { exitCode: 137, signal: 9 } } }] },
      want: ["0/2", "Signal:9", "0"],
    },
    {
      name: "finished",
      status: {
        phase: "Succeeded",
        containerStatuses: [{ state: { terminated: { exitCode: 0, reason: "Completed" } } }],
      },
      want: ["0/2", "Completed", "0"],
    },
    {
      name: "initializing",
      status: { phase: "Pending", initContainerStatuses: [{ state: { running: {} } }] },
      want: ["0/2", "Init:0/1", "0"],
    },
    {
      name: "failing to initialize",
      status: { phase: "Pending", initContainerStatuses: [{ state: crashed, restartCount: 2 }] },
      want: ["0/2", "Init:Error", "2"],
    },
  ])("$name", ({ status, want }) => {
    const spec = { containers, initContainers: [{ name: "init" }] };
    expect(cells("pods", { spec, status }).slice(1, 4)).toEqual(want);
  });

  it("is Terminating once it is being deleted", () => {
    const metadata = { name: "web", deletionTimestamp: created } as KubeObject["metadata"];
    const status = { phase: "Running", containerStatuses: [running, running] };
    expect(cells("pods", { metadata, spec: { containers }, status }).slice(1, 3)).toEqual(["2/2", "Terminating"]);
  });
});

describe("the cells of", () => {
  const template = {
    spec: {
      containers: [
        { name: "c", image: "nginx:1" },
        { name: "d", image: "envoy:2" },
      ],
    },
  };
  const selector = { matchLabels: { app: "web" } };
  it.each([
    {
      resource: "deployments.apps",
      object: {
        spec: { replicas: 3, template, selector },
        status: { readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2 },
      },
      want: ["web", "2/3", 1, 2, "2m", "c,d", "nginx:1,envoy:2", "app=web"],
    },
    {
      resource: "statefulsets.apps",
      object: { spec: { replicas: 3, template }, status: {} },
      want: ["web", "0/3", "2m", "c,d", "nginx:1,envoy:2"],
    },
    {
      resource: "daemonsets.apps",
      object: { spec: { template, selector }, status: { desiredNumberScheduled: 4, numberReady: 3 } },
      want: ["web", 4, 0, 3, 0, 0, "<none>", "2m", "c,d", "nginx:1,envoy:2", "app=web"],
    },
    {
      resource: "events",
      object: {
        involvedObject: { kind: "Pod", name: "web-1", fieldPath: "spec.containers{c}" },
        ...{ type: "Warning", reason: "BackOff", message: "Back-off\n", count: 4 },
        source: { component: "kubelet", host: "node-1" },
        firstTimestamp: created,
        lastTimestamp: "2026-11-25T11:59:00Z",
      },
      want: [
        "60s",
        "Warning",
        "BackOff",
        "pod/web-1",
        "spec.containers{c}",
        "kubelet, node-1",
        "Back-off",
        "2m",
        4,
        "web",
      ],
    },
    {
      resource: "nodes",
      object: { spec: { unschedulable: true }, status: { conditions: [{ type: "Ready", status: "False" }] } },
      want: [
        "web",
        "NotReady,SchedulingDisabled",
        "<none>",
        "2m",
        "",
        ...Array(2).fill("<none>"),
        ...Array(3).fill("<unknown>"),
      ],
    },
    {
      resource: "poddisruptionbudgets.policy",
      object: { spec: { maxUnavailable: "25%" }, status: { disruptionsAllowed: 1 } },
      want: ["web", "N/A", "25%", 1, "2m"],
    },
    {
      resource: "leases.coordination.k8s.io",
      object: { spec: { holderIdentity: "me" } },
      want: ["web", "me", "2m"],
    },
  ])("$resource", ({ resource, object, want }) => {
    expect(cells(resource, object)).toEqual(want);
  });
});
