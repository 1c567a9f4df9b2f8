import { describe, it } from "vitest";
import { allRows } from "../all-rows.ts";
import { runRow } from "../run-row.ts";
import { startOnSockets } from "./bun-sockets.ts";

describe("bad inputs, on Bun over sockets", () => {
  for (const row of allRows.filter(({ where }) => where.includes("bun-sockets"))) {
    it(`${row.number} ${row.name}`, () => runRow(row, startOnSockets));
  }
});
