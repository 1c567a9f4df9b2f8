import type { KubeObject } from "../../src/kube/get.ts";

/** A Deployment as the API server sends it, settled unless told otherwise. */
export function deploymentObject(
  change: {
    readonly name?: string;
    readonly metadata?: object;
    readonly spec?: object;
    readonly status?: object;
    readonly annotations?: Readonly<Record<string, string>>;
  } = {},
): KubeObject {
  const name = change.name ?? "web";
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "shop", uid: `uid-${name}`, resourceVersion: "1", generation: 1, ...change.metadata },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: name } },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
      template: {
        metadata: { labels: { app: name }, ...(change.annotations && { annotations: change.annotations }) },
        spec: { containers: [{ name: "app", image: "registry.example/web:1" }] },
      },
      ...change.spec,
    },
    status: {
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      ...change.status,
    },
  } as unknown as KubeObject;
}

/** A pod of a revision, ready unless told otherwise. */
export function podObject(change: {
  readonly name: string;
  readonly hash?: string;
  readonly owner?: string;
  readonly ready?: boolean;
  readonly scheduled?: boolean | string;
  readonly deleting?: boolean;
  readonly phase?: string;
  readonly restartedAt?: string;
  readonly container?: object;
  readonly init?: object;
}): KubeObject {
  const { name, hash = "new", owner = "uid-rs-new", ready = true, scheduled = true } = change;
  const condition = (type: string, ok: boolean, more: object = {}) => ({
    type,
    status: ok ? "True" : "False",
    ...more,
  });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "shop",
      uid: `uid-${name}`,
      resourceVersion: "1",
      labels: { app: "web", "pod-template-hash": hash },
      annotations: change.restartedAt ? { "kubectl.kubernetes.io/restartedAt": change.restartedAt } : {},
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "rs", uid: owner, controller: true }],
      ...(change.deleting && { deletionTimestamp: "2026-11-25T12:00:00Z" }),
    },
    status: {
      phase: change.phase ?? "Running",
      conditions: [
        condition(
          "PodScheduled",
          scheduled === true,
          scheduled === true ? {} : { reason: "Unschedulable", message: scheduled },
        ),
        condition("Ready", ready),
      ],
      ...(change.init && { initContainerStatuses: [{ name: "init", ready: false, restartCount: 0, ...change.init }] }),
      containerStatuses: [
        {
          name: "app",
          ready,
          restartCount: 0,
          state: ready ? { running: {} } : { waiting: { reason: "ContainerCreating" } },
          ...change.container,
        },
      ],
    },
  } as unknown as KubeObject;
}

/** A ReplicaSet of the Deployment `web`. */
export function replicaSetObject(change: {
  readonly hash: string;
  readonly revision: number;
  readonly replicas: number;
  readonly available?: number;
  readonly restartedAt?: string;
  readonly conditions?: readonly object[];
}): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `web-${change.hash}`,
      namespace: "shop",
      uid: `uid-rs-${change.hash}`,
      resourceVersion: "1",
      labels: { app: "web", "pod-template-hash": change.hash },
      annotations: { "deployment.kubernetes.io/revision": String(change.revision) },
      ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "uid-web", controller: true }],
    },
    spec: {
      template: {
        metadata: {
          annotations: change.restartedAt ? { "kubectl.kubernetes.io/restartedAt": change.restartedAt } : {},
        },
      },
    },
    status: {
      replicas: change.replicas,
      availableReplicas: change.available ?? change.replicas,
      conditions: change.conditions ?? [],
    },
  } as unknown as KubeObject;
}
