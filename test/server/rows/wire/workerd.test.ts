import { afterAll, beforeAll, describe, it } from "vitest";
import { allRows } from "../all-rows.ts";
import { runRow } from "../run-row.ts";
import { type PortableServer, startPortable } from "./portable.ts";

describe("bad inputs, on workerd", () => {
  let server: PortableServer;
  beforeAll(async () => {
    server = await startPortable("workerd");
  });
  afterAll(() => server.stop());

  for (const row of allRows.filter(({ where }) => where.includes("workerd"))) {
    it(`${row.number} ${row.name}`, () => runRow(row, server.start));
  }
});
