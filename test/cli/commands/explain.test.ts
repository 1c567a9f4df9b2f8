import { describe, expect, it } from "vitest";
import { explainPages } from "../../../src/cli/explain-pages.ts";
import { exitCodes, findingCodes, outcomeExitCode } from "../../../src/core/index.ts";
import { createStage } from "../stage.ts";

describe("restart explain", () => {
  it.each([
    ...findingCodes.map(({ code }) => code),
    ...Object.keys(outcomeExitCode),
    ...new Set(Object.values(exitCodes).map(String)),
  ])("has a page for %s that says what it means and what to do", async (code) => {
    const stage = await createStage();
    const { out, exitCode } = await stage.run(["explain", code]);
    expect(exitCode).toBe(0);
    expect(out.startsWith(`${code} (`)).toBe(true);
    expect(out).toMatch(/\n\n\S.{20,}\n\nWhat to do: \S/);
  });

  it("has no page for a code that does not exist", () => {
    const known = new Set([...findingCodes.map(({ code }) => code), ...Object.keys(outcomeExitCode)]);
    const pages = explainPages().filter(({ type }) => type !== "exit code");
    expect(pages.filter(({ code }) => !known.has(code))).toEqual([]);
  });

  it("lists every code without one", async () => {
    const stage = await createStage();
    const { out } = await stage.run(["explain"]);
    for (const { code } of findingCodes) expect(out).toContain(`\n${code} `);
  });
});
