import { withDefaults } from "./api/defaults.ts";
import type { SimClock } from "./clock.ts";
import { createSimulatedCluster, type SimulatedCluster } from "./cluster.ts";
import { createControllers } from "./controllers/index.ts";
import { type FleetWorkload, fleetClusters, fleetWorkloads } from "./fleet-workloads.ts";
import type { Draft, KubeObject } from "./object.ts";
import type { Store } from "./store.ts";

export interface FleetOptions {
  readonly clock: SimClock;
  /** The same seed makes the same names and delays. */
  readonly seed?: number;
}

/** How old the fleet is when it is handed over, in milliseconds. */
const age = 26 * 3_600_000;
/** What a rollout may take while the fleet is made. */
const settling = 900_000;
/** How long the trouble that is always moving has been going on. */
const lately = 60_000;
const nodes = 4;

/**
 * The simulated fleet, already running: everything that can be healthy is. Its first day is lived through at once, on a
 * clock of its own, from then on it lives on `clock`.
 */
export function createFleet({ clock, seed = 42 }: FleetOptions): readonly SimulatedCluster[] {
  const reachable = fleetClusters.reachable.map((name, index) => createMember(name, clock, seed + index));
  const silent = fleetClusters.unreachable.map((name) =>
    createSimulatedCluster({ clock, seed, name, unreachable: true, controllers: false }),
  );
  return [...reachable, ...silent];
}

function createMember(name: string, clock: SimClock, seed: number): SimulatedCluster {
  const present = clock.now();
  let past: number | undefined = present - age;
  const own: SimClock = { now: () => past ?? clock.now(), sleep: clock.sleep };
  const cluster = createSimulatedCluster({ clock: own, seed, name, controllers: false });
  const { store } = cluster;
  const controllers = createControllers(store, { nodes });
  const live = (until: number) => {
    for (let due = controllers.step(); due !== undefined && due <= until; due = controllers.step()) past = due;
    past = until;
  };
  for (const namespace of new Set(fleetWorkloads.map((workload) => workload.namespace))) {
    if (store.get("namespaces", undefined, namespace) === undefined)
      store.create("namespaces", namespaceObject(namespace));
  }
  for (const workload of fleetWorkloads) store.create(resourceOf(workload), workloadObject(workload));
  for (const workload of fleetWorkloads)
    for (const [resource, object] of companions(workload)) store.create(resource, object);
  store.create("resourcequotas", quotaObject("payments"));
  live(present - age + settling);
  // The quiet day in between is skipped, not lived through.
  past = present - settling;
  for (const { namespace, kind, name: paused } of fleetWorkloads.filter((workload) => workload.paused)) {
    change(store, { namespace, kind, name: paused }, (object) => ({
      ...object,
      spec: { ...Object(object.spec), paused: true },
    }));
  }
  const { stuck } = fleetClusters;
  if (name === stuck.cluster) {
    // Somebody released a version that does not start.
    change(store, { ...stuck, kind: "Deployment" }, (object) =>
      released(object, "shop/search:3.1.0", { "fake/crash": "true" }),
    );
  }
  live(present - lately);
  for (const { recentTrouble, ...workload } of fleetWorkloads) {
    if (recentTrouble) change(store, workload, (object) => released(object, workload.image, recentTrouble));
  }
  live(present);
  past = undefined;
  controllers.start();
  return {
    ...cluster,
    close: () => {
      controllers.stop();
      cluster.close();
    },
  };
}

function change(
  store: Store,
  workload: Pick<FleetWorkload, "namespace" | "kind" | "name">,
  edit: (object: KubeObject) => KubeObject,
): void {
  const object = store.get(resourceOf(workload), workload.namespace, workload.name);
  if (object !== undefined) store.update(resourceOf(workload), edit(object));
}

function resourceOf({ kind }: Pick<FleetWorkload, "kind">): string {
  return `${kind.toLowerCase()}s.apps`;
}

/** With the API server's defaults: without them its next write would fill them in, and the template would differ. */
function workloadObject({ namespace, kind, name, image, replicas, trouble, spec }: FleetWorkload): Draft {
  const labels = { app: name };
  const object = {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace, labels },
    spec: {
      ...(replicas !== undefined && { replicas }),
      ...(kind === "StatefulSet" && { serviceName: name }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(trouble && { annotations: trouble }) },
        spec: {
          containers: [
            {
              name,
              image,
              readinessProbe: { httpGet: { path: "/healthz", port: 8080 } },
              ...(isService({ namespace, kind }) && environment(name)),
              resources: { requests: { cpu: "100m", memory: "128Mi" } },
            },
          ],
        },
      },
      ...spec,
    },
  };
  return { ...object, ...withDefaults(kind, object) };
}

function released(object: KubeObject, image: string, trouble: Readonly<Record<string, string>>): KubeObject {
  const spec = structuredClone(object.spec) as {
    template: {
      metadata: { annotations?: Readonly<Record<string, string>> };
      spec: { containers: { image: string }[] };
    };
  };
  spec.template.metadata.annotations = trouble;
  for (const container of spec.template.spec.containers) container.image = image;
  return { ...object, spec };
}

function namespaceObject(name: string) {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}

/** Has a ConfigMap and a Secret that its container reads, and a Service. */
function isService({ namespace, kind }: Pick<FleetWorkload, "namespace" | "kind">): boolean {
  return kind === "Deployment" && namespace !== "kube-system";
}

function environment(name: string) {
  return {
    ports: [{ name: "http", containerPort: 8080 }],
    envFrom: [{ configMapRef: { name: `${name}-config` } }],
    env: [{ name: "API_KEY", valueFrom: { secretKeyRef: { name: `${name}-credentials`, key: "api-key" } } }],
    readinessProbe: { httpGet: { path: "/healthz", port: "http" } },
  };
}

/** What stands beside a workload. */
function companions(workload: FleetWorkload): readonly (readonly [string, Draft])[] {
  const { namespace, name: app, minAvailable } = workload;
  const selector = { app };
  const draft = (apiVersion: string, kind: string, name: string, fields: object): Draft => {
    const object = { apiVersion, kind, metadata: { name, namespace, labels: selector }, ...fields };
    return { ...object, ...withDefaults(kind, object) };
  };
  const spec = { minAvailable, selector: { matchLabels: selector } };
  const service = { selector, ports: [{ name: "http", port: 80, targetPort: "http" }] };
  return [
    ...(minAvailable === undefined
      ? []
      : [["poddisruptionbudgets.policy", draft("policy/v1", "PodDisruptionBudget", app, { spec })] as const]),
    ...(isService(workload)
      ? ([
          ["configmaps", draft("v1", "ConfigMap", `${app}-config`, { data: { LOG_LEVEL: "info", REGION: "eu" } })],
          ["secrets", draft("v1", "Secret", `${app}-credentials`, { stringData: { "api-key": "simulated" } })],
          ["services", draft("v1", "Service", app, { spec: service })],
        ] as const)
      : []),
  ];
}

function quotaObject(namespace: string) {
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "team", namespace },
    spec: { hard: { pods: "40", "requests.cpu": "20", "requests.memory": "40Gi" } },
  };
}
