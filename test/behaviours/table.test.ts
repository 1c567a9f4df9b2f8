import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

interface Row {
  readonly number: number;
  readonly kind: string;
  /** `file: title`, `gap: what is missing` or `later: what will assert it`. */
  readonly tests: readonly string[];
}

const root = new URL("../../", import.meta.url);

function readRows(page: string): readonly Row[] {
  return page
    .split("\n")
    .filter((line) => /^\| \d/.test(line))
    .map((line) => {
      const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
      const [, number, , kind = "", , tests = ""] = cells;
      return { number: Number(number), kind, tests: tests.split("<br>") };
    });
}

/** Titles as they are written: of `it`, of `it.each`, and of rows whose first part or `name` is one. */
function titlesOf(source: string): ReadonlySet<string> {
  const starts = [/\bit\(\s*/, /\)\(\s*/, /\[\s*/, /\bname: /].map(({ source: at }) => at);
  const title = /(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)/.source;
  return new Set(
    [...source.matchAll(new RegExp(`(?:${starts.join("|")})${title}`, "g"))].map(([, plain, template]) =>
      plain === undefined ? (template ?? "") : plain.replace(/\\(.)/g, "$1"),
    ),
  );
}

function problem(test: string): string | undefined {
  const [, file, title] = /^`([^`]+)`: (.+)$/.exec(test) ?? [];
  if (file === undefined || title === undefined) return "names no test";
  try {
    const source = readFileSync(fileURLToPath(new URL(file, root)), "utf8");
    return titlesOf(source).has(title) ? undefined : `has no test "${title}"`;
  } catch {
    return "is not there";
  }
}

const rows = readRows(readFileSync(fileURLToPath(new URL("./README.md", import.meta.url)), "utf8"));
const promised = rows.filter(({ tests }) => tests.some((test) => /^(gap|later): ./.test(test)));

describe("the table of the behaviours", () => {
  it("has each row once, in order", () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
  });

  it("says of each whether kubectl does it, too", () => {
    expect(rows.filter(({ kind }) => !["P", "S", "P/S"].includes(kind))).toEqual([]);
  });

  it("names tests that are there, by their titles", () => {
    const wrong = rows
      .filter((row) => !promised.includes(row))
      .flatMap(({ number, tests }) =>
        tests.flatMap((test) => {
          const other = /: row (\d+): /.exec(test)?.[1] ?? String(number);
          const why = other === String(number) ? problem(test) : "is of another row";
          return why === undefined ? [] : [`row ${number}: ${test}: ${why}`];
        }),
      );
    expect(wrong).toEqual([]);
  });

  it("names each test of a row in this folder", () => {
    const files = readdirSync(new URL(".", import.meta.url)).filter((name) => name.endsWith(".test.ts"));
    const named = new Set(rows.flatMap(({ tests }) => tests));
    const unnamed = files.flatMap((name) => {
      const file = `test/behaviours/${name}`;
      const source = readFileSync(fileURLToPath(new URL(file, root)), "utf8");
      const own = [...titlesOf(source)].filter((title) => /^row \d/.test(title));
      return own.map((title) => `\`${file}\`: ${title}`).filter((test) => !named.has(test));
    });
    expect(unnamed).toEqual([]);
  });

  it("has no gap but what comes with runs of many clusters", () => {
    expect(promised.map(({ number }) => number)).toEqual([80]);
  });
});
