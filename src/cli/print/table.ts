/** Lays out rows as kubectl does: columns three spaces apart, the last one ragged; `least` are widths that stay. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  least: readonly number[] = [],
): string {
  const widths = header.map((title, column) => Math.max(title.length, least[column] ?? 0));
  for (const row of rows) {
    for (let column = 0; column < widths.length; column += 1) {
      widths[column] = Math.max(widths[column] ?? 0, row[column]?.length ?? 0);
    }
  }
  const last = widths.length - 1;
  const line = (cells: readonly string[]) => {
    let text = "";
    for (let column = 0; column < last; column += 1) text += (cells[column] ?? "").padEnd((widths[column] ?? 0) + 3);
    return `${text}${cells[last] ?? ""}\n`;
  };
  let text = line(header);
  for (const row of rows) text += line(row);
  return text;
}
