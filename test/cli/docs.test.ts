import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandNames, flags } from "../../src/cli/flags.ts";
import { exitCodes } from "../../src/core/index.ts";
import { createFleetStage } from "./stage.ts";

const page = (name: string) => readFileSync(join(import.meta.dirname, "../../docs", name), "utf8");

interface Example {
  readonly command: string;
  readonly lines: readonly string[];
}

/** Commands of a page's console blocks, each with the lines that it says are printed. */
function examples(name: string): readonly Example[] {
  const blocks = [...page(name).matchAll(/```console\n(.*?)```/gs)].map(([, block = ""]) => block);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ restart /m)
      .slice(1)
      .map((text) => {
        const [command = "", ...lines] = text.trimEnd().split("\n");
        return { command, lines };
      }),
  );
}

/** As a shell splits it; no example needs a space inside of quotes. */
const wordsOf = (command: string) => command.split(" ").map((word) => word.replace(/^'(.*)'$/, "$1"));

/** Numbers and column widths differ from run to run. */
const blurred = (text: string) =>
  text
    .replace(/\d+(\.\d+)?/g, "N")
    .replace(/ {2,}/g, " ")
    .trim();

const shown = ["commands.md", "exit-codes.md", "output.md"].flatMap((name) =>
  examples(name).map((example) => ({ name, ...example })),
);

describe("the pages", () => {
  it.each(shown)("$name: restart $command", async ({ command, lines }) => {
    const { out, err, exitCode } = await createFleetStage().run(wordsOf(command));
    const printed = `${out}${err}`.split("\n").map(blurred);
    const exit = lines.find((line) => line.startsWith("[exit "));
    expect(exitCode).toBe(exit === undefined ? 0 : Number(/\d+/.exec(exit)?.[0]));
    for (const line of lines.filter((candidate) => candidate !== exit)) {
      const wanted = blurred(line);
      expect(
        printed.some((text) => text.startsWith(wanted)),
        `${line}\n${out}${err}`,
      ).toBe(true);
    }
  });

  it.each(Object.values(exitCodes))("exit-codes.md names %i", (code) => {
    expect(page("exit-codes.md")).toContain(`\n| ${code} | `);
  });

  it.each(commandNames.filter((name) => name !== "restart"))("commands.md names restart %s", (name) => {
    expect(page("commands.md")).toContain(`\nrestart ${name}`);
  });

  it("name no flag that does not exist", () => {
    const known = new Set(["--watch", "--serve", ...flags.map(({ name }) => `--${name}`)]);
    const named = ["commands.md", "exit-codes.md", "output.md", "serve.md"].flatMap(
      (name) => page(name).match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [],
    );
    expect(named.filter((flag) => !known.has(flag))).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });
});
