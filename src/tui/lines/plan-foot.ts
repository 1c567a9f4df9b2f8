import { cleaned } from "../../words/clean.ts";
import { count, listed } from "../../words/names.ts";
import {
  asksForAnswer,
  canBeSent,
  canLeaveOut,
  chosenTargets,
  type PlanState,
  planConsent,
  refusals,
} from "../state/plan-state.ts";
import { type Line, labelled } from "./line.ts";

interface FootLook {
  readonly columns: number;
  readonly ascii: boolean;
  /** Nothing may be written at all. */
  readonly readOnly: boolean;
}

/** What can be done with a plan as it is, and what has to be typed first. */
export function planFoot(plan: PlanState, look: FootLook): readonly Line[] {
  const cancel = plan.answer === "" ? ">[ Cancel ]" : " [ Cancel ]";
  const buttons = (...words: readonly string[]): readonly Line[] => [
    { text: "" },
    ...labelled(`${cancel}  `, words.filter((word) => word !== "").join("   "), look.columns - 1, "strong"),
  ];
  const leaveOut = canLeaveOut(plan) ? "o only what is not refused" : "";
  switch (plan.phase) {
    case "checking":
      return [
        { text: look.ascii ? " Reading every target again ..." : " Reading every target again …" },
        ...buttons("enter or esc"),
      ];
    case "sending":
      return [{ text: look.ascii ? " Sending ..." : " Sending …", tone: "strong" }, { text: "" }];
    case "failed":
      return buttons("enter or esc", "R look again");
    case "ready":
      break;
  }
  if (look.readOnly) {
    return [{ text: " Read-only: nothing can be sent from here.", tone: "caution" }, ...buttons("enter or esc")];
  }
  if (!canBeSent(plan)) {
    const number = refusals(plan);
    const all = chosenTargets({ ...plan, onlyUnblocked: true }).length === 0;
    const why = all ? "It is refused" : `${count(number, "workload")} of ${plan.subjects.length} refused`;
    return [
      { text: ` ${why}: nothing can be sent like this.`, tone: "bad" },
      ...buttons("enter or esc", leaveOut, "R look again"),
    ];
  }
  const notice = noticeLines(plan, look);
  if (!asksForAnswer(plan)) return [...notice, ...buttons("enter or esc", `y ${question(plan)}`)];
  const { answer = "" } = planConsent(plan);
  const field = `[${plan.answer.padEnd(Math.max(answer.length, plan.answer.length) + 1)}]`;
  const cursor = plan.answer === "" ? " " : ">";
  return [
    ...notice,
    { text: `${cursor}Type ${cleaned(answer)} (${reasonsToType(plan)}): ${field}`, tone: "caution" },
    ...buttons("enter or esc", `ctrl-y ${question(plan)}, once that is typed`),
  ];
}

function noticeLines({ notice }: PlanState, { columns }: FootLook): readonly Line[] {
  switch (notice) {
    case "enter-never-sends":
      return labelled(" ", "Enter never sends: ctrl-y does, esc cancels.", columns - 1, "caution");
    case "wrong-answer":
      return labelled(" ", "That is not what has to be typed.", columns - 1, "bad");
    case "changed":
      return labelled(
        " ",
        "It has changed since it was shown, and nothing was sent: look at it again.",
        columns - 1,
        "bad",
      );
    default:
      return [];
  }
}

function question(plan: PlanState): string {
  const chosen = chosenTargets(plan);
  const pods = chosen.reduce((sum, { affected }) => sum + affected, 0);
  const what = chosen.length === 1 ? "restart it" : `restart these ${chosen.length}`;
  return `${what} (${count(pods, "pod")})`;
}

function reasonsToType(plan: PlanState): string {
  const rule = planConsent(plan);
  return listed([
    ...rule.protected.map(({ name }) => `${cleaned(name)} is protected`),
    ...(rule.many ? [`these are ${chosenTargets(plan).length} workloads`] : []),
  ]);
}
