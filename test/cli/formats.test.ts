import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/index.ts";
import { workload } from "../core/simulated.ts";
import { createStage } from "./stage.ts";

async function shop() {
  const stage = await createStage();
  await stage.apply(workload("Deployment", "web"));
  return stage;
}

describe("output formats", () => {
  it("writes one document with -o json and its progress to standard error", async () => {
    const stage = await shop();
    const { out, exitCode } = await stage.run(["deploy/web", "--yes", "-o", "json"]);
    expect(exitCode).toBe(0);
    const document = JSON.parse(out) as Record<string, unknown>;
    expect(document).toMatchObject({ schema: "restart/v1", kind: "Run", exitCode: 0 });
    expect(document["items"]).toMatchObject([
      {
        outcome: "healthy",
        restartedAt: "2026-11-25T12:01:00Z",
        target: { cluster: "dev", kind: "Deployment", metadata: { namespace: "shop", name: "web" } },
      },
    ]);
  });

  it("writes the run's events with -o jsonl, one line each", async () => {
    const stage = await shop();
    const { out } = await stage.run(["deploy/web", "--yes", "-o=jsonl"]);
    const events = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as RunEvent);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.every(({ schema }) => schema === "restart/v1")).toBe(true);
    expect(events[0]?.type).toBe("run.planned");
    expect(events.at(-1)).toMatchObject({ type: "run.finished", exitCode: 0 });
    expect(events.map(({ type }) => type)).toContain("target.patched");
  });

  it("writes the name of what was restarted with -o name, and nothing else", async () => {
    const stage = await shop();
    expect((await stage.run(["deploy/web", "--yes", "-o", "name"])).out).toBe("deployment.apps/web\n");
  });

  it("hands the same document to YAML", async () => {
    const stage = await shop();
    const { out } = await stage.run(["deploy/web", "--dry-run", "-o", "yaml"]);
    expect(JSON.parse(out.replace(/^yaml: /, ""))).toMatchObject({ kind: "Plan", targets: [{ affected: 3 }] });
  });

  it("writes the plan with --dry-run -o json, also when it is blocked", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { spec: { paused: true } }));
    const { out, err, exitCode } = await stage.run(["deploy/web", "--dry-run", "-o", "json"]);
    expect(exitCode).toBe(4);
    expect(JSON.parse(out)).toMatchObject({
      kind: "Plan",
      targets: [{ findings: [{ code: "paused", level: "block" }] }],
    });
    expect(err).toContain("is paused");
  });

  it.each([
    ["deploy/nope --yes", 3, "NotFound"],
    ["deploy/web --bogus", 2, "Usage"],
    ["depoly/web", 2, "Usage"],
    ["deploy/web", 2, "Usage"],
    ["deploy -l app=none --yes", 3, "NotFound"],
    ["get ds", 3, "NotFound"],
  ])("writes an error as a document, too: %s", async (args, exitCode, reason) => {
    const stage = await shop();
    const json = await stage.run([...args.split(" "), "-o", "json"]);
    expect(json.exitCode).toBe(exitCode);
    expect(JSON.parse(json.out)).toMatchObject({ schema: "restart/v1", kind: "Error", reason, exitCode });
    expect(json.err).not.toBe("");
    const jsonl = await stage.run([...args.split(" "), "--output=jsonl"]);
    expect(JSON.parse(jsonl.out)).toMatchObject({ schema: "restart/v1", type: "error", error: { reason } });
  });

  it("names the target and the findings of a blocked restart", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { spec: { paused: true } }));
    const { out } = await stage.run(["deploy/web", "--yes", "-o", "json"]);
    expect(JSON.parse(out)).toMatchObject({
      kind: "Error",
      reason: "Blocked",
      target: { kind: "Deployment", metadata: { namespace: "shop", name: "web" } },
      findings: [{ code: "paused" }],
    });
  });

  it("lists skipped targets in the document of the run", async () => {
    const stage = await shop();
    const { out } = await stage.run(["deploy", "web", "nope", "--yes", "--skip-missing", "-o", "json"]);
    const { items } = JSON.parse(out) as { readonly items: readonly { readonly outcome: string }[] };
    expect(items.map(({ outcome }) => outcome)).toEqual(["healthy", "skipped"]);
  });

  it("checks the format before it asks any cluster", async () => {
    const stage = await shop();
    const before = stage.sim.requests.length;
    expect((await stage.run(["deploy/web", "--yes", "-o", "go-template"])).exitCode).toBe(2);
    expect(stage.sim.requests).toHaveLength(before);
    expect(stage.configurationReads()).toBe(0);
  });

  it("reads the configuration once", async () => {
    const stage = await shop();
    await stage.run(["deploy/web", "--yes"]);
    expect(stage.configurationReads()).toBe(1);
  });
});

describe("a terminal", () => {
  it("redraws the progress in place and keeps only what lasts", async () => {
    const stage = await shop();
    const { out, err, exitCode } = await stage.run(["deploy/web", "--yes"], { terminal: true });
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^deployment\.apps\/web restarted\ndeployment "web" successfully rolled out\nhealthy in .*\n$/);
    expect(err).toContain("Waiting for deployment");
    expect(err).toMatch(/\d of 3 new pods ready/);
    // The block is taken away at the end.
    expect(err.endsWith("\u001b[J")).toBe(true);
  });

  it("never draws a line wider than a narrow terminal", async () => {
    const stage = await shop();
    const { err } = await stage.run(["deploy/web", "--yes"], { terminal: true, columns: 30 });
    const rows = err.split(/[\n\r]/).map((row) => row.replace(/\p{Cc}\[\d*[A-Za-z]/gu, ""));
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThan(30);
  });

  it.each([
    ["--plain", ["--plain"], {}],
    ["a terminal that cannot move its cursor", [], { dumbTerminal: true }],
  ])("never redraws with %s", async (_, args, options) => {
    const stage = await shop();
    const { out, err } = await stage.run(["deploy/web", "--yes", ...args], { terminal: true, ...options });
    expect(`${out}${err}`).not.toContain("\u001b");
    expect(out).toContain("Waiting for deployment");
  });

  it("uses colour only where it is wanted, beside words", async () => {
    const stage = await createStage();
    await stage.apply(
      workload("Deployment", "web"),
      workload("Deployment", "bad", { trouble: { "fake/crash-after-restart": "true" } }),
    );
    const coloured = await stage.run(["deploy/web", "--yes"], { terminal: true, colour: true });
    expect(coloured.out).toMatch(/^\p{Cc}\[32mhealthy in .*\p{Cc}\[0m\n$/mu);
    const without = await stage.run(["deploy/bad", "--yes", "--no-color", "--plain"], { terminal: true, colour: true });
    expect(`${without.out}${without.err}`).not.toContain("\u001b");
    const piped = await stage.run(["deploy/web", "--yes", "--allow=rollout-in-progress"], { colour: true });
    expect(piped.out).not.toContain("\u001b");
  });
});
