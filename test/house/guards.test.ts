import { afterAll, describe, expect, it } from "vitest";
import { type Complaint, type PlantedTree, plantTree } from "./planted-tree.ts";

/** The import table, written down a second time: `biome.json` is what is on trial here. */
const table: Readonly<Record<string, { readonly folders: readonly string[]; readonly packages: readonly string[] }>> = {
  kube: { folders: [], packages: ["@kubernetes/client-node"] },
  core: { folders: ["kube"], packages: ["@kubernetes/client-node"] },
  runtime: {
    folders: ["core", "kube"],
    packages: ["@kubernetes/client-node", "node:fs", "node:fs/promises", "socks-proxy-agent", "yaml"],
  },
  server: { folders: ["core", "gen"], packages: ["@bufbuild/protobuf", "@connectrpc/connect", "jose"] },
  "server/hosts": {
    folders: ["core", "gen", "server"],
    packages: [
      "@bufbuild/protobuf",
      "@connectrpc/connect",
      "@connectrpc/connect-node",
      "jose",
      "node:fs",
      "node:fs/promises",
    ],
  },
  tui: { folders: ["core"], packages: ["ink", "react"] },
  cli: { folders: ["core"], packages: ["commander"] },
  sim: { folders: [], packages: ["@kubernetes/client-node"] },
  gen: { folders: [], packages: ["@bufbuild/protobuf"] },
};
const folders = ["kube", "core", "runtime", "server", "tui", "cli", "sim", "gen", "main"];
const packages = [
  "@bufbuild/protobuf",
  "@connectrpc/connect",
  "@connectrpc/connect-node",
  "@kubernetes/client-node",
  "@kubernetes/client-node/dist/config.js",
  "bun",
  "bun:sqlite",
  "commander",
  "fast-check",
  "fs",
  "ink",
  "jose",
  "node:fs",
  "node:fs/promises",
  "react",
  "socks-proxy-agent",
  "vitest",
  "yaml",
];

const runtimeNames = ["process", "Buffer", "Bun", "Deno", "require", "__dirname"];
const clockNames = [
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "performance",
  "console",
  "globalThis",
  "self",
  "fetch",
];
const globals: Readonly<Record<string, readonly string[]>> = {
  kube: [...runtimeNames, ...clockNames],
  core: [...runtimeNames, ...clockNames],
  runtime: ["Bun", "Deno", "console", "require", "__dirname"],
  server: [...runtimeNames, "console"],
  "server/hosts": ["console", "require", "__dirname"],
  tui: [...runtimeNames, "console"],
  cli: [...runtimeNames, "console", "setTimeout", "setInterval", "setImmediate", "performance"],
  sim: [...runtimeNames, "console", "performance"],
  gen: [...runtimeNames, "console"],
  main: ["Deno", "require", "__dirname"],
};
/** Expressions that no list of global names can forbid. */
const readings = [
  "Date.now()",
  "new Date()",
  "new Date",
  "Date()",
  'Date["now"]()',
  "Math.random()",
  "AbortSignal.timeout(1)",
  "crypto.randomUUID()",
  "crypto.getRandomValues(new Uint8Array(1))",
];

const trees: PlantedTree[] = [];
afterAll(() => {
  for (const tree of trees) tree.remove();
});
function plant(files: Readonly<Record<string, string>>): PlantedTree {
  const tree = plantTree(files);
  trees.push(tree);
  return tree;
}

/** Plants one line per item into one file a folder and names the items of the lines that were complained about. */
function complainedAbout(
  plots: Readonly<Record<string, { readonly items: readonly string[]; readonly line: (item: string) => string }>>,
  counts: (rule: string) => boolean,
): Readonly<Record<string, readonly string[]>> {
  const files = Object.entries(plots).map(([folder, { items, line }]) => [
    `src/${folder}/planted.ts`,
    `${items.map(line).join("\n")}\n`,
  ]);
  const found = plant(Object.fromEntries(files)).biome();
  return Object.fromEntries(
    Object.entries(plots).map(([folder, { items }]) => [
      folder,
      items.filter((_, index) => isNamed(found, `src/${folder}/planted.ts`, index + 1, counts)),
    ]),
  );
}

function isNamed(
  found: readonly Complaint[],
  file: string,
  line: number,
  counts: (rule: string) => boolean = () => true,
): boolean {
  return found.some((complaint) => complaint.file === file && complaint.line === line && counts(complaint.rule));
}

const up = (folder: string): string => (folder.includes("/") ? "../.." : "..");

describe("the import table", () => {
  it("lets every folder import what it may and nothing else, folder by folder and package by package", () => {
    const specifiers = (folder: string): readonly string[] => [
      ...folders.filter((other) => other !== folder).map((other) => `${up(folder)}/${other}/index.ts`),
      `${up(folder)}/../test/virtual-clock.ts`,
      ...packages,
    ];
    const seen = complainedAbout(
      Object.fromEntries(
        Object.keys(table).map((folder) => [
          folder,
          {
            items: specifiers(folder),
            line: (item: string) => `import type { T${Math.abs(Bun.hash.crc32(item))} } from "${item}";`,
          },
        ]),
      ),
      (rule) => rule === "style/noRestrictedImports",
    );
    const wanted = Object.entries(table).map(([folder, may]) => [
      folder,
      specifiers(folder).filter(
        (item) =>
          !may.packages.includes(item) && !may.folders.some((other) => item === `${up(folder)}/${other}/index.ts`),
      ),
    ]);
    expect(seen).toEqual(Object.fromEntries(wanted));
  });

  it("keeps the simulated cluster's host the only file of its folder that may know Node", () => {
    const found = plant({
      "src/sim/host.ts": 'import "node:http";\nimport "../core/index.ts";\n',
      "src/sim/api/list.ts": 'import "node:http";\n',
    }).biome();
    expect(isNamed(found, "src/sim/host.ts", 1, isImportRule)).toBe(false);
    expect(isNamed(found, "src/sim/host.ts", 2, isImportRule)).toBe(true);
    expect(isNamed(found, "src/sim/api/list.ts", 1, isImportRule)).toBe(true);
  });

  it("leaves surfaces one door to the core", () => {
    const surfaces = ["runtime", "server", "tui", "cli"];
    const seen = complainedAbout(
      Object.fromEntries(
        surfaces.map((folder) => [
          folder,
          {
            items: ["../core/index.ts", "../core/restart.ts", "../core/kinds/index.ts"],
            line: (item: string) => `import "${item}";`,
          },
        ]),
      ),
      isImportRule,
    );
    const behind = ["../core/restart.ts", "../core/kinds/index.ts"];
    expect(seen).toEqual(Object.fromEntries(surfaces.map((folder) => [folder, behind])));
  });

  it("sees a forbidden import in whatever form it is written, at any depth", () => {
    const forms = [
      'import { a } from "../../cli/a.ts";',
      'import type { b } from "../../cli/a.ts";',
      'import { type c } from "../../cli/a.ts";',
      'import * as d from "../../cli/a.ts";',
      'import "../../cli/a.ts";',
      'export { e } from "../../cli/a.ts";',
      'export type { f } from "../../cli/a.ts";',
      'export * from "../../cli/a.ts";',
      'export const g = import("../../cli/a.ts");',
      'export type H = import("../../cli/a.ts").H;',
      'export type I = typeof import("../../cli/a.ts");',
    ];
    const { "core/kinds": seen } = complainedAbout(
      { "core/kinds": { items: forms, line: (form) => form } },
      (rule) => rule === "style/noRestrictedImports" || rule === "plugin",
    );
    expect(seen).toEqual(forms);
  });

  it("takes types of client-node where its code is not welcome", () => {
    const values = [
      'import { KubeConfig } from "@kubernetes/client-node";',
      'import { type V1Pod } from "@kubernetes/client-node";',
      'import * as client from "@kubernetes/client-node";',
      'import "@kubernetes/client-node";',
      'export { V1Job } from "@kubernetes/client-node";',
      'export const loaded = import("@kubernetes/client-node");',
    ];
    const types = ['import type { V1Pod as Pod } from "@kubernetes/client-node";'];
    const plot = { items: [...values, ...types], line: (form: string) => form };
    const seen = complainedAbout({ kube: plot, core: plot, sim: plot, runtime: plot }, (rule) => rule === "plugin");
    expect(seen).toMatchObject({ kube: values, core: values, sim: values });
    expect(seen.runtime).not.toContain(values[0]);
  });
});

describe("names that a folder may not know", () => {
  it("complains about each forbidden global and no other", () => {
    const all = [...new Set(Object.values(globals).flat())].sort();
    const seen = complainedAbout(
      Object.fromEntries(
        Object.keys(globals).map((folder) => [
          folder,
          { items: all, line: (item: string) => `export const planted_${item} = ${item};` },
        ]),
      ),
      (rule) => rule === "style/noRestrictedGlobals",
    );
    const wanted = Object.entries(globals).map(([folder, names]) => [folder, all.filter((n) => names.includes(n))]);
    expect(seen).toEqual(Object.fromEntries(wanted));
  });

  it("knows every way to read the wall clock, to wait or to roll dice in core, kube and sim", () => {
    const plot = { items: readings, line: (item: string) => `export const at = ${item};` };
    const seen = complainedAbout(
      { core: plot, kube: plot, sim: plot },
      (rule) => rule === "plugin" || rule === "nursery/noJsRestrictedProperties",
    );
    expect(seen).toEqual({ core: readings, kube: readings, sim: readings });
  });

  it("does not confuse them with honest uses", () => {
    const honest = [
      "new Date(0)",
      "Date.parse(text)",
      "clock.now()",
      "options.timeout",
      "crypto.subtle.digest",
      'new Intl.NumberFormat("en")',
      "((process: string) => process)",
    ];
    const plot = { items: honest, line: (item: string) => `export const at = ${item};` };
    const seen = complainedAbout(
      { core: plot, kube: plot },
      (rule) => rule === "plugin" || /noRestrictedGlobals|noJsRestrictedProperties/.test(rule),
    );
    expect(seen).toEqual({ core: [], kube: [] });
  });

  it.each(["kube", "core", "sim", "cli"])("leaves %s without the types of any runtime", (folder) => {
    const names = ["process", "Buffer", "setImmediate", "Bun", "Deno", "require", "document"];
    const leak =
      folder === "cli"
        ? 'import { Command } from "commander";\nexport const leak = new Command();'
        : 'import type { V1Pod } from "@kubernetes/client-node";\nexport const leak: V1Pod = {};';
    const lines = names.map((name) => `export const planted_${name} = ${name};`);
    const found = plant({
      [`src/${folder}/planted.ts`]: [leak, ...lines, 'import { readFileSync } from "node:fs";', ""].join("\n"),
      [`src/${folder}/clean.ts`]: `${leak}\nexport const url = new URL("http://a");\nexport const gone = new AbortController().signal;\n`,
    }).types(folder);
    const seen = names.filter((_, index) => isNamed(found, `src/${folder}/planted.ts`, index + 3));
    expect(seen).toEqual(names);
    expect(isNamed(found, `src/${folder}/planted.ts`, names.length + 3)).toBe(true);
    expect(found.filter(({ file }) => file.endsWith("clean.ts"))).toEqual([]);
  });
});

describe("rules that hold everywhere", () => {
  const rows = [
    { name: "a default export", rule: "style/noDefaultExport", text: "export default 1;" },
    { name: "any", rule: "suspicious/noExplicitAny", text: "export const a: any = 1;" },
    { name: "an enum", rule: "style/noEnum", text: "export enum A {\n  B,\n}" },
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
  const tree = plant({
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

function isImportRule(rule: string): boolean {
  return rule === "style/noRestrictedImports";
}
