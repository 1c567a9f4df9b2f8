import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** The program that is measured. */
export const restart = join(root, "dist/restart");

/** Compiles another program exactly as the measured one is: what differs is then the program's own. */
export async function compile(entry: string, outfile: string): Promise<void> {
  const build = [process.execPath, join(root, "scripts/compile.ts"), "--entry", entry, "--outfile", outfile];
  const code = await Bun.spawn(build, { stdout: "ignore", stderr: "inherit" }).exited;
  if (code !== 0) throw new Error(`${entry} does not compile`);
}

/** Does something with a folder that is removed afterwards. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "restart-bench-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
