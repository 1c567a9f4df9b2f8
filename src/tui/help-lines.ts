import { type Binding, keyLabel } from "./bindings.ts";
import type { Line } from "./line.ts";
import type { State } from "./state.ts";
import { column } from "./text-width.ts";

const keysWidth = 16;

/** Every key that works on a screen, made from its bindings; in two columns where there is room. */
export function helpLines(
  title: string,
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
  const legend: readonly Line[] = [
    { text: "" },
    { text: " > cursor   * marked   ! in trouble   ~ not known to be true any more", tone: "dim" },
    { text: " filter: words, !not, kind:dp, ns:shop, owner:flux, cluster:dev, ready<1", tone: "dim" },
  ];
  const all = [...head, ...grid, ...legend];
  const start = Math.max(0, Math.min(scroll, all.length - rows));
  return all.slice(start, start + rows);
}
