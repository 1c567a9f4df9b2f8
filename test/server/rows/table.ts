import { type CommandRow, places, type Row, type Where } from "./row.ts";

const titles: Readonly<Record<Where, string>> = {
  "in-process": "in the process",
  "bun-sockets": "Bun, sockets",
  deno: "Deno",
  workerd: "workerd",
};

/** The page that says which row holds where. */
export function renderTable(rows: readonly Row[], commandRows: readonly CommandRow[]): string {
  const head = ["#", "input", ...places.map((place) => titles[place]), "the command"];
  const lines = [
    ...rows.map(({ number, name, where }) => ({
      number,
      cells: [String(number), name, ...places.map((place) => (where.includes(place) ? "yes" : "")), ""],
    })),
    ...commandRows.map(({ number, name }) => ({
      number,
      cells: [String(number), name, ...places.map(() => ""), "yes"],
    })),
  ].toSorted((one, other) => one.number - other.number);
  const exceptions = rows.flatMap(({ number, not = {} }) =>
    Object.entries(not).map(([place, why]) => `- ${number} on ${titles[place as Where]}: ${why}.`),
  );
  return [
    "# Bad inputs",
    "",
    "Which input is refused where. After each row the server restarts the good twin, over Connect and gRPC-Web, in JSON",
    "and in the binary encoding; where a row lets nothing through, no PATCH has reached the API server before that.",
    "",
    row(head),
    row(head.map(() => "---")),
    ...lines.map(({ cells }) => row(cells)),
    "",
    "Not there, and why:",
    "",
    ...exceptions,
    "",
  ].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
