import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createScene, inShell, type Scene } from "./executable.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene.close());

describe("restart in a pipe", () => {
  it("says how it is used without arguments and without a terminal", async () => {
    const { out, err, exitCode } = await inShell("$restart </dev/null", scene.env);
    expect({ out, exitCode }).toEqual({ out: "", exitCode: 2 });
    expect(err).toContain("restart TARGET…");
  });

  it.each(["version", "version -o json", "--version"])("answers %s", async (args) => {
    const { out, exitCode } = await inShell(`$restart ${args}`, scene.env);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/\d+\.\d+\.\d+/);
  });

  it("waits as long as it takes with --request-timeout=0", async () => {
    const { out, exitCode } = await inShell("$restart get deploy/web -o name --request-timeout=0", scene.env);
    expect({ out, exitCode }).toEqual({ out: "deployment.apps/web\n", exitCode: 0 });
  });

  it("stops quietly when the reader of a list goes away", async () => {
    const { out, err, exitCode } = await inShell("$restart get | head -1; exit $PIPESTATUS", scene.env);
    expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
    expect(out).toMatch(/^KIND +NAME/);
    const closed = await inShell("$restart explain | true; exit $PIPESTATUS", scene.env);
    expect(closed).toEqual({ out: "", err: "", exitCode: 0 });
  });

  it("hands over megabytes whole", async () => {
    const [template] = scene.cluster.store.list("deployments.apps", "shop");
    const items = Array.from({ length: 9000 }, (_, index) => ({
      ...template,
      metadata: { ...template?.metadata, name: `app-${index}`, uid: `uid-${index}` },
    }));
    const answer = { apiVersion: "apps/v1", kind: "DeploymentList", metadata: { resourceVersion: "1" }, items };
    const restore = scene.cluster.intercept((request) =>
      new URL(request.url).pathname.endsWith("/deployments") ? Response.json(answer) : undefined,
    );
    const { out, exitCode } = await inShell("$restart get deploy -o json | (sleep 0.3; cat)", scene.env);
    restore();
    expect(exitCode).toBe(0);
    expect(out.length).toBeGreaterThan(4_000_000);
    expect((JSON.parse(out) as { readonly items: readonly unknown[] }).items).toHaveLength(9000);
  });

  it("follows a restart to its end when nobody reads", async () => {
    const before = scene.patches();
    const script = "$restart deploy/web --yes | true; exit $PIPESTATUS";
    const { err, exitCode } = await inShell(script, scene.env);
    expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
    expect(scene.patches()).toBe(before + 1);
    const { out } = await inShell("$restart get deploy/web", scene.env);
    expect(out).toContain("complete");
  });

  it("never prints a stack trace", async () => {
    const broken = join(scene.folder, "broken");
    writeFileSync(broken, "apiVersion: v1\nclusters: [\n");
    for (const args of ["get --kubeconfig broken", "get --kubeconfig nowhere", "deploy/web --yes --context nope"]) {
      const { out, err, exitCode } = await inShell(`$restart ${args}`, scene.env, scene.folder);
      expect({ out, exitCode }).toEqual({ out: "", exitCode: 2 });
      expect(err).toMatch(/^error: [^\n]+\n$/);
    }
  });

  it("does not trust the folder that it runs in", async () => {
    const folder = join(scene.folder, "hostile");
    mkdirSync(folder);
    writeFileSync(join(folder, ".env"), "KUBECONFIG=/nowhere\nNODE_TLS_REJECT_UNAUTHORIZED=0\n");
    writeFileSync(join(folder, "bunfig.toml"), 'preload = ["./preload.ts"]\n');
    writeFileSync(join(folder, "preload.ts"), 'await Bun.write("ran", "ran");\n');
    const { KUBECONFIG: _, ...env } = scene.env;
    const { err, exitCode } = await inShell("$restart get", env, folder);
    expect(exitCode).toBe(2);
    expect(err).not.toContain("/nowhere");
    expect(readdirSync(folder)).not.toContain("ran");
  });
});
