import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import biome from "../../biome.json";
import manifest from "../../package.json";
import { root } from "./planted-tree.ts";

const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

/** Tables of data, not code. */
const dataTables = ["src/sim/api/schema-data.ts"];

function filesOf(folder: string, ending: RegExp): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => ending.test(file) && !/(^|\/)node_modules\//.test(file))
    .map((file) => `${folder}/${file}`);
}

const sources = [...filesOf("src", /\.tsx?$/), ...filesOf("test", /\.tsx?$/), ...filesOf("scripts", /\.tsx?$/)];
const dependencies = { ...manifest.dependencies, ...manifest.devDependencies };

describe("the repository", () => {
  it("has no source file over 400 lines", () => {
    const long = sources
      .filter((file) => !dataTables.includes(file) && !file.startsWith("src/gen/"))
      .filter((file) => textOf(file).trimEnd().split("\n").length > 400);
    expect(long).toEqual([]);
  });

  it("has no file that is named for what it does not say", () => {
    const vague = /(^|\/)(utils?|helpers?|common|types|misc|manager|constants)\.tsx?$/;
    expect(sources.filter((file) => vague.test(file))).toEqual([]);
  });

  it("puts every source file under exactly one override of the lint: overlapping ones replace each other", () => {
    const matching = (file: string): number =>
      biome.overrides.filter(({ includes }) => {
        const matches = (pattern: string): boolean => new Bun.Glob(pattern).match(file);
        const excluded = includes.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
        return includes.some((p) => !p.startsWith("!") && matches(p)) && !excluded.some(matches);
      }).length;
    const future = ["server", "server/hosts", "tui", "gen"].map((folder) => `src/${folder}/any.ts`);
    const ruled = [...sources.filter((file) => !file.startsWith("scripts/")), ...future];
    expect(ruled.filter((file) => matching(file) !== 1)).toEqual([]);
  });

  it("names the reason of every suppression", () => {
    const suppression = /(?:biome-ignore|oxlint-disable|@ts-expect-error|@ts-ignore|@ts-nocheck)\b(?<rest>.*)/g;
    const bare = sources
      .filter((file) => !file.startsWith("test/house/"))
      .flatMap((file) => Array.from(textOf(file).matchAll(suppression), ({ 0: text }) => ({ file, text })))
      .filter(({ text }) => !/(?:biome-ignore[^:]*|oxlint-disable.* --|@ts-expect-error)[:\s]+\S+ \S+ \S+/.test(text));
    expect(bare).toEqual([]);
  });

  it("pins every dependency to one version", () => {
    const loose = Object.entries(dependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    expect(loose).toEqual([]);
  });

  it("says in the README what each dependency is for, and names no other", () => {
    const rows = Array.from(textOf("README.md").matchAll(/^\| `(?<name>[^`]+)` \|[^|]+\|[^|]+\|$/gm));
    const named = rows.map(({ groups }) => groups?.name).filter((name) => name !== undefined);
    expect([...named].sort()).toEqual(Object.keys(dependencies).sort());
  });

  it("has one lock file, and no host name in it", () => {
    expect(textOf("bun.lock").match(/\w+:\/\/[^"\s]+/g)).toBeNull();
    const locks = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lockb"];
    expect(readdirSync(root).filter((file) => locks.includes(file))).toEqual([]);
  });
});
