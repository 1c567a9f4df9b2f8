import { afterAll, describe, expect, it } from "vitest";
import { complainedAbout, isNamed, type PlantedTree, plantTree } from "./planted-tree.ts";

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
  words: [...runtimeNames, "console", "setTimeout", "setInterval", "setImmediate", "performance"],
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

/** What a surface imports must not bring a runtime's types along; elsewhere it is client-node that would. */
const surfaceLeaks: Readonly<Record<string, string>> = {
  cli: 'import { Command } from "commander";\nexport const leak = new Command();',
  server: 'import { Code } from "@connectrpc/connect";\nexport const leak = Code.Aborted;',
  tui: 'import { Box } from "ink";\nexport const leak = Box;',
  words: "\nexport const leak = 1;",
};

const trees: PlantedTree[] = [];
afterAll(() => {
  for (const tree of trees) tree.remove();
});
function plant(files: Readonly<Record<string, string>>): PlantedTree {
  const tree = plantTree(files);
  trees.push(tree);
  return tree;
}

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

  it("lets no command read the clock or roll dice beside the ones that it is given", () => {
    const taken = ["Date.now()", "new Date()", "Math.random()", "AbortSignal.timeout(1)"];
    const seen = complainedAbout(
      { cli: { items: taken, line: (item) => `export const at = ${item};` } },
      (rule) => rule === "plugin" || rule === "nursery/noJsRestrictedProperties",
    );
    expect(seen.cli).toEqual(taken);
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

  it.each(["kube", "core", "sim", "cli", "words", "server", "tui"])(
    "leaves %s without the types of any runtime",
    (folder) => {
      const names = ["process", "Buffer", "setImmediate", "Bun", "Deno", "require", "document"];
      const leak =
        surfaceLeaks[folder] ?? 'import type { V1Pod } from "@kubernetes/client-node";\nexport const leak: V1Pod = {};';
      const lines = names.map((name) => `export const planted_${name} = ${name};`);
      const found = plant({
        [`src/${folder}/planted.ts`]: [leak, ...lines, 'import { readFileSync } from "node:fs";', ""].join("\n"),
        [`src/${folder}/clean.ts`]: `${leak}\nexport const url = new URL("http://a");\nexport const gone = new AbortController().signal;\n`,
      }).types(folder);
      const seen = names.filter((_, index) => isNamed(found, `src/${folder}/planted.ts`, index + 3));
      expect(seen).toEqual(names);
      expect(isNamed(found, `src/${folder}/planted.ts`, names.length + 3)).toBe(true);
      expect(found.filter(({ file }) => file.endsWith("clean.ts"))).toEqual([]);
    },
  );
});
