import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure } from "./figure.ts";
import { pair } from "./pair.ts";

const root = join(import.meta.dirname, "../..");

/** `restart version` against a compiled program that does nothing: what the runtime alone costs. */
export async function startUp(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "restart-bench-"));
  try {
    await writeFile(join(folder, "empty.ts"), "");
    const empty = join(folder, "empty");
    const build = [
      process.execPath,
      join(root, "scripts/compile.ts"),
      "--entry",
      join(folder, "empty.ts"),
      "--outfile",
      empty,
    ];
    if ((await Bun.spawn(build, { stdout: "ignore", stderr: "inherit" }).exited) !== 0)
      throw new Error("no empty program");
    const ours = { name: "restart version", command: [join(root, "dist/restart"), "version"] };
    return await pair(ours, { name: "empty program", command: [empty] }, { runs: 41, wallBudget: 1.5 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
