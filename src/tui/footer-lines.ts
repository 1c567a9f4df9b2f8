import { type Binding, keyLabel } from "./bindings.ts";
import type { Line } from "./line.ts";
import type { State } from "./state.ts";
import { cutEnd } from "./text-width.ts";

/** The foot of every screen: what is being typed or was said, then the keys that work now. */
export function footerLines(
  state: State,
  bindings: readonly Binding[],
  columns: number,
  rows: number,
): readonly Line[] {
  const first = typing(state) ?? said(state);
  const hints = hintRows(bindings, state, columns);
  const room = first === undefined ? rows : rows - 1;
  const shown = hints.slice(0, room).map((text): Line => ({ text, tone: "dim" }));
  const blank = Array.from({ length: Math.max(0, room - shown.length) }, (): Line => ({ text: "" }));
  return [...(first === undefined ? [] : [first]), ...blank, ...shown];
}

function typing({ overlay, list, picker }: State): Line | undefined {
  if (overlay === "filter") return { text: ` filter: ${list.filter}_`, tone: "strong" };
  return overlay === "namespace" ? { text: ` namespace: ${picker.field}_`, tone: "strong" } : undefined;
}

function said({ message }: State): Line | undefined {
  return message === "" ? undefined : { text: ` ${message}`, tone: "caution" };
}

function hintRows(bindings: readonly Binding[], state: State, columns: number): readonly string[] {
  const rows: string[] = [];
  for (const { keys, label, hint, when } of bindings) {
    if (!hint || !(when?.(state) ?? true)) continue;
    const text = `${keyLabel(keys[0] ?? "")} ${label}`;
    const last = rows.at(-1);
    if (last === undefined || last.length + 2 + text.length > columns) rows.push(` ${text}`);
    else rows[rows.length - 1] = `${last}  ${text}`;
  }
  return rows.map((row) => cutEnd(row, columns));
}
