import { describe, it } from "vitest";
import { allRows } from "./all-rows.ts";
import { startInProcess } from "./in-process.ts";
import { runRow } from "./run-row.ts";

describe("bad inputs, in the process", () => {
  for (const row of allRows.filter(({ where }) => where.includes("in-process"))) {
    it(`${row.number} ${row.name}`, () => runRow(row, startInProcess));
  }
});
