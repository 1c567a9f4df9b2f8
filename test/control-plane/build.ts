import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const version = { git: "v1.36.3", major: "1", minor: "36" };
const packages: Readonly<Record<string, string>> = {
  etcd: "go.etcd.io/etcd/server/v3",
  "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
  "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
  "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
  kubectl: "k8s.io/kubernetes/cmd/kubectl",
  kwok: "sigs.k8s.io/kwok/cmd/kwok",
};
const howToGet =
  "install Go 1.26 or later (https://go.dev/dl/), or set RESTART_CONTROL_PLANE to a folder that holds " +
  `${Object.keys(packages).join(", ")}`;
const run = promisify(execFile);

/** Why there are no binaries, in one line that says how to get them. */
export type Missing = { readonly missing: string };

/** Folder of the binaries when it needs no building: the one that RESTART_CONTROL_PLANE names, else the cached one. */
export function builtControlPlane(env: NodeJS.ProcessEnv = process.env): string | Missing | undefined {
  const named = env["RESTART_CONTROL_PLANE"];
  if (named !== undefined && named !== "") {
    const absent = Object.keys(packages).filter((name) => !existsSync(join(named, name)));
    return absent.length === 0 ? named : { missing: `RESTART_CONTROL_PLANE=${named} lacks ${absent.join(", ")}` };
  }
  const folder = cacheFolder(env);
  return existsSync(folder) ? folder : undefined;
}

/**
 * Folder of the binaries, built when they are not there: 4 to 9 minutes on two cores. One build runs at a time, and the
 * folder appears whole or not at all. `report` gets a line for each step.
 */
export async function buildControlPlane(
  report: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | Missing> {
  const built = builtControlPlane(env);
  if (built !== undefined) return built;
  const go = await goVersion(env);
  if (go === undefined) return { missing: `Go is not installed: ${howToGet}` };
  if (go.major < 1 || (go.major === 1 && go.minor < 26)) return { missing: `${go.text} is too old: ${howToGet}` };
  const folder = cacheFolder(env);
  mkdirSync(dirname(folder), { recursive: true });
  const release = await takeLock(`${folder}.lock`, report);
  try {
    if (existsSync(folder)) return folder;
    removeUnfinished(folder);
    // Beside the goal, so that the rename stays within one file system.
    const unfinished = mkdtempSync(`${folder}.`);
    try {
      await compileAll(unfinished, report, env);
      renameSync(unfinished, folder);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
    return folder;
  } finally {
    release();
  }
}

/** What builds left behind that were killed; whoever holds the lock may take it away. */
function removeUnfinished(folder: string): void {
  for (const name of readdirSync(dirname(folder))) {
    const path = join(dirname(folder), name);
    if (path.startsWith(`${folder}.`) && path !== `${folder}.lock`) rmSync(path, { recursive: true, force: true });
  }
}

async function compileAll(into: string, report: (line: string) => void, env: NodeJS.ProcessEnv): Promise<void> {
  const about = "k8s.io/component-base/version";
  // Without a version kubectl stumbles over the server's, and clients that read /version get rubbish.
  const flags = [
    "-s -w",
    `-X ${about}.gitVersion=${version.git}`,
    `-X ${about}.gitMajor=${version.major} -X ${about}.gitMinor=${version.minor}`,
  ].join(" ");
  const names = Object.keys(packages);
  for (const [index, name] of names.entries()) {
    const begun = performance.now();
    report(`control plane: building ${name} (${index + 1} of ${names.length})`);
    await compile(["build", "-ldflags", flags, "-o", join(into, name), packages[name] ?? ""], env);
    report(`control plane: built ${name} in ${Math.round((performance.now() - begun) / 1000)} s`);
  }
}

function compile(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("go", args, {
      cwd: import.meta.dirname,
      env: { ...env, GOTOOLCHAIN: "local", GOFLAGS: "-mod=readonly" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4_000);
    });
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`go ${args.at(-1)} failed:\n${said}`))));
  });
}

async function goVersion(env: NodeJS.ProcessEnv) {
  try {
    // Outside the module and without GOTOOLCHAIN, an old Go would fetch a newer one to answer.
    const { stdout } = await run("go", ["env", "GOVERSION"], { cwd: tmpdir(), env: { ...env, GOTOOLCHAIN: "local" } });
    const [, major, minor] = /^go(\d+)\.(\d+)/.exec(stdout) ?? [];
    return { text: stdout.trim(), major: Number(major), minor: Number(minor) };
  } catch {
    return undefined;
  }
}

function cacheFolder(env: NodeJS.ProcessEnv): string {
  const sums = readFileSync(join(import.meta.dirname, "go.sum"));
  const key = createHash("sha256").update(sums).digest("hex").slice(0, 16);
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "restart-control-plane", key);
}

/** A lock file names its holder; one whose holder is gone is taken over. */
async function takeLock(path: string, report: (line: string) => void): Promise<() => void> {
  for (let tries = 0; ; tries += 1) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    if (!holderLives(path)) rmSync(path, { force: true });
    else {
      if (tries === 0) report("control plane: waiting for another build to finish");
      await sleep(500);
    }
  }
}

function holderLives(path: string): boolean {
  try {
    const text = readFileSync(path, "utf8").trim();
    // The holder may not have written its number yet.
    if (text === "") return Date.now() - statSync(path).mtimeMs < 5_000;
    process.kill(Number(text), 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

if (import.meta.main) {
  const result = await buildControlPlane((line) => console.error(line));
  if (typeof result === "string") console.log(result);
  else {
    console.error(result.missing);
    process.exitCode = 1;
  }
}
