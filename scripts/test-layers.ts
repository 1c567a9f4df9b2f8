import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildConformance } from "../test/conformance/build.ts";
import { buildControlPlane } from "../test/control-plane/build.ts";

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const root = join(import.meta.dirname, "..");
const bun = process.execPath;
const underCi = (process.env["CI"] ?? "") !== "";
const scratch = await mkdtemp(join(tmpdir(), "restart-test-"));
process.chdir(root);

/** Runs a program with our output; resolves with its exit code. */
async function run(command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  const child = Bun.spawn([...command], {
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
    env: { ...process.env, ...env },
  });
  return child.exited;
}

/** A program that counts as one test. */
async function check(command: readonly string[]): Promise<Count> {
  return (await run(command)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A program that prints what it does, and counts in its last line. */
async function counted(command: readonly string[]): Promise<Count> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const output = await new Response(child.stdout).text();
  process.stdout.write(output);
  const code = await child.exited;
  const [, passed = "0", failed = "0"] = /(\d+) passed, (\d+) failed\n$/.exec(output) ?? [];
  return { passed: Number(passed), failed: code !== 0 && failed === "0" ? 1 : Number(failed) };
}

async function vitest(project: string): Promise<Count> {
  const report = join(scratch, `${project}.json`);
  const output = [`--reporter=${underCi ? "dot" : "default"}`, "--reporter=json", `--outputFile.json=${report}`];
  const code = await run([bun, "--bun", "node_modules/vitest/vitest.mjs", "run", "--project", project, ...output]);
  try {
    const counts = JSON.parse(await readFile(report, "utf8")) as { numPassedTests: number; numFailedTests: number };
    // A file that does not load fails the run and counts no test.
    const failed = counts.numFailedTests + (code !== 0 && counts.numFailedTests === 0 ? 1 : 0);
    return { passed: counts.numPassedTests, failed };
  } catch {
    console.error(`the layer ${project} left no report`);
    return { passed: 0, failed: 1 };
  }
}

/** What did not run, each in one line that says how to get it; shown at the end, where it is read. */
const notRun: string[] = [];

/** The real control plane, built once. Without it the tests that want it run on simulated clusters alone. */
async function onControlPlane(project: string): Promise<Count> {
  const folder = await buildControlPlane(console.log);
  if (typeof folder !== "string") {
    notRun.push(`${project}: not run on a real control plane. ${folder.missing}`);
    if (underCi) return { passed: 0, failed: 1 };
  }
  return vitest(project);
}

/** The conformance suite of Connect, whose runner is built once. */
async function onConformanceRunner(): Promise<Count> {
  const folder = await buildConformance(console.log);
  if (typeof folder === "string") return counted([bun, "test/conformance/run.ts"]);
  notRun.push(`wire: the conformance suite was not run. ${folder.missing}`);
  return { passed: 0, failed: underCi ? 1 : 0 };
}

/** What the server does with bytes: bad inputs on every runtime, and the conformance suite. */
async function onTheWire(): Promise<Count> {
  const rows = await vitest("wire");
  const suite = await onConformanceRunner();
  return { passed: rows.passed + suite.passed, failed: rows.failed + suite.failed };
}

const layers: Readonly<Record<string, () => Promise<Count>>> = {
  check: () => check(["scripts/check"]),
  unit: () => vitest("unit"),
  contract: () => onControlPlane("contract"),
  runtimes: () => counted([bun, "test/runtimes/run.ts"]),
  wire: onTheWire,
  terminal: () => vitest("terminal"),
  slow: () => onControlPlane("slow"),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in layers));
if (unknown.length > 0) {
  console.error(`there is no layer ${unknown.join(", ")}; there are ${Object.keys(layers).join(", ")}`);
  process.exit(2);
}
const names = wanted.length > 0 ? wanted : Object.keys(layers);
if ((await run(["scripts/build"])) !== 0) process.exit(1);

const counts: Count[] = [];
const timed = async (name: string) => {
  const started = performance.now();
  const count = (await layers[name]?.()) ?? { passed: 0, failed: 1 };
  counts.push(count);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`\n== ${name}: ${count.passed} passed, ${count.failed} failed in ${seconds} s`);
};
// It mostly waits, so it waits beside the others.
const slow = names.includes("slow") ? timed("slow") : Promise.resolve();
for (const name of names.filter((name) => name !== "slow")) await timed(name);
await slow;
await rm(scratch, { recursive: true, force: true });
for (const line of notRun) console.log(line);
const sum = (pick: (count: Count) => number) => counts.reduce((total, count) => total + pick(count), 0);
const failed = sum((count) => count.failed);
console.log(`${sum((count) => count.passed)} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
