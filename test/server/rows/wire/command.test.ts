import { describe, it } from "vitest";
import { commandRows } from "../command-rows.ts";
import { stageCommand } from "./command.ts";

describe("bad inputs, for the command", () => {
  for (const row of commandRows) {
    it(`${row.number} ${row.name}`, async () => {
      const command = await stageCommand();
      try {
        await row.run(command);
      } finally {
        await command.close();
      }
    });
  }
});
