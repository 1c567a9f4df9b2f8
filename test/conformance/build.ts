import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const buf = join(import.meta.dirname, "../../node_modules/@bufbuild/buf/bin/buf");
const runner = "connectrpc.com/conformance";

/** Why there is no program, in one line that says how to get it. */
export type Missing = { readonly missing: string };

/** A Go module beside this file's folder, and what is made of it. */
interface GoBuild {
  /** Folder of `go.mod` and `go.sum`. */
  readonly module: string;
  /** Name of the folder in the user's cache. */
  readonly cache: string;
  /** Files besides `go.sum` that decide what is built. */
  readonly sources?: readonly string[];
  /** Fills the folder that it is given. */
  readonly make: (into: string, go: (...args: readonly string[]) => Promise<string>) => Promise<void>;
}

/** The runner of the conformance suite and the descriptors of its messages; a minute on two cores, once. */
export function buildConformance(report: (line: string) => void): Promise<string | Missing> {
  const make: GoBuild["make"] = async (into, go) => {
    report("conformance: building the runner");
    await go("build", "-ldflags", "-s -w", "-o", join(into, "connectconformance"), `${runner}/cmd/connectconformance`);
    const sources = (await go("list", "-m", "-f", "{{.Dir}}", runner)).trim();
    // Its own settings name modules of a registry; nothing here needs them.
    const words = [
      "build",
      join(sources, "proto"),
      "--config",
      '{"version":"v2"}',
      "-o",
      join(into, "descriptors.binpb"),
    ];
    await run(process.execPath, [buf, ...words]);
  };
  return buildInCache({ module: import.meta.dirname, cache: "restart-conformance", make });
}

/** A folder in the user's cache, named for what it is made of. It appears whole or not at all. */
export async function buildInCache({ module, cache, sources = [], make }: GoBuild): Promise<string | Missing> {
  const hash = createHash("sha256");
  for (const name of ["go.sum", ...sources]) hash.update(readFileSync(join(module, name)));
  const key = hash.digest("hex").slice(0, 16);
  const folder = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), cache, key);
  if (existsSync(folder)) return folder;
  const problem = await problemOfGo();
  if (problem !== undefined) return { missing: `${problem}: install Go 1.26 or later (https://go.dev/dl/)` };
  mkdirSync(dirname(folder), { recursive: true });
  // Beside the goal, so that the rename stays within one file system.
  const unfinished = mkdtempSync(`${folder}.`);
  const env = { ...process.env, GOTOOLCHAIN: "local", GOFLAGS: "-mod=readonly" };
  const go = async (...args: readonly string[]) => (await run("go", args, { cwd: module, env })).stdout;
  try {
    await make(unfinished, go);
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

async function problemOfGo(): Promise<string | undefined> {
  try {
    // Outside the module and without GOTOOLCHAIN, an old Go would fetch a newer one to answer.
    const { stdout } = await run("go", ["env", "GOVERSION"], {
      cwd: tmpdir(),
      env: { ...process.env, GOTOOLCHAIN: "local" },
    });
    const [, major, minor] = /^go(\d+)\.(\d+)/.exec(stdout) ?? [];
    return Number(major) > 1 || Number(minor) >= 26 ? undefined : `${stdout.trim()} is too old`;
  } catch {
    return "Go is not installed";
  }
}
