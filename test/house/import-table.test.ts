import { afterAll, describe, expect, it } from "vitest";
import { complainedAbout, isImportRule, isNamed, type PlantedTree, plantTree } from "./planted-tree.ts";

/** The import table, written down a second time: `biome.json` is what is on trial here. */
const table: Readonly<Record<string, { readonly folders: readonly string[]; readonly packages: readonly string[] }>> = {
  kube: { folders: [], packages: ["@kubernetes/client-node"] },
  core: { folders: ["kube"], packages: ["@kubernetes/client-node"] },
  runtime: {
    folders: ["core", "kube"],
    packages: ["@kubernetes/client-node", "node:fs", "node:fs/promises", "socks", "yaml"],
  },
  server: { folders: ["core", "gen", "words"], packages: ["@bufbuild/protobuf", "@connectrpc/connect", "jose"] },
  "server/hosts": {
    folders: ["core", "gen", "server", "words"],
    packages: [
      "@bufbuild/protobuf",
      "@connectrpc/connect",
      "@connectrpc/connect-node",
      "jose",
      "node:fs",
      "node:fs/promises",
    ],
  },
  tui: { folders: ["core", "words"], packages: ["ink", "react"] },
  cli: { folders: ["core", "words"], packages: ["commander"] },
  words: { folders: ["core"], packages: [] },
  sim: { folders: [], packages: ["@kubernetes/client-node"] },
  gen: { folders: [], packages: ["@bufbuild/protobuf"] },
};
const folders = ["kube", "core", "runtime", "server", "tui", "cli", "words", "sim", "gen", "main"];
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
  "socks",
  "vitest",
  "yaml",
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
      "src/sim/host.ts": 'import "node:http";\nimport "../core/index.ts";\nexport const printed = [console, Bun];\n',
      "src/sim/api/list.ts": 'import "node:http";\n',
    }).biome();
    expect(isNamed(found, "src/sim/host.ts", 1, isImportRule)).toBe(false);
    expect(isNamed(found, "src/sim/host.ts", 2, isImportRule)).toBe(true);
    expect(isNamed(found, "src/sim/host.ts", 3, (rule) => rule === "style/noRestrictedGlobals")).toBe(true);
    expect(isNamed(found, "src/sim/api/list.ts", 1, isImportRule)).toBe(true);
  });

  it("lets main import everything that ships, and tests nothing of Bun's own test runner", () => {
    const found = plant({
      "src/main/planted.ts":
        'import "../cli/a.ts";\nimport "../core/run.ts";\nimport "node:fs";\nimport "../../test/a.ts";\n',
      "test/core/planted.test.ts": 'import "../../src/core/run.ts";\nimport { spyOn } from "bun:test";\n',
    }).biome();
    expect([1, 2, 3, 4].filter((line) => isNamed(found, "src/main/planted.ts", line, isImportRule))).toEqual([4]);
    expect([1, 2].filter((line) => isNamed(found, "test/core/planted.test.ts", line, isImportRule))).toEqual([2]);
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
