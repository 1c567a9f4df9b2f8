import type { Binding } from "./bindings.ts";
import type { Action, State } from "./state.ts";

/** Rows of a screen beside its list: head, foot, the list's own head and its last line. */
const around = 7;

function page({ rows }: State): number {
  return Math.max(1, rows - around);
}

/** The keys that move through a list. */
export function moves(move: (by: number) => Action): readonly Binding[] {
  return [
    { keys: ["j", "down"], label: "down", action: () => move(1) },
    { keys: ["k", "up"], label: "up", action: () => move(-1) },
    { keys: ["ctrl-d"], label: "half a page down", action: (state) => move(Math.ceil(page(state) / 2)) },
    { keys: ["ctrl-u"], label: "half a page up", action: (state) => move(-Math.ceil(page(state) / 2)) },
    { keys: ["pagedown", "ctrl-f"], label: "a page down", action: (state) => move(page(state)) },
    { keys: ["pageup", "ctrl-b"], label: "a page up", action: (state) => move(-page(state)) },
    { keys: ["g", "home"], label: "first", action: () => move(Number.NEGATIVE_INFINITY) },
    { keys: ["G", "end"], label: "last", action: () => move(Number.POSITIVE_INFINITY) },
  ];
}
