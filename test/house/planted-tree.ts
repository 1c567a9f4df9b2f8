import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** One complaint of a checker about one line. */
export interface Complaint {
  readonly file: string;
  readonly line: number;
  /** Such as `style/noRestrictedImports`, `plugin` or `TS2304`. */
  readonly rule: string;
}

/** A small tree under the project's own rules, for planting what they forbid. */
export interface PlantedTree {
  readonly biome: () => readonly Complaint[];
  readonly types: (folder: string) => readonly Complaint[];
  readonly promises: () => readonly Complaint[];
  readonly remove: () => void;
}

const rules = [
  "biome.json",
  ".oxlintrc.json",
  "package.json",
  "tsconfig.json",
  "test/house/plugins",
  "src/kube/no-runtime.d.ts",
  "src/kube/tsconfig.json",
  "src/core/tsconfig.json",
  "src/sim/tsconfig.json",
  "src/cli/tsconfig.json",
  "src/words/tsconfig.json",
  "src/server/tsconfig.json",
  "src/tui/tsconfig.json",
];

/** Writes `files` (path to text) beside a copy of the rules. It lies outside the project: oxlint and the
 * module graph of Biome pass over what Git ignores. */
export function plantTree(files: Readonly<Record<string, string>>): PlantedTree {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "restart-guards-")));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const rule of rules) cpSync(join(root, rule), join(folder, rule), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const run = (tool: string, ...args: readonly string[]): string => {
    const { stdout, stderr } = Bun.spawnSync([process.execPath, join(root, "node_modules", tool), ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1" },
    });
    return `${stdout}\n${stderr}`;
  };
  return {
    biome: () =>
      complaints(
        run("@biomejs/biome/bin/biome", "lint", "--reporter=github", "--max-diagnostics=none"),
        /title=(?:lint\/)?(?<rule>[^,]+),file=(?<file>[^,]+),line=(?<line>\d+)/g,
        folder,
      ),
    types: (name) =>
      complaints(
        run("typescript/bin/tsc", "-p", `src/${name}/tsconfig.json`),
        /^(?<file>[^\s(]+)\((?<line>\d+),\d+\): error (?<rule>TS\d+)/gm,
        folder,
      ),
    promises: () =>
      complaints(
        run("oxlint/bin/oxlint", "--type-aware", "--format=unix", "src"),
        /^(?<file>[^:\n]+):(?<line>\d+):\d+: .*\[\w+\/typescript\((?<rule>[^)]+)\)\]/gm,
        folder,
      ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function complaints(output: string, line: RegExp, folder: string): readonly Complaint[] {
  return Array.from(output.matchAll(line), ({ groups = {} }) => ({
    file: (groups.file ?? "").replace(`${folder}/`, ""),
    line: Number(groups.line),
    rule: groups.rule ?? "",
  }));
}

/** Plants one line per item into one file a folder and names the items of the lines that were complained about. */
export function complainedAbout(
  plots: Readonly<Record<string, { readonly items: readonly string[]; readonly line: (item: string) => string }>>,
  counts: (rule: string) => boolean,
): Readonly<Record<string, readonly string[]>> {
  const files = Object.entries(plots).map(([folder, { items, line }]) => [
    `src/${folder}/planted.ts`,
    `${items.map(line).join("\n")}\n`,
  ]);
  const tree = plantTree(Object.fromEntries(files));
  const found = tree.biome();
  tree.remove();
  return Object.fromEntries(
    Object.entries(plots).map(([folder, { items }]) => [
      folder,
      items.filter((_, index) => isNamed(found, `src/${folder}/planted.ts`, index + 1, counts)),
    ]),
  );
}

export function isNamed(
  found: readonly Complaint[],
  file: string,
  line: number,
  counts: (rule: string) => boolean = () => true,
): boolean {
  return found.some((complaint) => complaint.file === file && complaint.line === line && counts(complaint.rule));
}

export function isImportRule(rule: string): boolean {
  return rule === "style/noRestrictedImports";
}
