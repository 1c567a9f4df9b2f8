import { checkTargets } from "../../src/core/check-targets.ts";
import type { RunEvent } from "../../src/core/events.ts";
import { parseKind } from "../../src/core/kinds/index.ts";
import { makePlan, type Plan } from "../../src/core/plan.ts";
import type { RolloutLimits } from "../../src/core/rollout.ts";
import { runPlan } from "../../src/core/run.ts";
import { findNamed } from "../../src/core/select.ts";
import type { KubeApi } from "../../src/kube/cluster.ts";
import { createSimulatedCluster, type SimulatedCluster } from "../../src/sim/cluster.ts";
import { createVirtualClock, type VirtualClock } from "../virtual-clock.ts";

/** A simulated cluster on a virtual clock, called in the process. */
export interface Stage {
  readonly clock: VirtualClock;
  readonly sim: SimulatedCluster;
  readonly api: KubeApi;
  readonly apply: (...objects: readonly Manifest[]) => Promise<void>;
  /** PATCH requests that were not dry runs. */
  readonly patches: () => readonly {
    readonly path: string;
    readonly query: string;
    readonly body: string;
    readonly contentType: string;
  }[];
}

interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [key: string]: unknown;
}

const start = Date.parse("2026-11-25T12:00:00Z");

export async function createStage(options: { readonly customResources?: readonly string[] } = {}): Promise<Stage> {
  const clock = createVirtualClock(start);
  const sim = createSimulatedCluster({ clock, seed: 7, name: "stage", ...options });
  const api: KubeApi = {
    clock,
    random: () => 0.5,
    cluster: {
      name: "stage",
      uid: undefined,
      server: "https://stage.example",
      fetch: (path, init) => sim.handle(new Request(`https://stage.example${path}`, init as RequestInit)),
    },
  };
  const apply = async (...objects: readonly Manifest[]) => {
    for (const object of objects) {
      const response = await sim.handle(
        new Request(`https://stage.example${collection(object)}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(object),
        }),
      );
      if (!response.ok) throw new Error(await response.text());
    }
    await clock.advance(30_000);
  };
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  const patches = () => sim.requests.filter(({ method, query }) => method === "PATCH" && !query.includes("dryRun=All"));
  return { clock, sim, api, apply, patches };
}

function collection({ apiVersion, kind, metadata }: Manifest): string {
  if (kind === "Namespace") return "/api/v1/namespaces";
  const version = String(apiVersion);
  return `${version.includes("/") ? "/apis" : "/api"}/${version}/namespaces/${metadata.namespace ?? "shop"}/${kind.toLowerCase()}s`;
}

const readinessProbe = { httpGet: { path: "/healthz", port: 8080 } };

/** A workload of three pods; `trouble` goes into the pod template's annotations. */
export function workload(
  kind: string,
  name: string,
  options: { readonly trouble?: Readonly<Record<string, string>>; readonly spec?: object } = {},
): Manifest {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: "shop" },
    spec: {
      ...(kind !== "DaemonSet" && { replicas: 3 }),
      ...(kind === "StatefulSet" && { serviceName: name }),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations: options.trouble ?? {} },
        spec: { containers: [{ name: "app", image: "shop.example/app:1", readinessProbe }] },
      },
      ...options.spec,
    },
  };
}

/** Looks at workloads and plans their restart. */
export async function plan(
  { api, clock }: Stage,
  targets: readonly (readonly [kind: string, name: string])[],
  options: { readonly allow?: readonly string[]; readonly wait?: boolean; readonly deletePods?: boolean } = {},
): Promise<Plan> {
  const { allow = [], wait = true, deletePods = false } = options;
  const fieldManager = "restart";
  const look = async () => {
    const candidates = [];
    for (const [kindName, name] of targets) {
      const kind = parseKind(kindName);
      if (kind === undefined) throw new Error(kindName);
      candidates.push({ api, found: await findNamed(api, kind, "shop", name) });
    }
    const looked = await checkTargets(
      candidates,
      { fieldManager, wait, allow, deletePods },
      new AbortController().signal,
    );
    return makePlan(looked, { fieldManager, wait, allow }, { now: clock.now(), random: () => 0.5 });
  };
  return clock.runUntil(look());
}

/** Runs a plan to its end, or until `during` has seen enough. */
export async function run(
  { api, clock }: Stage,
  planned: Plan,
  options: {
    readonly limits?: Partial<RolloutLimits>;
    readonly drain?: AbortSignal;
    readonly leave?: AbortSignal;
    readonly during?: (event: RunEvent) => void | Promise<void>;
    readonly journal?: (event: RunEvent) => Promise<void>;
  } = {},
): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  const never = new AbortController().signal;
  const journal = { append: options.journal ?? (async () => undefined) };
  const read = async () => {
    const limits = { stallTimeout: 600_000, failAfter: 60_000, ...options.limits };
    const { drain = never, leave = never } = options;
    for await (const event of runPlan(
      planned,
      { clock, random: () => 0.5, journal },
      { open: () => api, limits, drain, leave },
    )) {
      events.push(event);
      await options.during?.(event);
    }
  };
  await clock.runUntil(read());
  return events;
}

/** What became of each target, and the run's exit code. */
export function ends(events: readonly RunEvent[]): readonly (string | number)[] {
  return events.flatMap((event): readonly (string | number)[] => {
    if (event.type === "target.finished") return [event.outcome];
    return event.type === "run.finished" ? [event.exitCode] : [];
  });
}

/** The last event of one type. */
export function last<Type extends RunEvent["type"]>(
  events: readonly RunEvent[],
  type: Type,
): Extract<RunEvent, { readonly type: Type }> {
  const found = events.findLast((event) => event.type === type);
  if (found === undefined) throw new Error(`no ${type} among ${events.map((event) => event.type).join(" ")}`);
  return found as Extract<RunEvent, { readonly type: Type }>;
}
