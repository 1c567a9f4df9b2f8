import { cleaned } from "../../words/clean.ts";
import { choices, type PickerState } from "../state/picker-state.ts";
import { type Line, labelled, windowStart } from "./line.ts";

/** The namespaces to choose from, or why there is no list of them. */
export function pickerLines(picker: PickerState, columns: number, rows: number): readonly Line[] {
  const { names, error, cursor, field } = picker;
  const head: readonly Line[] = [
    { text: " Namespaces", tone: "strong" },
    ...labelled(" ", "Type one, or several with commas, then Enter. Esc leaves it as it is.", columns - 2, "dim"),
    { text: "" },
  ];
  if (error !== undefined) {
    return [...head, ...labelled(" ", `They cannot be listed: ${cleaned(error.message)}`, columns - 2, "caution")];
  }
  if (names === undefined) return [...head, { text: " Reading the namespaces …", tone: "dim" }];
  const found = choices(picker);
  if (found.length === 0)
    return [...head, ...labelled(" ", `None is named like "${field}"; Enter takes it.`, columns - 2)];
  const room = Math.max(1, rows - head.length);
  const start = windowStart(0, cursor, room, found.length);
  const shown = found.slice(start, start + room);
  return [
    ...head,
    ...shown.map((name, index): Line => {
      const chosen = start + index === cursor;
      return { text: `${chosen ? ">" : " "} ${cleaned(name)}`, ...(chosen && { tone: "chosen" as const }) };
    }),
  ];
}
