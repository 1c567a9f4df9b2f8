import { afterAll, beforeAll, describe, it } from "vitest";
import { allRows } from "../all-rows.ts";
import { runRow } from "../run-row.ts";
import { type PortableServer, startPortable } from "./portable.ts";

describe("bad inputs, on deno", () => {
  let server: PortableServer;
  beforeAll(async () => {
    server = await startPortable("deno");
  });
  afterAll(() => server.stop());

  for (const row of allRows.filter(({ where }) => where.includes("deno"))) {
    it(`${row.number} ${row.name}`, () => runRow(row, server.start));
  }
});
