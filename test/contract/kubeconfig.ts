import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Writes a kubeconfig into a folder of its own, which goes with the test. */
export async function writeKubeconfig(text: string, closers: (() => Promise<unknown>)[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "restart-contract-"));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "kubeconfig");
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
