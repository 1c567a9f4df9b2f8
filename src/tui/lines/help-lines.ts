import { type Binding, keyLabel } from "../bindings.ts";
import type { Screen } from "../screen.ts";
import type { State } from "../state.ts";
import type { Line } from "./line.ts";
import { column } from "./text-width.ts";

const keysWidth = 16;

/** Every key that works on a screen, made from its bindings; in two columns where there is room. */
export function helpLines(
  { title, legend = [] }: Pick<Screen, "title" | "legend">,
  bindings: readonly Binding[],
  { scroll }: Pick<State, "scroll">,
  columns: number,
  rows: number,
): readonly Line[] {
  const entries = bindings.map(({ keys, label }) => `${column(keys.map(keyLabel).join(" "), keysWidth)} ${label}`);
  const perRow = columns >= 72 ? 2 : 1;
  const height = Math.ceil(entries.length / perRow);
  const width = Math.floor((columns - 2) / perRow);
  const grid = entries.slice(0, height).map((first, index) => {
    const second = perRow === 2 ? (entries[height + index] ?? "") : "";
    return { text: ` ${column(first, width)}${second}` };
  });
  const head: readonly Line[] = [{ text: ` Keys: ${title}`, tone: "strong" }, { text: "" }];
  const signs = ["", ...legend].map((text): Line => ({ text: ` ${text}`, tone: "dim" }));
  const all = [...head, ...grid, ...signs];
  const start = Math.max(0, Math.min(scroll, all.length - rows));
  return all.slice(start, start + rows);
}
