import {
  blocking,
  type ClusterEntry,
  type ConsentRule,
  consentRule,
  type PlanTarget,
  type RestartError,
  type WorkloadRef,
} from "../../core/index.ts";

/** A workload that somebody wants restarted. */
export interface PlanSubject {
  readonly ref: WorkloadRef;
  /** Marked, and not among the rows that the filter shows. */
  readonly hidden: boolean;
}

/** A subject that was not there any more, or is another object by now. */
export interface LostSubject {
  readonly ref: WorkloadRef;
  readonly error: RestartError;
}

/** The restart dialog. Nothing is sent before `sending`. */
export interface PlanState {
  /** Grows with each look at the clusters: an answer to an older one is dropped. */
  readonly look: number;
  readonly subjects: readonly PlanSubject[];
  /** The clusters of the subjects. */
  readonly clusters: readonly ClusterEntry[];
  readonly phase: "checking" | "ready" | "failed" | "sending";
  readonly targets: readonly PlanTarget[];
  readonly lost: readonly LostSubject[];
  /** Milliseconds of the clock at which the targets were read. */
  readonly checkedAt: number;
  /** Leave out what is refused. */
  readonly onlyUnblocked: boolean;
  /** What was typed into the answer. */
  readonly answer: string;
  readonly notice: "enter-never-sends" | "wrong-answer" | "changed" | undefined;
  readonly error: RestartError | undefined;
  readonly scroll: number;
}

export type PlanAction =
  | {
      readonly type: "plan.open";
      readonly subjects: readonly PlanSubject[];
      readonly clusters: readonly ClusterEntry[];
    }
  | {
      readonly type: "plan.checked";
      readonly look: number;
      readonly targets: readonly PlanTarget[];
      readonly lost: readonly LostSubject[];
      readonly at: number;
    }
  | { readonly type: "plan.failed"; readonly look: number; readonly error: RestartError }
  /** Look again. */
  | { readonly type: "plan.again" }
  | { readonly type: "plan.typed"; readonly text: string }
  | { readonly type: "plan.erased" }
  | { readonly type: "plan.unblocked" }
  | { readonly type: "plan.scrolled"; readonly by: number }
  /** `y` and `ctrl-y`; Enter is not among them. */
  | { readonly type: "plan.accepted"; readonly key: "y" | "ctrl-y" }
  | { readonly type: "plan.entered" }
  /** What was read when it was about to be sent is not what was shown. */
  | {
      readonly type: "plan.changed";
      readonly look: number;
      readonly targets: readonly PlanTarget[];
      readonly lost: readonly LostSubject[];
      readonly at: number;
    }
  | { readonly type: "plan.closed" };

/** What would be restarted if it were sent now. */
export function chosenTargets({ targets, onlyUnblocked }: Pick<PlanState, "targets" | "onlyUnblocked">) {
  return onlyUnblocked ? targets.filter((target) => blocking(target).length === 0) : targets;
}

/** The targets and lost subjects that keep a plan from being sent as it is. */
export function refusals(plan: PlanState): number {
  return plan.targets.filter((target) => blocking(target).length > 0).length + plan.lost.length;
}

/** Whether nothing but consent is missing. */
export function canBeSent(plan: PlanState): boolean {
  if (plan.phase !== "ready" || chosenTargets(plan).length === 0) return false;
  return plan.onlyUnblocked || refusals(plan) === 0;
}

/** Whether leaving out what is refused would leave something to restart. */
export function canLeaveOut(plan: PlanState): boolean {
  return (
    plan.phase === "ready" &&
    !plan.onlyUnblocked &&
    refusals(plan) > 0 &&
    chosenTargets({ ...plan, onlyUnblocked: true }).length > 0
  );
}

/** What a person has to say before it is sent. Every target was named or marked. */
export function planConsent(plan: PlanState): ConsentRule {
  return consentRule(chosenTargets(plan), plan.clusters, false);
}

/** Something is to be typed before it can be sent. */
export function asksForAnswer(plan: PlanState): boolean {
  return canBeSent(plan) && planConsent(plan).answer !== undefined;
}

export function reducePlan(plan: PlanState | undefined, action: PlanAction): PlanState | undefined {
  if (action.type === "plan.open") {
    return {
      look: (plan?.look ?? 0) + 1,
      subjects: action.subjects,
      clusters: action.clusters,
      phase: "checking",
      targets: [],
      lost: [],
      checkedAt: 0,
      onlyUnblocked: false,
      answer: "",
      notice: undefined,
      error: undefined,
      scroll: 0,
    };
  }
  return plan && reduceOpen(plan, action);
}

function reduceOpen(plan: PlanState, action: Exclude<PlanAction, { readonly type: "plan.open" }>) {
  switch (action.type) {
    case "plan.checked":
      if (action.look !== plan.look || plan.phase !== "checking") return plan;
      return { ...plan, phase: "ready" as const, ...read(action) };
    case "plan.changed":
      if (action.look !== plan.look || plan.phase !== "sending") return plan;
      return { ...plan, phase: "ready" as const, ...read(action), answer: "", notice: "changed" as const };
    case "plan.failed":
      return action.look === plan.look ? { ...plan, phase: "failed" as const, error: action.error } : plan;
    case "plan.again":
      if (plan.phase !== "failed" && plan.phase !== "ready") return plan;
      return {
        ...plan,
        look: plan.look + 1,
        phase: "checking" as const,
        answer: "",
        notice: undefined,
        error: undefined,
      };
    case "plan.typed":
      return asksForAnswer(plan) ? { ...plan, answer: `${plan.answer}${action.text}`, notice: undefined } : plan;
    case "plan.erased":
      return plan.answer === "" ? plan : { ...plan, answer: plan.answer.slice(0, -1), notice: undefined };
    case "plan.unblocked":
      return canLeaveOut(plan) ? { ...plan, onlyUnblocked: true, scroll: 0 } : plan;
    case "plan.scrolled":
      return { ...plan, scroll: Math.max(0, plan.scroll + action.by) };
    case "plan.accepted":
      return accept(plan, action.key);
    case "plan.entered":
      // With nothing typed the focus is on Cancel.
      return plan.answer === "" ? undefined : { ...plan, notice: "enter-never-sends" as const };
    case "plan.closed":
      return undefined;
  }
}

function read({ targets, lost, at }: Extract<PlanAction, { readonly type: "plan.checked" | "plan.changed" }>) {
  return { targets, lost, checkedAt: at, error: undefined };
}

function accept(plan: PlanState, key: "y" | "ctrl-y"): PlanState {
  if (!canBeSent(plan)) return plan;
  const { answer } = planConsent(plan);
  if (answer === undefined) return key === "y" ? { ...plan, phase: "sending", notice: undefined } : plan;
  if (key === "y") return plan;
  return plan.answer.trim() === answer
    ? { ...plan, phase: "sending", notice: undefined }
    : { ...plan, notice: "wrong-answer" };
}

/**
 * Whether a second look found what the first had shown: the same objects with the same templates, and nothing that
 * would be worse. A value that somebody else has written in between is a change, too.
 */
export function isAsShown(shown: readonly PlanTarget[], now: readonly PlanTarget[]): boolean {
  return (
    shown.length === now.length &&
    shown.every((before, index) => {
      const after = now[index];
      if (after === undefined || after.ref.uid !== before.ref.uid || after.clusterUid !== before.clusterUid)
        return false;
      if (after.templateHash !== before.templateHash) return false;
      if (after.previousRestartedAt !== before.previousRestartedAt) return false;
      const known = new Set(before.findings.map(({ code, level }) => `${level} ${code}`));
      return after.findings.every(({ code, level }) => level === "info" || known.has(`${level} ${code}`));
    })
  );
}
