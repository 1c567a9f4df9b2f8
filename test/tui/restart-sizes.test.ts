import { describe, expect, it } from "vitest";
import { keys } from "./frame.ts";
import { openRestarting } from "./restarting.ts";

const sizes = [
  { columns: 40, rows: 8 },
  { columns: 60, rows: 15 },
  { columns: 200, rows: 50 },
];

describe.each(sizes)("on a terminal of $columns by $rows", (size) => {
  it("a restart can be planned, followed and looked at", async () => {
    const { screen } = await openRestarting({ size });
    const fits = async () => {
      const lines = await screen.lines();
      expect(lines.length).toBe(size.rows);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(size.columns);
    };
    await screen.shows("db");
    await screen.press(" ", " ", "r");
    await screen.shows("[ Cancel ]");
    await screen.shows(/y restart\s+these 2 \(6 pods\)/);
    await fits();
    await screen.press("y");
    await screen.shows(/replacing[\s\S]*statefulset\/db/);
    await fits();
    await screen.press("x");
    await screen.shows(/y\s+yes/);
    await fits();
    await screen.press("n", keys.enter);
    await screen.shows("statefulset.apps/db");
    await fits();
    await screen.press("p");
    await screen.shows(/[>] (new|old) db-0/);
    await fits();
    await screen.press("l");
    await screen.shows("following");
    await fits();
    await screen.press(keys.escape, keys.escape, keys.escape);
    await screen.shows("2 healthy");
    await fits();
  });
});
