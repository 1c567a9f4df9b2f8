import { createControllers } from "../../../src/sim/controllers/index.ts";
import { isReady, isTerminating } from "../../../src/sim/controllers/pod-state.ts";
import type {
  DaemonSet,
  DaemonSetSpec,
  Deployment,
  DeploymentSpec,
  Pod,
  ReplicaSet,
  StatefulSet,
  StatefulSetSpec,
} from "../../../src/sim/controllers/workload-objects.ts";
import type { KubeObject } from "../../../src/sim/object.ts";
import { createStore, type Store } from "../../../src/sim/store.ts";

export const restartedAt = "kubectl.kubernetes.io/restartedAt";
const namespace = "shop";

export interface EventObject extends KubeObject {
  readonly involvedObject: { readonly kind: string; readonly name: string; readonly uid: string };
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

type Resource = "deployments.apps" | "statefulsets.apps" | "daemonsets.apps";
type Annotations = Readonly<Record<string, string>>;

/** A store with its controllers, and a clock that jumps from work to work. */
export interface World {
  readonly store: Store;
  readonly now: () => number;
  /** Passes time; all work that falls due is done. */
  readonly run: (ms: number) => void;
  /** Passes time until the predicate holds after some work; returns the milliseconds. Throws after ten virtual minutes. */
  readonly until: (predicate: () => boolean, limit?: number) => number;
  readonly createDeployment: (name: string, spec?: Partial<DeploymentSpec>, template?: Annotations) => void;
  readonly createStatefulSet: (name: string, spec?: Partial<StatefulSetSpec>, template?: Annotations) => void;
  readonly createDaemonSet: (name: string, spec?: Partial<DaemonSetSpec>, template?: Annotations) => void;
  readonly deployment: (name: string) => Deployment;
  readonly statefulSet: (name: string) => StatefulSet;
  readonly daemonSet: (name: string) => DaemonSet;
  /** Lays fields over the spec. */
  readonly change: (resource: Resource, name: string, spec: object) => void;
  /** Sets annotations of the pod template; undefined removes one. */
  readonly annotate: (resource: Resource, name: string, annotations: Record<string, string | undefined>) => void;
  readonly replicaSets: (name: string) => readonly ReplicaSet[];
  /** Of a workload, by its `app` label; those being deleted too. */
  readonly pods: (app: string) => readonly Pod[];
  /** Not being deleted. */
  readonly live: (app: string) => readonly Pod[];
  readonly events: (kind: string, reason?: string) => readonly EventObject[];
}

export function createWorld({ seed = 1, nodes = 3 }: { readonly seed?: number; readonly nodes?: number } = {}): World {
  let time = Date.parse("2026-11-25T08:00:00Z");
  const clock = { now: () => time, sleep: () => new Promise<void>(() => undefined) };
  const store = createStore({ clock, seed });
  // What is handed out is shared: whoever changes it in place fails loudly.
  store.subscribe(({ object }) => deepFreeze(object));
  store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const controllers = createControllers(store, { nodes });

  const template = (app: string, annotations: Annotations = {}) => ({
    metadata: { labels: { app }, annotations },
    spec: { containers: [{ name: "app", image: `registry.example/${app}:1.0` }] },
  });
  const create = (resource: Resource, kind: string, app: string, spec: object, annotations?: Annotations): void => {
    store.create(resource, {
      apiVersion: "apps/v1",
      kind,
      metadata: { name: app, namespace },
      spec: { selector: { matchLabels: { app } }, template: template(app, annotations), ...spec },
    });
  };
  const get = (resource: string, name: string): KubeObject => {
    const found = store.get(resource, namespace, name);
    if (found === undefined) throw new Error(`${resource} ${name} is not there`);
    return found;
  };
  const until = (predicate: () => boolean, limit = 600_000): number => {
    const begun = time;
    for (;;) {
      const due = controllers.step();
      if (predicate()) return time - begun;
      if (due === undefined || due > begun + limit) throw new Error(`not reached within ${limit} ms`);
      time = due;
    }
  };
  const pods = (app: string): readonly Pod[] =>
    (store.list("pods", namespace) as readonly Pod[]).filter(({ metadata }) => metadata.labels?.["app"] === app);

  return {
    store,
    now: () => time,
    until,
    run: (ms) => {
      const end = time + ms;
      for (let due = controllers.step(); due !== undefined && due <= end; due = controllers.step()) time = due;
      time = end;
      controllers.step();
    },
    createDeployment: (name, spec = {}, annotations) =>
      create("deployments.apps", "Deployment", name, spec, annotations),
    createStatefulSet: (name, spec = {}, annotations) =>
      create("statefulsets.apps", "StatefulSet", name, { serviceName: name, ...spec }, annotations),
    createDaemonSet: (name, spec = {}, annotations) => create("daemonsets.apps", "DaemonSet", name, spec, annotations),
    deployment: (name) => get("deployments.apps", name) as Deployment,
    statefulSet: (name) => get("statefulsets.apps", name) as StatefulSet,
    daemonSet: (name) => get("daemonsets.apps", name) as DaemonSet,
    change: (resource, name, spec) => {
      const object = get(resource, name);
      store.update(resource, { ...object, spec: { ...(object.spec as object), ...spec } });
    },
    annotate: (resource, name, annotations) => {
      const object = get(resource, name) as Deployment;
      const { metadata, ...rest } = object.spec.template;
      const merged = { ...metadata?.annotations, ...annotations } as Annotations;
      store.update(resource, {
        ...object,
        spec: { ...object.spec, template: { ...rest, metadata: { ...metadata, annotations: merged } } },
      });
    },
    replicaSets: (name) =>
      (store.list("replicasets.apps", namespace) as readonly ReplicaSet[]).filter(
        ({ metadata }) => metadata.labels?.["app"] === name,
      ),
    pods,
    live: (app) => pods(app).filter((pod) => !isTerminating(pod)),
    events: (kind, reason) =>
      (store.list("events", namespace) as readonly EventObject[]).filter(
        (event) => event.involvedObject.kind === kind && (reason === undefined || event.reason === reason),
      ),
  };
}

export function names(objects: readonly KubeObject[]): readonly string[] {
  return objects.map(({ metadata }) => metadata.name).sort();
}

export function uids(objects: readonly KubeObject[]): readonly string[] {
  return objects.map(({ metadata }) => metadata.uid).sort();
}

export function readyPods(pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(isReady);
}

export function restartValue(pod: Pod): string | undefined {
  return pod.metadata.annotations?.[restartedAt];
}

/** The condition of one type, with its times left out. */
export function conditionOf(object: KubeObject, type: string): object | undefined {
  const { conditions = [] } = (object.status ?? {}) as { readonly conditions?: readonly { readonly type: string }[] };
  const found = conditions.find((condition) => condition.type === type);
  if (found === undefined) return undefined;
  return Object.fromEntries(Object.entries(found).filter(([key]) => key !== "type" && !key.startsWith("last")));
}

function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}
