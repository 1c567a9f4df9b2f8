import { describe, expect, it } from "vitest";
import { daemonset } from "../../../src/core/kinds/daemonset.ts";
import { deployment } from "../../../src/core/kinds/deployment.ts";
import { kindNames, parseKind, workloadKinds } from "../../../src/core/kinds/index.ts";
import { statefulset } from "../../../src/core/kinds/statefulset.ts";
import type { WorkloadKind } from "../../../src/core/kinds/workload-kind.ts";
import type { WorkloadObject } from "../../../src/core/workload.ts";
import { deploymentObject } from "../objects.ts";

type Change = NonNullable<Parameters<typeof deploymentObject>[0]>;

const revisions = (current: string, update: string) => ({ currentRevision: current, updateRevision: update });
const nodes = (desired: number, updated: number, available: number) => ({
  desiredNumberScheduled: desired,
  currentNumberScheduled: desired,
  updatedNumberScheduled: updated,
  numberReady: available,
  numberAvailable: available,
});

describe("a kind's status", () => {
  const table: readonly { name: string; kind: WorkloadKind; change: Change; complete: boolean; rolling: boolean }[] = [
    { name: "a settled Deployment", kind: deployment, change: {}, complete: true, rolling: false },
    {
      name: "a Deployment whose spec is not observed",
      kind: deployment,
      change: { metadata: { generation: 2 } },
      complete: false,
      rolling: true,
    },
    {
      name: "a Deployment with old pods left",
      kind: deployment,
      change: { status: { replicas: 4 } },
      complete: false,
      rolling: true,
    },
    {
      name: "a Deployment half updated",
      kind: deployment,
      change: { status: { updatedReplicas: 1 } },
      complete: false,
      rolling: true,
    },
    {
      name: "a Deployment whose pod flaps after the rollout",
      kind: deployment,
      change: {
        status: {
          availableReplicas: 2,
          conditions: [{ type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" }],
        },
      },
      complete: false,
      rolling: false,
    },
    {
      name: "a settled StatefulSet",
      kind: statefulset,
      change: { status: revisions("a", "a") },
      complete: true,
      rolling: false,
    },
    {
      name: "a StatefulSet that is available but not all updated",
      kind: statefulset,
      change: { status: { ...revisions("a", "b"), updatedReplicas: 2 } },
      complete: false,
      rolling: true,
    },
    {
      name: "a StatefulSet that is ready but not available for minReadySeconds",
      kind: statefulset,
      change: { status: { ...revisions("b", "b"), availableReplicas: 2 } },
      complete: false,
      rolling: false,
    },
    {
      name: "a StatefulSet put back: names equal, counters lag",
      kind: statefulset,
      change: { status: { ...revisions("a", "a"), updatedReplicas: 2 } },
      complete: false,
      rolling: false,
    },
    {
      name: "a partition that is satisfied",
      kind: statefulset,
      change: {
        spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
        status: { ...revisions("a", "b"), updatedReplicas: 1 },
      },
      complete: true,
      rolling: false,
    },
    {
      name: "a settled DaemonSet",
      kind: daemonset,
      change: { status: nodes(5, 5, 5) },
      complete: true,
      rolling: false,
    },
    {
      name: "a DaemonSet half updated",
      kind: daemonset,
      change: { status: nodes(5, 2, 5) },
      complete: false,
      rolling: true,
    },
    {
      name: "a DaemonSet with a node down",
      kind: daemonset,
      change: { status: nodes(5, 5, 4) },
      complete: false,
      rolling: false,
    },
  ];
  it.each(table)("of $name", ({ kind, change, complete, rolling }) => {
    const workload = kind.project(deploymentObject(change) as unknown as WorkloadObject, "prod");
    expect({ complete: kind.complete(workload), rolling: kind.rolling(workload) }).toEqual({ complete, rolling });
  });
});

describe.each(workloadKinds)("the kind $kind", (kind) => {
  it.each(kindNames(kind))("is known as %s", (name) => {
    expect(parseKind(name.toUpperCase())).toBe(kind);
  });
});

describe.each(workloadKinds.filter(({ optional }) => optional !== true))("the built-in kind $kind", (kind) => {
  it("restarts with one annotation, the uid and nothing else", () => {
    expect(kind.patch("2026-11-25T12:00:00Z", "u-1")).toEqual({
      contentType: "application/strategic-merge-patch+json",
      body: {
        metadata: { uid: "u-1" },
        spec: {
          template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2026-11-25T12:00:00Z" } } },
        },
      },
    });
  });
});

describe("how many pods may be missing", () => {
  it.each<readonly [kind: WorkloadKind, given: number | string | undefined, missing: number]>([
    [statefulset, undefined, 1],
    [statefulset, 2, 2],
    [statefulset, "50%", 1],
    [statefulset, "10%", 1],
    [daemonset, "50%", 2],
    [deployment, "50%", 1],
  ])("case %#", (kind, maxUnavailable, missing) => {
    const rollingUpdate = { ...(maxUnavailable !== undefined && { maxUnavailable }) };
    const strategy = { type: "RollingUpdate", rollingUpdate };
    const object = deploymentObject({ spec: { strategy, updateStrategy: strategy }, status: nodes(3, 3, 3) });
    expect(kind.project(object as unknown as WorkloadObject, "c").maxUnavailable).toBe(missing);
  });
});
