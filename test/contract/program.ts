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

/** Starts a program without a terminal, with nothing on its standard input or a text; it ends with the test at the latest. */
export function start(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input?: string,
): Running {
  const child = spawn(file, args, {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A program that does not read it may be gone before.
  child.stdin.on("error", () => {});
  child.stdin.end(input ?? "");
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
  return restartReading("", kubeconfig, ...args);
}

/** `restart` with a text on its standard input. */
export function restartReading(input: string, kubeconfig: string, ...args: readonly string[]): Promise<Ended> {
  const main = join(import.meta.dirname, "../../src/main/index.ts");
  return start(process.execPath, [main, ...args], { KUBECONFIG: kubeconfig, HOME: join(kubeconfig, "..") }, input)
    .ended;
}
