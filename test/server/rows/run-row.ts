import { expect } from "vitest";
import { workload } from "../../core/simulated.ts";
import { forms } from "./call.ts";
import { expectCode } from "./expectations.ts";
import type { Row, StartServer } from "./row.ts";

/**
 * Runs one row on a server of its own: what the row says, how many restarts got through, and then the good twin, in
 * every form. A server that refuses everything, or that fell over, fails there.
 */
export async function runRow(row: Row, start: StartServer): Promise<void> {
  const { options = {}, patches = 0 } = row;
  const server = await start(options);
  const { api } = server;
  try {
    await api.apply(workload("Deployment", "web"));
    await row.run(server);
    if (patches !== "own") expect(api.patches(), "restarts that got through").toBe(patches);
    api.heal();
    if (options.opening !== undefined || options.wrong !== undefined) return;
    for (const form of forms) {
      const generation = api.generation();
      await expectCode(server, { form }, "ok", "the good twin");
      expect(api.generation(), "the good twin moves the template").toBe(generation + 1);
    }
  } finally {
    await server.close();
  }
}
