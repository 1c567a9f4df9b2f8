import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

const here = import.meta.dirname;

/** Programs that the folder must hold. */
const programs = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "etcd", "kwok"] as const;

export type Program = (typeof programs)[number];

/** Why there is no control plane: one line that says how to get one. */
export class MissingControlPlane extends Error {}

/**
 * The folder with the programs: the one that `RESTART_CONTROL_PLANE` names, else the cache's, built when it is not there
 * (5 to 9 minutes). Rejects with MissingControlPlane where neither can be had.
 */
export async function controlPlaneFolder(say: (line: string) => void = () => undefined): Promise<string> {
  const named = process.env["RESTART_CONTROL_PLANE"];
  if (named !== undefined && named !== "") {
    const missing = programs.filter((program) => !existsSync(join(named, program)));
    if (missing.length > 0) {
      throw new MissingControlPlane(`RESTART_CONTROL_PLANE names a folder without ${missing.join(", ")}`);
    }
    return named;
  }
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const key = createHash("sha256")
    .update(await readFile(join(here, "go.sum")))
    .digest("hex")
    .slice(0, 16);
  const folder = join(cache, "restart-control-plane", key);
  if (isComplete(folder)) return folder;
  await requireGo();
  await mkdir(join(cache, "restart-control-plane"), { recursive: true });
  return withLock(`${folder}.lock`, async () => {
    if (isComplete(folder)) return folder;
    say("building the control plane from Go modules, once: 5 to 9 minutes");
    await build(folder, say);
    return folder;
  });
}

function isComplete(folder: string): boolean {
  return programs.every((program) => existsSync(join(folder, program)));
}

async function requireGo(): Promise<void> {
  const how = "install Go 1.26 or later, or name a folder with the programs in RESTART_CONTROL_PLANE";
  let version: string;
  try {
    const go = Bun.spawn(["go", "env", "GOVERSION"], { cwd: here, stdout: "pipe", stderr: "ignore" });
    version = (await new Response(go.stdout).text()).trim();
  } catch {
    throw new MissingControlPlane(`there is no go: ${how}`);
  }
  const [, major = 0, minor = 0] = (/^go(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  if (major < 1 || (major === 1 && minor < 26))
    throw new MissingControlPlane(`${version || "this go"} is too old: ${how}`);
}

async function build(folder: string, say: (line: string) => void): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  // Without them the server calls itself v0.0.0-master and kubectl cannot parse its version.
  const version = "k8s.io/component-base/version";
  const flags = `-s -w -X ${version}.gitVersion=v1.36.3 -X ${version}.gitMajor=1 -X ${version}.gitMinor=36`;
  const command = ["go", "build", "-buildvcs=false", "-ldflags", flags, "-o", `${partial}/`, "tool"];
  const go = Bun.spawn(command, { cwd: here, stdout: "inherit", stderr: "inherit" });
  if ((await go.exited) !== 0) throw new Error("the control plane does not build");
  // The etcd program is named for the last element of its path.
  await rename(join(partial, "server"), join(partial, "etcd"));
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  say("the control plane is built");
}

/** Two test runs at once must not build into each other. A lock of a process that is gone is taken over. */
async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx" });
      break;
    } catch {
      const holder = Number(await readFile(path, "utf8").catch(() => "0"));
      if (!isAlive(holder)) await rm(path, { force: true });
      else await Bun.sleep(1000);
    }
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

if (import.meta.main) {
  try {
    console.log(await controlPlaneFolder(console.log));
  } catch (error) {
    if (!(error instanceof MissingControlPlane)) throw error;
    console.error(error.message);
    process.exitCode = 3;
  }
}
