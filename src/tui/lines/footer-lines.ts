import { type Binding, keyLabel } from "../bindings.ts";
import type { State } from "../state.ts";
import type { Line } from "./line.ts";
import { cutEnd } from "./text-width.ts";

/** The foot of every screen: what is being typed or was said, then the keys that work now. */
export function footerLines(
  state: State,
  bindings: readonly Binding[],
  columns: number,
  rows: number,
): readonly Line[] {
  const first = typing(state) ?? said(state);
  const room = first === undefined ? rows : rows - 1;
  const shown = hintRows(bindings, state, columns, room).map((text): Line => ({ text, tone: "dim" }));
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

function hintRows(bindings: readonly Binding[], state: State, columns: number, room: number): readonly string[] {
  const hints = bindings
    .filter(({ hint, when }) => hint && (when?.(state) ?? true))
    .map(({ keys, label }) => `${keyLabel(keys[0] ?? "")} ${label}`);
  const rows = filled(hints, columns);
  if (rows.length <= room) return rows;
  // Whoever knows the key of the help finds those for which there is no room here.
  const help = hints.find((text) => text.startsWith("?"));
  for (let count = hints.length - 1; count > 0; count -= 1) {
    const some = hints.slice(0, count);
    const shown = filled(help === undefined || some.includes(help) ? some : [...some, help], columns);
    if (shown.length <= room) return shown;
  }
  return rows.slice(0, room).map((row) => cutEnd(row, columns));
}

function filled(hints: readonly string[], columns: number): readonly string[] {
  const rows: string[] = [];
  for (const text of hints) {
    const last = rows.at(-1);
    if (last === undefined || last.length + 2 + text.length > columns) rows.push(` ${text}`);
    else rows[rows.length - 1] = `${last}  ${text}`;
  }
  return rows;
}
