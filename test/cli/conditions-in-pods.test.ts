import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { app, chosen, config, env, restarted } from "./chosen.ts";
import { createStage, createStageWith, type Stage } from "./stage.ts";

const day = 86_400_000;

describe("a condition on time", () => {
  it("--older-than looks at the oldest pod that is there, not at the object", async () => {
    const stage = await createStage();
    await stage.apply(app("old"), app("renewed"));
    await stage.clock.advance(40 * day);
    await stage.run(["deploy/renewed", "--yes"]);
    await stage.apply(app("new"));
    expect(await chosen(stage, ["--older-than", "30d"])).toEqual(["old"]);
    expect(await chosen(stage, ["--filter", "age>30d"])).toEqual(["old", "renewed"]);
    expect(await chosen(stage, ["--filter", "podage<1d"])).toEqual(["new", "renewed"]);
  });

  it("does not take a Job's pods with the same labels, or a neighbour's, for its own", async () => {
    const stage = await createStage();
    const pod = { containers: [{ name: "a", image: "b" }] };
    await stage.apply({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "job-1", namespace: "shop", labels: { app: "web" } },
      spec: pod,
    });
    await stage.clock.advance(40 * day);
    await stage.apply(app("web"));
    expect(await chosen(stage, ["--older-than", "30d"])).toEqual([]);
  });

  it.each(["Deployment", "StatefulSet", "DaemonSet", "Rollout"])("knows the pods of a %s", async (kind) => {
    const stage = await createStageWith("rollouts.argoproj.io");
    const versioned = kind === "Rollout" ? { apiVersion: "argoproj.io/v1alpha1" } : {};
    await stage.apply({ ...workload(kind, "old"), ...versioned });
    await stage.clock.advance(2 * day);
    await stage.apply({ ...workload(kind, "new"), ...versioned });
    const { out } = await stage.run([kind, "--older-than", "1d", "--dry-run"]);
    expect(restarted(out)).toEqual(["old"]);
  });

  it("never restarted is longer ago than anything", async () => {
    const stage = await createStage();
    await stage.apply(app("never"), app("once"), app("now"));
    await stage.run(["deploy/once", "--yes"]);
    await stage.clock.advance(8 * day);
    await stage.run(["deploy/now", "--yes"]);
    expect(await chosen(stage, ["--filter", "restarted>7d"])).toEqual(["never", "once"]);
    expect(await chosen(stage, ["--restarted-before", "7d"])).toEqual(["never", "once"]);
    expect(await chosen(stage, ["--restarted-before", "2026-11-26"])).toEqual(["never", "once"]);
    expect(await chosen(stage, ["--restarted-before", "2026-11-25T12:00:00Z"])).toEqual(["never"]);
    expect(await chosen(stage, ["--filter", "restarted<1d"])).toEqual(["now"]);
  });

  it.each([-90_000, 90_000])("goes by the cluster's clock, whatever ours says (%i ms off)", async (off) => {
    const stage = await createStage();
    await stage.apply(app("web"));
    await stage.clock.advance(10_000);
    // Its pods are some 40 s old.
    const args = (age: string) => ["deploy", "--older-than", age, "--dry-run"];
    expect((await stage.run(args("30s"), { clockOff: off })).exitCode).toBe(0);
    expect((await stage.run(args("60s"), { clockOff: off })).exitCode).toBe(3);
  });
});

describe("--stale", () => {
  async function shop() {
    const stage = await createStage();
    await stage.apply(
      config("Secret", "tls"),
      config("ConfigMap", "settings"),
      config("Secret", "pull"),
      app("by-secret", { volumes: [{ name: "v", secret: { secretName: "tls" } }] }),
      app("by-map", env({ configMapKeyRef: { name: "settings", key: "k", optional: true } })),
      app("by-pull", { imagePullSecrets: [{ name: "pull" }] }),
      app("by-none"),
    );
    return stage;
  }

  const change = (stage: Stage, path: string, namespace = "shop") =>
    stage.clock.runUntil(
      stage.sim.handle(
        new Request(`https://stage.example/api/v1/namespaces/${namespace}/${path}`, {
          method: "PATCH",
          headers: { "content-type": "application/merge-patch+json" },
          body: JSON.stringify({ metadata: { labels: { changed: "yes" } } }),
        }),
      ),
    );

  it("finds pods that are older than what they use, and no others", async () => {
    const stage = await shop();
    expect(await chosen(stage, ["--stale"])).toEqual([]);
    await stage.clock.advance(60_000);
    await change(stage, "secrets/tls");
    expect(await chosen(stage, ["--stale"])).toEqual(["by-secret"]);
    await change(stage, "configmaps/settings");
    await change(stage, "secrets/pull");
    expect(await chosen(stage, ["--filter", "is:stale"])).toEqual(["by-map", "by-secret"]);
    await stage.clock.advance(60_000);
    await stage.run(["deploy/by-secret", "--yes"]);
    expect(await chosen(stage, ["--stale"])).toEqual(["by-map"]);
  });

  it("reads metadata alone, once a namespace, and only what is used", async () => {
    const stage = await shop();
    const before = stage.sim.requests.length;
    await stage.run(["deploy", "by-*", "--stale", "--dry-run"]);
    const reads = stage.sim.requests.slice(before).map(({ path }) => path);
    expect(reads).toEqual([
      "/apis/apps/v1/namespaces/shop/deployments",
      "/api/v1/namespaces/shop/pods",
      "/api/v1/namespaces/shop/configmaps",
      "/api/v1/namespaces/shop/secrets",
    ]);
    const again = stage.sim.requests.length;
    await stage.run(["deploy/by-map", "--stale", "--dry-run"]);
    expect(stage.sim.requests.slice(again).map(({ path }) => path)).not.toContain("/api/v1/namespaces/shop/secrets");
  });

  describe("in many namespaces", () => {
    const namespaces = Array.from({ length: 9 }, (_, index) => `team-${index}`);

    async function teams() {
      const stage = await createStage();
      for (const namespace of namespaces) {
        await stage.apply(
          { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
          { ...config("Secret", "tls"), metadata: { name: "tls", namespace } },
          app(
            "web",
            { volumes: [{ name: "v", secret: { secretName: "tls" } }] },
            { metadata: { name: "web", namespace } },
          ),
        );
      }
      await change(stage, "secrets/tls", "team-7");
      return stage;
    }

    const reads = async (stage: Stage) => {
      const before = stage.sim.requests.length;
      const { out } = await stage.run(["get", "deploy", "-A", "--stale"]);
      expect(out.split("\n").filter((line) => line.includes("team-"))).toEqual([expect.stringContaining("team-7")]);
      return stage.sim.requests
        .slice(before)
        .filter(
          ({ method, query }) => method === "GET" && query.includes("limit=500") && !query.includes("metadata.name"),
        )
        .map(({ path }) => path);
    };

    it("reads each kind once", async () => {
      const stage = await teams();
      expect(await reads(stage)).toEqual(["/apis/apps/v1/deployments", "/api/v1/pods", "/api/v1/secrets"]);
    });

    it("reads namespace by namespace for those who may not read the cluster", async () => {
      const stage = await teams();
      stage.useToken("limited", [
        { verbs: ["*"], resources: ["*"], namespaces },
        { verbs: ["get", "list"], apiGroups: [""], resources: ["namespaces"] },
      ]);
      const paths = await reads(stage);
      expect(paths.filter((path) => path.endsWith("/secrets"))).toHaveLength(1 + namespaces.length);
    });
  });

  it("is refused, not guessed, where Secrets may not be listed", async () => {
    const stage = await shop();
    stage.useToken("no-secrets", [
      { verbs: ["*"], apiGroups: ["apps"], resources: ["*"] },
      { verbs: ["get", "list", "watch"], apiGroups: [""], resources: ["pods", "configmaps", "namespaces"] },
    ]);
    const { err, exitCode } = await stage.run(["deploy", "by-*", "--stale", "--dry-run"]);
    expect(exitCode).toBe(4);
    expect(err).toContain('secrets is forbidden: User "tester" cannot list');
  });
});

describe("a condition on containers", () => {
  it("finds a digest that only the pods know", async () => {
    const stage = await createStage();
    await stage.apply(app("web"), app("other", { containers: [{ name: "a", image: "shop.example/other:1" }] }));
    const [pod] = stage.sim.store.list("pods", "shop").filter(({ metadata }) => metadata.name.startsWith("web-"));
    const { status } = pod as unknown as { status: { containerStatuses: readonly { imageID: string }[] } };
    const [, digest = ""] = status.containerStatuses[0]?.imageID.split("@") ?? [];
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await chosen(stage, ["--image", `@${digest}`])).toEqual(["web"]);
    expect(await chosen(stage, ["--image", `@${digest.slice(0, 20)}*`])).toEqual(["web"]);
    expect(await chosen(stage, ["--image", `@sha256:${"0".repeat(64)}`])).toEqual([]);
  });

  it("counts the restarts of the worst container", async () => {
    const stage = await createStage();
    await stage.apply(app("web"), workload("Deployment", "bad", { trouble: { "fake/crash": "true" } }));
    await stage.clock.advance(600_000);
    const flags = ["--allow", "rollout-in-progress", "--filter"];
    expect(await chosen(stage, [...flags, "restarts>=2"])).toEqual(["bad"]);
    expect(await chosen(stage, [...flags, "restarts=0"])).toEqual(["web"]);
  });
});
