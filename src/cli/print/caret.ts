/** Columns of an expression that are shown around a mistake. */
const window = 72;

/** The expression in which something is wrong, and a caret under the place; none without either. */
export function caretLines({ expression, position }: Readonly<Record<string, string>>): readonly string[] {
  if (expression === undefined || position === undefined || expression === "") return [];
  // One column each, whatever a terminal would make of it.
  const shown = expression.replace(/[\p{C}\p{M}\p{Z}]/gu, (character) => " ".repeat(character.length));
  const at = Number(position) - 1;
  const from = at < window - 12 ? 0 : at - window / 2;
  return [`  ${shown.slice(from, from + window)}`.trimEnd(), `  ${" ".repeat(at - from)}^`];
}
