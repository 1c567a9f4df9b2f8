import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compile, inFolder, restart } from "./compile.ts";
import type { Figure } from "./figure.ts";
import { pair } from "./pair.ts";

/** `restart version` against a compiled program that does nothing: what the runtime alone costs. */
export async function startUp(): Promise<readonly Figure[]> {
  return inFolder(async (folder) => {
    await writeFile(join(folder, "empty.ts"), "");
    const empty = join(folder, "empty");
    await compile(join(folder, "empty.ts"), empty);
    const ours = { name: "restart version", command: [restart, "version"] };
    return await pair(ours, { name: "empty program", command: [empty] }, { runs: 41, wallBudget: 1.5 });
  });
}
