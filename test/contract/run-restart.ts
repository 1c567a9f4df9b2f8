import { checkTargets } from "../../src/core/check-targets.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { Finding } from "../../src/core/findings/finding.ts";
import { parseKind } from "../../src/core/kinds/index.ts";
import { makePlan, type Plan } from "../../src/core/plan.ts";
import type { RolloutLimits } from "../../src/core/rollout.ts";
import { runPlan } from "../../src/core/run.ts";
import { findNamed } from "../../src/core/select.ts";
import type { KubeApi } from "../../src/kube/cluster.ts";
import type { ClusterUnderTest } from "./cluster-under-test.ts";

export interface PlanOptions {
  readonly allow?: readonly string[];
  readonly wait?: boolean;
  readonly deletePods?: boolean;
  readonly fieldManager?: string;
  /** Another user's, or one behind a proxy. */
  readonly api?: KubeApi;
}

/** Looks at one workload and plans its restart. */
export async function planRestart(
  cluster: ClusterUnderTest,
  kindName: string,
  name: string,
  { allow = [], wait = true, deletePods = false, api = cluster.api, fieldManager = "restart" }: PlanOptions = {},
): Promise<Plan> {
  const kind = parseKind(kindName);
  if (kind === undefined) throw new Error(`there is no kind ${kindName}`);
  const look = async () => {
    const found = await findNamed(api, kind, cluster.namespace, name);
    const never = new AbortController().signal;
    const targets = await checkTargets([{ api, found }], { fieldManager, wait, allow, deletePods }, never);
    return makePlan(targets, { fieldManager, wait, allow }, { now: api.clock.now(), random: () => 0.5 });
  };
  return cluster.settle(look());
}

export interface RunOptions {
  readonly limits?: Partial<RolloutLimits>;
  readonly api?: KubeApi;
  /** Called between two events; requests of its own go through `api.cluster.fetch`. */
  readonly during?: (event: RunEvent) => void | Promise<void>;
}

/** Runs a plan to its end. */
export async function runRestart(
  cluster: ClusterUnderTest,
  plan: Plan,
  { limits = {}, api = cluster.api, during }: RunOptions = {},
): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  const never = new AbortController().signal;
  const capabilities = { clock: api.clock, random: () => 0.5, journal: { append: async () => undefined } };
  const options = {
    open: () => api,
    limits: { stallTimeout: 600_000, failAfter: 60_000, ...limits },
    drain: never,
    leave: never,
  };
  const read = async () => {
    for await (const event of runPlan(plan, capabilities, options)) {
      events.push(event);
      await during?.(event);
    }
  };
  await cluster.settle(read());
  return events;
}

/** Plans and runs the restart of one workload. */
export async function restartOne(
  cluster: ClusterUnderTest,
  kind: string,
  name: string,
  options: PlanOptions & RunOptions = {},
): Promise<readonly RunEvent[]> {
  return runRestart(cluster, await planRestart(cluster, kind, name, options), options);
}

/** The findings of one code about one workload, each as its level and evidence. */
export async function findingsOf(
  cluster: ClusterUnderTest,
  code: string,
  name: string,
  { kind = "Deployment", ...options }: PlanOptions & { readonly kind?: string } = {},
): Promise<readonly Omit<Finding, "code">[]> {
  const plan = await planRestart(cluster, kind, name, options);
  const findings = plan.targets[0]?.findings ?? [];
  return findings.filter((finding) => finding.code === code).map(({ level, evidence }) => ({ level, evidence }));
}

/** Codes of the findings that refuse the only target. */
export function blocks(plan: Plan): readonly string[] {
  return (plan.targets[0]?.findings ?? []).filter(({ level }) => level === "block").map(({ code }) => code);
}

/** What became of the only target, and the run's exit code. */
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
