import { describe, expect, it } from "vitest";
import { stateChecks } from "../../../src/core/findings/index.ts";
import { daemonset } from "../../../src/core/kinds/daemonset.ts";
import { deployment } from "../../../src/core/kinds/deployment.ts";
import { statefulset } from "../../../src/core/kinds/statefulset.ts";
import type { WorkloadKind } from "../../../src/core/kinds/workload-kind.ts";
import type { WorkloadObject } from "../../../src/core/workload.ts";
import { deploymentObject } from "../objects.ts";

type Change = NonNullable<Parameters<typeof deploymentObject>[0]>;

function findings(kind: WorkloadKind, change: Change): readonly string[] {
  const workload = kind.project(deploymentObject(change) as unknown as WorkloadObject, "prod");
  return stateChecks
    .flatMap(({ check }) => check({ kind, workload, deletePods: false }))
    .map(({ code, level }) => `${code}:${level}`);
}

const owner = (apiVersion: string, kind: string, controller = true) => ({
  metadata: { ownerReferences: [{ apiVersion, kind, name: "x", uid: "u", controller }] },
});

describe("what an object's own state says about a restart", () => {
  const table: readonly { name: string; kind: WorkloadKind; change: Change; want: readonly string[] }[] = [
    { name: "nothing of a plain Deployment", kind: deployment, change: {}, want: [] },
    {
      name: "nothing of one replica with the default strategy: it surges",
      kind: deployment,
      change: { spec: { replicas: 1 } },
      want: [],
    },
    { name: "paused blocks", kind: deployment, change: { spec: { paused: true } }, want: ["paused:block"] },
    {
      name: "being deleted blocks",
      kind: deployment,
      change: { metadata: { deletionTimestamp: "2026-11-25T12:00:00Z" } },
      want: ["deleting:block"],
    },
    {
      name: "zero replicas informs",
      kind: deployment,
      change: { spec: { replicas: 0 } },
      want: ["zero-replicas:info"],
    },
    {
      name: "Recreate warns of downtime",
      kind: deployment,
      change: { spec: { strategy: { type: "Recreate" } } },
      want: ["downtime:warn"],
    },
    {
      name: "a singleton without surge warns of downtime",
      kind: deployment,
      change: { spec: { replicas: 1, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: "25%" } } } },
      want: ["downtime:warn"],
    },
    {
      name: "a singleton StatefulSet warns of downtime",
      kind: statefulset,
      change: { spec: { replicas: 1 } },
      want: ["downtime:warn"],
    },
    {
      name: "OnDelete blocks a StatefulSet",
      kind: statefulset,
      change: { spec: { replicas: 3, updateStrategy: { type: "OnDelete" } } },
      want: ["on-delete:block"],
    },
    {
      name: "OnDelete blocks a DaemonSet",
      kind: daemonset,
      change: { spec: { updateStrategy: { type: "OnDelete" } } },
      want: ["on-delete:block"],
    },
    {
      name: "a partition warns",
      kind: statefulset,
      change: { spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } } },
      want: ["partition:warn"],
    },
    {
      name: "a partition that leaves nothing blocks",
      kind: statefulset,
      change: { spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 3 } } } },
      want: ["partition:block"],
    },
    {
      name: "an operator that owns it blocks",
      kind: statefulset,
      change: owner("monitoring.coreos.com/v1", "Prometheus"),
      want: ["operator-owned:block"],
    },
    {
      name: "an owner that controls nothing does not",
      kind: statefulset,
      change: owner("monitoring.coreos.com/v1", "Prometheus", false),
      want: [],
    },
    {
      name: "an Argo Rollout as owner does not",
      kind: deployment,
      change: owner("argoproj.io/v1alpha1", "Rollout"),
      want: [],
    },
  ];
  it.each(table)("$name", ({ kind, change, want }) => {
    expect(findings(kind, change)).toEqual(want);
  });
});
