import { afterAll, describe, expect, it } from "vitest";
import { plantTree } from "./planted-tree.ts";

describe("rules that hold everywhere", () => {
  const rows = [
    { name: "a default export", rule: "style/noDefaultExport", text: "export default 1;" },
    { name: "any", rule: "suspicious/noExplicitAny", text: "export const a: any = 1;" },
    { name: "an enum", rule: "style/noEnum", text: "export enum A {\n  B,\n}" },
    { name: "a namespace", rule: "style/noNamespace", text: "export namespace A {\n  export const b = 1;\n}" },
    {
      name: "a parameter property",
      rule: "style/noParameterProperties",
      text: "export class A {\n  constructor(readonly b: number) {}\n}",
    },
    {
      name: "a non-null assertion",
      rule: "style/noNonNullAssertion",
      text: "export const a = (b: readonly number[]): number => b[0]!;",
    },
    { name: "@ts-ignore", rule: "suspicious/noTsIgnore", text: "// @ts-ignore for a reason\nexport const a = b;" },
    {
      name: "an unused import",
      rule: "correctness/noUnusedImports",
      text: 'import { clean } from "./clean.ts";\nexport const a = 1;',
    },
    {
      name: "a type imported as a value",
      rule: "style/useImportType",
      text: 'import { clean } from "./clean.ts";\nexport type A = typeof clean;',
    },
    {
      name: "a package that package.json does not name",
      rule: "correctness/noUndeclaredDependencies",
      text: 'import { join } from "left-pad";\nexport const a = join;',
    },
    { name: "export *", rule: "performance/noReExportAll", text: 'export * from "./clean.ts";' },
    { name: "a second door", rule: "plugin", text: 'export { clean } from "./clean.ts";' },
    { name: "no extension", rule: "correctness/useImportExtensions", text: 'export const a = import("./clean");' },
    {
      name: "401 lines",
      rule: "style/noExcessiveLinesPerFile",
      text: "export const a = [\n".concat("1,\n".repeat(401), "];"),
    },
    {
      name: "a bare suppression",
      rule: "suppressions/parse",
      text: "// biome-ignore lint/suspicious/noExplicitAny\nexport const a: any = 1;",
    },
    {
      name: "a lost cause",
      rule: "plugin",
      text: 'export function a(): void {\n  try {\n    a();\n  } catch (error) {\n    throw new TypeError("lost", { because: error });\n  }\n}',
    },
  ];
  const files = rows.map(({ text }, index) => [`src/core/planted-${index}.ts`, `${text}\n`]);
  const tree = plantTree({
    ...Object.fromEntries(files),
    "src/core/clean.ts": "export const clean = 1;\n",
    "src/core/PlantedName.ts": "export const plantedName = 1;\n",
    "src/core/index.ts": 'export { clean } from "./clean.ts";\n',
    "src/core/cycle-a.ts": 'import { b } from "./cycle-b.ts";\nexport const a = (): number => b();\n',
    "src/core/cycle-b.ts": 'import { a } from "./cycle-a.ts";\nexport const b = (): number => a();\n',
    "test/core/planted.test.ts":
      'import { it, vi } from "vitest";\nvi.mock("./a.ts");\nit.only("a", () => {});\nit.skip("b", () => {});\n',
    "src/core/promises.ts": [
      "export const later = async (): Promise<number> => 1;",
      "export function floating(): void {",
      "  later();",
      "}",
      "export async function misused(): Promise<number> {",
      "  if (later()) return 1;",
      "  return await 2;",
      "}",
      "",
    ].join("\n"),
  });
  afterAll(tree.remove);
  const found = tree.biome();

  it.each(rows.map((row, index) => ({ ...row, index })))("complain about $name", ({ rule, index }) => {
    expect(found.filter(({ file }) => file === `src/core/planted-${index}.ts`).map((each) => each.rule)).toContain(
      rule,
    );
  });

  it("complain about a file name, a cycle, a mocked module, and a focused or skipped test", () => {
    const named = (file: string): readonly string[] =>
      found.filter((each) => each.file === file).map(({ rule }) => rule);
    expect(named("src/core/PlantedName.ts")).toContain("style/useFilenamingConvention");
    expect(named("src/core/cycle-a.ts")).toContain("suspicious/noImportCycles");
    expect(named("test/core/planted.test.ts")).toEqual(
      expect.arrayContaining([
        "nursery/noJsRestrictedProperties",
        "suspicious/noFocusedTests",
        "suspicious/noSkippedTests",
      ]),
    );
  });

  it("complain about a promise that nobody waits for, one taken for a truth, and waiting for none", () => {
    expect(tree.promises()).toEqual([
      { file: "src/core/promises.ts", line: 3, rule: "no-floating-promises" },
      { file: "src/core/promises.ts", line: 6, rule: "no-misused-promises" },
      { file: "src/core/promises.ts", line: 7, rule: "await-thenable" },
    ]);
  });

  it("leave clean files in peace", () => {
    expect(found.filter(({ file }) => /clean|index/.test(file))).toEqual([]);
  });
});
