import { describe, expect, it } from "vitest";
import { createStage } from "./stage.ts";

describe("restart without a target", () => {
  it.each([
    [[], { contexts: [], namespaces: [] }],
    [["--context", "dev", "-n", "shop"], { contexts: ["dev"], namespaces: ["shop"] }],
    [["-A", "--read-only", "--ascii", "--no-color"], { contexts: [], namespaces: [] }],
  ])("opens the terminal UI on a terminal: %j", async (args, given) => {
    const stage = await createStage();
    const ran = await stage.run(args, { terminal: true });
    expect(ran).toEqual({ out: `UI ${JSON.stringify(given)}\n`, err: "", exitCode: 0 });
  });

  it("prints the usage where nobody looks", async () => {
    const stage = await createStage();
    const { out, err, exitCode } = await stage.run([]);
    expect({ out, exitCode }).toEqual({ out: "", exitCode: 2 });
    expect(err).toMatch(/^Usage:\n {2}restart TARGET… \[flags\]\n/);
  });

  it.each([
    { args: ["-l", "app=web"], err: "error: no workload named\n" },
    { args: ["--dry-run"], err: "error: no workload named\n" },
    { args: ["--yes"], err: "error: no workload named\n" },
    { args: ["--allow", "paused"], err: "error: no workload named\n" },
  ])("takes $args for a command whose target is missing", async ({ args, err }) => {
    const stage = await createStage();
    expect(await stage.run(args, { terminal: true })).toEqual({ out: "", err, exitCode: 2 });
  });

  it.each([
    { args: ["--plain"], dumbTerminal: false, why: "--plain never redraws" },
    { args: [], dumbTerminal: true, why: "this terminal cannot move its cursor" },
  ])("says what to use instead: $why", async ({ args, dumbTerminal, why }) => {
    const stage = await createStage();
    const { err, exitCode } = await stage.run(args, { terminal: true, dumbTerminal });
    expect(exitCode).toBe(2);
    expect(err).toBe(
      `error: ${why}, and the terminal UI has to: restart get lists workloads, restart TARGET restarts one\n`,
    );
  });
});
