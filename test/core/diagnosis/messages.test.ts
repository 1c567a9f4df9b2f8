import { describe, expect, it } from "vitest";
import { missingReference } from "../../../src/core/diagnosis/containers.ts";
import { creationTroubles } from "../../../src/core/diagnosis/creation.ts";
import { schedulingTroubles } from "../../../src/core/diagnosis/scheduling.ts";
import { signalOf } from "../../../src/core/diagnosis/signals.ts";
import { deployment } from "../../../src/core/kinds/deployment.ts";
import { type PodObject, projectPod } from "../../../src/core/pods.ts";
import { projectRevision, type RevisionObject } from "../../../src/core/revisions.ts";
import { seeWorkload } from "../../../src/core/seen-workload.ts";
import { deploymentObject, podObject, replicaSetObject } from "../objects.ts";

const { workload } = seeWorkload(deployment, deploymentObject(), "prod");

describe("the scheduler's words", () => {
  // As kube-scheduler 1.28 to 1.36 writes them.
  const table: readonly (readonly [message: string, diagnosis: object])[] = [
    [
      "0/20 nodes are available: 20 Insufficient cpu. no new claims to deallocate, preemption: 0/20 nodes are available: 20 Preemption is not helpful for scheduling.",
      { cause: "unschedulable", resource: "cpu", nodes: 20, allNodes: 20 },
    ],
    [
      "0/6 nodes are available: 1 Insufficient nvidia.com/gpu, 2 node(s) didn't match Pod's node affinity/selector, 3 node(s) had untolerated taint {dedicated: db, old}. preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling.",
      { cause: "unschedulable", taint: "dedicated=db, old", nodes: 3, allNodes: 6 },
    ],
    [
      "0/2 nodes are available: 2 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.",
      { cause: "unschedulable", taint: "node.kubernetes.io/not-ready", nodes: 2, allNodes: 2 },
    ],
    ["0/3 nodes are available: 3 node(s) were unschedulable.", { taint: "node.kubernetes.io/unschedulable" }],
    ["0/3 nodes are available: 3 Too many pods.", { resource: "pods" }],
    ["0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.", { affinity: "pod-anti" }],
    ["0/3 nodes are available: 3 node(s) didn't match pod affinity rules.", { affinity: "pod" }],
    [
      "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints.",
      { affinity: "topology-spread" },
    ],
    [
      "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 …",
      { cause: "volume" },
    ],
    ["0/3 nodes are available: 3 node(s) had volume node affinity conflict.", { cause: "volume" }],
    ["0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind.", { cause: "volume" }],
    [
      "0/3 nodes are available: 1 node(s) had volume node affinity conflict, 2 Insufficient memory.",
      { cause: "unschedulable", resource: "memory", nodes: 2 },
    ],
    ["no nodes available to schedule pods", { cause: "unschedulable", message: "no nodes available to schedule pods" }],
  ];
  it.each(table)("%s", (message, diagnosis) => {
    const pod = projectPod(podObject({ name: "a", ready: false, scheduled: message }) as unknown as PodObject);
    expect(schedulingTroubles(workload, pod)[0]?.diagnosis).toMatchObject(diagnosis);
  });
});

describe("the API server's refusal of a pod", () => {
  const table: readonly (readonly [message: string, diagnosis: object])[] = [
    [
      'pods "web-x" is forbidden: exceeded quota: team, requested: pods=1,requests.cpu=2, used: pods=3,requests.cpu=7, limited: pods=3,requests.cpu=8',
      {
        cause: "quota",
        quota: "team",
        requested: "pods=1,requests.cpu=2",
        used: "pods=3,requests.cpu=7",
        limited: "pods=3,requests.cpu=8",
      },
    ],
    ['pods "web-x" is forbidden: failed quota: team: must specify cpu for: app', { cause: "quota", quota: "team" }],
    ['admission webhook "sign.example" denied the request: no', { cause: "admission", policy: "sign.example" }],
    [
      "pods \"web-x\" is forbidden: ValidatingAdmissionPolicy 'no-root' with binding 'all' denied request: no",
      { cause: "admission", policy: "no-root" },
    ],
    [
      'pods "web-x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
      { cause: "admission", policy: "PodSecurity restricted:latest" },
    ],
    ['error looking up service account shop/web: serviceaccount "web" not found', { cause: "create-failed" }],
  ];
  it.each(table)("%s", (message, diagnosis) => {
    const conditions = [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message }];
    const set = replicaSetObject({ hash: "new", revision: 2, replicas: 0, conditions });
    const revision = projectRevision(set as unknown as RevisionObject, "pod-template-hash");
    expect(creationTroubles(workload, revision)[0]?.diagnosis).toMatchObject(diagnosis);
  });
});

describe("kubelet's words for what is missing", () => {
  const table: readonly (readonly [message: string, missing: object])[] = [
    ['secret "db" not found', { reference: "secret/db" }],
    ['configmap "web" not found', { reference: "configmap/web" }],
    ["couldn't find key password in Secret shop/db", { reference: "secret/db", key: "password" }],
    ["couldn't find key url in ConfigMap shop/web", { reference: "configmap/web", key: "url" }],
    ['MountVolume.SetUp failed for volume "c" : configmap "web" not found', { reference: "configmap/web" }],
  ];
  it.each(table)("%s", (message, missing) => {
    expect(missingReference(message)).toEqual(missing);
  });
});

describe("the signal of an exit", () => {
  it.each([
    [{ exitCode: 137, signal: undefined }, "SIGKILL"],
    [{ exitCode: 139, signal: undefined }, "SIGSEGV"],
    [{ exitCode: 0, signal: 15 }, "SIGTERM"],
    [{ exitCode: 1, signal: undefined }, undefined],
    [{ exitCode: 255, signal: undefined }, undefined],
    [{ exitCode: undefined, signal: undefined }, undefined],
  ])("%j", (exit, name) => {
    expect(signalOf(exit)).toBe(name);
  });
});
