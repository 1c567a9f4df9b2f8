import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executable, inShell, onTerminal, untouched } from "./executable.ts";

let folder: string;
let env: Readonly<Record<string, string>>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "restart-demo-test-"));
  env = { PATH: process.env["PATH"] ?? "", HOME: folder, TMPDIR: folder, TERM: "xterm" };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("restart demo", () => {
  it("restarts one workload without a terminal and leaves nothing behind", async () => {
    const { out, err, exitCode } = await inShell("$restart demo </dev/null; ls $TMPDIR", env);
    expect(exitCode).toBe(0);
    expect(err).toContain("4 simulated clusters: shop-dev, shop-prod-eu, shop-prod-us, old-dc");
    expect(out).toMatch(/^deployment\.apps\/web restarted\nWaiting for /);
    expect(out).toMatch(/deployment "web" successfully rolled out\nhealthy in .*: 3 pods replaced.*\n$/);
  });

  it("opens the UI on a terminal, where keys that it names restart a workload, and ends with the receipt", async () => {
    const terminal = onTerminal(["demo"], env, { cols: 120, rows: 40 });
    await terminal.shows("Enter open");
    await terminal.shows(/^> +shop-dev /m);
    await terminal.press("\r");
    await terminal.shows("shop-dev live");
    await terminal.shows("r restart");
    await terminal.press("/", "w", "e", "b");
    await terminal.shows("Enter keep");
    await terminal.press("\r");
    await terminal.shows(/^> +dp +shop +web /m);
    await terminal.press("r");
    await terminal.shows("y restart it (3 pods)");
    await terminal.press("y");
    await terminal.shows("1 of 1 done");
    await terminal.press("q", "\u001b", "q", "q");
    expect(await terminal.exited).toBe(0);
    expect(terminal.screen()).toMatch(/deployment\.apps\/web in shop on shop-dev: healthy in .*: 3 pods replaced/);
    expect(terminal.modes()).toEqual(untouched);
  });

  it("serves until Ctrl-C, with a kubeconfig for its owner alone", async () => {
    const file = join(folder, "demo.kubeconfig");
    const server = Bun.spawn([executable, "demo", "--serve", "--kubeconfig", file], {
      env: { ...env },
      stdout: "pipe",
      stderr: "ignore",
    });
    const first = await server.stdout.getReader().read();
    expect(new TextDecoder().decode(first.value)).toBe(`${file}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const list = await inShell(`$restart get deploy/web --kubeconfig ${file} --context 'shop-*' -o name`, env);
    expect(list).toEqual({ out: "deployment.apps/web\n".repeat(3), err: "", exitCode: 0 });
    server.kill("SIGINT");
    expect(await server.exited).toBe(0);
    expect(existsSync(file)).toBe(false);
  });

  it("never writes over a file that is not its own", async () => {
    const file = join(folder, "config");
    writeFileSync(file, "mine");
    const { err, exitCode } = await inShell(`$restart demo --kubeconfig ${file}`, env);
    expect(exitCode).toBe(2);
    expect(err).toBe(`error: --kubeconfig: ${file} exists and is not of restart demo\n`);
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  it.each(["--bogus", "--seed x"])("refuses %s", async (args) => {
    const { out, err, exitCode } = await inShell(`$restart demo ${args}`, env);
    expect({ out, exitCode }).toEqual({ out: "", exitCode: 2 });
    expect(err).toMatch(/^error: [^\n]+\n$/);
  });
});
