import type { ReactNode } from "react";
import type { Binding } from "../bindings.ts";
import { Lines } from "../components/lines.tsx";
import { useWake } from "../hooks/use-wake.ts";
import { planLines, planOverflow } from "../lines/plan-lines.ts";
import { nextAge } from "../lines/short-age.ts";
import type { Screen, ScreenProps } from "../screen.ts";
import { asksForAnswer, canBeSent, canLeaveOut, type PlanState } from "../state/plan-state.ts";
import { type Action, bodyRows, type State } from "../state.ts";

function having(state: State, condition: (plan: PlanState) => boolean): boolean {
  return state.plan !== undefined && condition(state.plan);
}

/** Lines beyond those in sight are no place to go to. */
function scrolled(state: State, by: number): Action | undefined {
  const { plan, columns, readOnly } = state;
  if (plan === undefined) return undefined;
  const most = planOverflow(plan, { columns, rows: bodyRows(state), now: plan.checkedAt, ascii: false, readOnly });
  return { type: "plan.scrolled", by: Math.max(-plan.scroll, Math.min(by, most - plan.scroll)) };
}

const bindings: readonly Binding[] = [
  {
    keys: ["y"],
    label: "restart",
    hint: true,
    when: (state) => !state.readOnly && having(state, (plan) => canBeSent(plan) && !asksForAnswer(plan)),
    action: () => ({ type: "plan.accepted", key: "y" }),
  },
  {
    keys: ["ctrl-y"],
    label: "restart, once the answer is typed",
    hint: true,
    when: (state) => !state.readOnly && having(state, asksForAnswer),
    action: () => ({ type: "plan.accepted", key: "ctrl-y" }),
  },
  {
    keys: ["o"],
    label: "only what is not refused",
    hint: true,
    when: (state) => having(state, canLeaveOut),
    action: () => ({ type: "plan.unblocked" }),
  },
  {
    keys: ["R", "ctrl-r"],
    label: "look again",
    hint: true,
    when: (state) => having(state, ({ phase }) => phase === "ready" || phase === "failed"),
    action: () => ({ type: "plan.again" }),
  },
  { keys: ["enter"], label: "cancel (it never sends)", action: () => ({ type: "plan.entered" }) },
  { keys: ["down", "j"], label: "down", action: (state) => scrolled(state, 1) },
  { keys: ["up", "k"], label: "up", action: (state) => scrolled(state, -1) },
  { keys: ["pagedown", "ctrl-d", "ctrl-f"], label: "half a page down", action: (state) => scrolled(state, 8) },
  { keys: ["pageup", "ctrl-u", "ctrl-b"], label: "half a page up", action: (state) => scrolled(state, -8) },
];

export const plan: Screen = {
  id: "plan",
  title: "plan",
  bindings,
  text: (state) =>
    having(state, asksForAnswer) && !state.readOnly
      ? { typed: (text) => ({ type: "plan.typed", text }), erased: { type: "plan.erased" } }
      : undefined,
  Component: Plan,
};

function Plan({ state, columns, rows, now, look }: ScreenProps): ReactNode {
  const { plan: shown, readOnly } = state;
  useWake(shown?.phase === "ready" ? nextAge(shown.checkedAt, now) : undefined);
  if (shown === undefined) return undefined;
  const lines = planLines(shown, { columns, rows, now, ascii: look.ascii, readOnly });
  return <Lines lines={lines} columns={columns} look={look} />;
}
