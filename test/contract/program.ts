import { spawn } from "node:child_process";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** What it has printed so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
  readonly interrupt: () => void;
}

/** Starts a program without a terminal; it ends with the test at the latest. */
export function start(file: string, args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const child = spawn(file, args, {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return { stdout: () => stdout, stderr: () => stderr, ended, interrupt: () => void child.kill("SIGINT") };
}

/** Runs `restart` from its sources, as a process of its own. */
export function restart(kubeconfig: string, ...args: readonly string[]): Promise<Ended> {
  const main = join(import.meta.dirname, "../../src/main/index.ts");
  return start(process.execPath, [main, ...args], { KUBECONFIG: kubeconfig, HOME: join(kubeconfig, "..") }).ended;
}
