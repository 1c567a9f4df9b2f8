import {
  type ClusterEntry,
  type Finding,
  type PlanTarget,
  RestartError,
  type WorkloadRef,
} from "../../src/core/index.ts";
import { type PlanAction, type PlanState, reducePlan } from "../../src/tui/state/plan-state.ts";

export const noon = Date.parse("2026-11-25T12:00:00Z");

export function entry(name: string): ClusterEntry {
  return { name, clusterName: name, server: `https://${name}.example`, userName: "ci-sre", namespace: "default" };
}

export function ref(name: string, more: Partial<WorkloadRef> = {}): WorkloadRef & { readonly uid: string } {
  return {
    cluster: "stage",
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace: "payments",
    name,
    uid: `uid-${name}`,
    ...more,
  };
}

export function target(name: string, findings: readonly Finding[] = [], more: Partial<PlanTarget> = {}): PlanTarget {
  return {
    ref: ref(name),
    clusterUid: "cluster-uid",
    generation: 3,
    resourceVersion: "7",
    replicas: 3,
    affected: 3,
    strategy: "RollingUpdate",
    templateHash: "abc",
    previousRestartedAt: undefined,
    restartedAt: "2026-11-25T12:00:00Z",
    forecast: undefined,
    findings,
    ...more,
  };
}

export const paused: Finding = { code: "paused", level: "block", evidence: {} };
export const downtime: Finding = { code: "downtime", level: "warn", evidence: { why: "recreate" } };
export const gone = new RestartError("NotFound", 'deployments.apps "old" not found');

export function act(plan: PlanState | undefined, ...actions: readonly PlanAction[]): PlanState | undefined {
  return actions.reduce(reducePlan, plan);
}

/** The dialog as it is after its look at the targets. */
export function checked(
  targets: readonly PlanTarget[],
  options: {
    readonly clusters?: readonly ClusterEntry[];
    readonly hidden?: readonly string[];
    readonly lost?: PlanState["lost"];
  } = {},
): PlanState {
  const { clusters = [entry("stage")], hidden = [], lost = [] } = options;
  const subjects = [...targets, ...lost].map((subject) => ({
    ref: subject.ref,
    hidden: hidden.includes(subject.ref.name),
  }));
  const plan = act(
    undefined,
    { type: "plan.open", subjects, clusters },
    { type: "plan.checked", look: 1, targets, lost, at: noon },
  );
  if (plan === undefined) throw new Error("the plan is closed");
  return plan;
}
