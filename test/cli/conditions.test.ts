import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { createStage, type Stage } from "./stage.ts";

const day = 86_400_000;

const restarted = (out: string) =>
  out.split("\n").flatMap((line) => (line.includes(" restarted") ? [line.split(" ")[0]?.split("/")[1]] : []));

/** A Deployment of the pod spec; `more` replaces fields of the object. */
function app(name: string, podSpec: object = {}, more: object = {}, kind = "Deployment") {
  const plain = workload(kind, name);
  const spec = plain["spec"] as { readonly template: { readonly metadata: object; readonly spec: object } };
  return {
    ...plain,
    spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, ...podSpec } } },
    ...more,
  };
}

const config = (kind: "ConfigMap" | "Secret", name: string) => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "shop" },
});

const env = (source: object) => ({
  containers: [{ name: "app", image: "shop.example/app:1", env: [{ name: "A", valueFrom: source }] }],
});

/** What a dry run with the flags would restart, of all Deployments and StatefulSets of the namespace. */
async function chosen(stage: Stage, flags: readonly string[]) {
  const { out, err, exitCode } = await stage.run(["deploy,sts", ...flags, "--dry-run", "--skip-blocked"]);
  return exitCode === 3 ? [] : exitCode === 0 ? restarted(out).sort() : [`${exitCode}: ${err}`];
}

describe("a condition on the workload", () => {
  async function shop() {
    const stage = await createStage();
    await stage.apply(
      app("web"),
      app("nginx", { containers: [{ name: "a", image: "docker.example/nginx:1.27" }] }),
      app("inner", { initContainers: [{ name: "b", image: "docker.example/nginx:1.0" }] }),
      app("db", {}, {}, "StatefulSet"),
      app("fluxed", {}, { metadata: { name: "fluxed", labels: { "kustomize.toolkit.fluxcd.io/name": "x" } } }),
      app("charted", {}, { metadata: { name: "charted", annotations: { "meta.helm.sh/release-name": "x" } } }),
      app(
        "tracked",
        {},
        {
          metadata: {
            name: "tracked",
            labels: { "app.kubernetes.io/managed-by": "Helm" },
            annotations: { "argocd.argoproj.io/tracking-id": "x:apps/Deployment:shop/tracked" },
          },
        },
      ),
      workload("Deployment", "sick", { trouble: { "fake/never-ready": "true" } }),
      workload("Deployment", "idle", { spec: { replicas: 0 } }),
      workload("Deployment", "whole", { spec: { strategy: { type: "Recreate" } } }),
    );
    return stage;
  }

  const table: readonly (readonly [flags: string, want: readonly string[]])[] = [
    ["--image nginx", ["inner", "nginx"]],
    ["--image :1.27", ["nginx"]],
    ["--image docker.example/* --image :9", ["inner", "nginx"]],
    ["--filter image:nginx:1.27", ["nginx"]],
    ["--owner flux", ["fluxed"]],
    ["--owner helm", ["charted"]],
    ["--owner argocd", ["tracked"]],
    ["--owner helm --owner flux", ["charted", "fluxed"]],
    ["--filter owner:none,flux --filter web*", ["web"]],
    ["--filter strategy:recreate", ["whole"]],
    ["--not-ready --allow rollout-in-progress", ["sick"]],
    ["--filter ready<1 --allow rollout-in-progress", ["idle", "sick"]],
    ["--filter desired=0", ["idle"]],
    ["--filter ready<desired --allow rollout-in-progress", ["sick"]],
    ["--filter kind:sts", ["db"]],
    ["--filter kind:sts,ds", ["db"]],
    ["--filter sts/d?", ["db"]],
    ["--filter in", ["inner", "nginx"]],
    ["--filter ns:sh* --filter we", ["web"]],
    ["--filter ns:other", []],
  ];
  it.each(table)("%s", async (flags, want) => {
    const stage = await shop();
    expect(await chosen(stage, flags.split(" "))).toEqual(want);
  });

  it("holds for every word of a filter, and not for what ! turns round", async () => {
    const stage = await shop();
    expect(await chosen(stage, ["--filter", "!kind:sts !image:nginx owner:none !sick !idle !whole"])).toEqual(["web"]);
  });

  it("makes of a kind a selection: plain --yes is enough, unless it only leaves out", async () => {
    const stage = await shop();
    const some = await stage.run(["deploy", "--owner", "flux", "--yes", "--no-wait"]);
    expect(some.exitCode).toBe(0);
    const most = await stage.run(["deploy", "--filter", "!owner:flux", "--yes", "--skip-blocked"]);
    expect(most.exitCode).toBe(2);
    expect(most.err).toContain("no workload is named");
    const everywhere = await stage.run(["deploy", "--owner", "helm", "-A", "--yes"]);
    expect(everywhere.exitCode).toBe(2);
    expect(stage.patches()).toHaveLength(1);
  });

  it("is also asked of what was named", async () => {
    const stage = await shop();
    expect((await stage.run(["deploy/web", "--owner", "flux", "--yes"])).exitCode).toBe(3);
    expect(stage.patches()).toEqual([]);
  });

  it("is named where nothing is left", async () => {
    const stage = await shop();
    const { err } = await stage.run(["sts", "--filter", "!db ready>2", "--owner", "flux", "--yes"]);
    expect(err).toBe(
      "No resources found in shop namespace.\nsearched: statefulsets on dev, with !db, ready>2 and --owner flux (1 looked at)\n",
    );
  });

  it("costs no request of its own", async () => {
    const stage = await shop();
    const before = stage.sim.requests.length;
    await chosen(stage, ["--image", "redis", "--owner", "helm", "--not-ready", "--uses", "secret/x"]);
    expect(stage.sim.requests.slice(before).map(({ path }) => path.split("/").at(-1))).toEqual([
      "deployments",
      "statefulsets",
    ]);
  });
});

describe("--uses", () => {
  const users: readonly (readonly [name: string, podSpec: object])[] = [
    ["by-env", env({ secretKeyRef: { name: "tls", key: "k" } })],
    ["by-env-from", { containers: [{ name: "app", image: "a", envFrom: [{ secretRef: { name: "tls" } }] }] }],
    ["by-volume", { volumes: [{ name: "v", secret: { secretName: "tls" } }] }],
    ["by-projected", { volumes: [{ name: "v", projected: { sources: [{ secret: { name: "tls" } }] } }] }],
    ["by-pull", { imagePullSecrets: [{ name: "tls" }] }],
    ["by-init", { initContainers: [{ name: "i", image: "a", envFrom: [{ secretRef: { name: "tls" } }] }] }],
    [
      "by-sidecar",
      {
        initContainers: [{ name: "i", image: "a", restartPolicy: "Always", envFrom: [{ secretRef: { name: "tls" } }] }],
      },
    ],
    ["by-csi", { volumes: [{ name: "v", csi: { driver: "x.example", nodePublishSecretRef: { name: "tls" } } }] }],
    ["by-share", { volumes: [{ name: "v", azureFile: { secretName: "tls", shareName: "s" } }] }],
    ["by-disk", { volumes: [{ name: "v", rbd: { monitors: ["m"], image: "i", secretRef: { name: "tls" } } }] }],
    ["by-map", env({ configMapKeyRef: { name: "tls", key: "k" } })],
    ["by-none", {}],
  ];

  it("finds a Secret wherever a pod can use one, and a ConfigMap of that name is another thing", async () => {
    const stage = await createStage();
    await stage.apply(...users.map(([name, podSpec]) => app(name, podSpec, {})));
    const flags = (object: string) => ["--uses", object, "--allow", "rollout-in-progress"];
    expect(await chosen(stage, flags("secret/tls"))).toEqual(
      users
        .map(([name]) => name)
        .filter((name) => !["by-map", "by-none"].includes(name))
        .sort(),
    );
    expect(await chosen(stage, flags("configmap/t*"))).toEqual(["by-map"]);
    expect(await chosen(stage, flags("secret/other"))).toEqual([]);
    expect(await chosen(stage, [...flags("secret/other"), "--uses", "cm/tls"])).toEqual(["by-map"]);
  });

  it("finds what the driver of a SecretProviderClass mounts by the class", async () => {
    const stage = await createStage();
    const csi = { driver: "secrets-store.csi.k8s.io", volumeAttributes: { secretProviderClass: "vault" } };
    await stage.apply(app("by-class", { volumes: [{ name: "v", csi }] }), app("by-none"));
    expect(await chosen(stage, ["--uses", "secretproviderclass/vault"])).toEqual(["by-class"]);
  });
});

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
      const { out } = await stage.run(["deploy", "-A", "--stale", "--dry-run"]);
      expect(out).toContain("in team-7 on dev");
      expect(restarted(out)).toEqual(["web"]);
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
  it("counts the restarts of the worst container", async () => {
    const stage = await createStage();
    await stage.apply(app("web"), workload("Deployment", "bad", { trouble: { "fake/crash": "true" } }));
    await stage.clock.advance(600_000);
    const flags = ["--allow", "rollout-in-progress", "--filter"];
    expect(await chosen(stage, [...flags, "restarts>=2"])).toEqual(["bad"]);
    expect(await chosen(stage, [...flags, "restarts=0"])).toEqual(["web"]);
  });
});

describe("a mistake in an expression", () => {
  it.each([
    [
      "--filter",
      "web redy<1",
      'error: --filter: "redy" cannot be compared; did you mean ready?',
      "  web redy<1\n      ^\n",
    ],
    ["--uses", "tls", 'error: --uses: "tls" is not secret/NAME or configmap/NAME', "  tls\n  ^\n"],
    ["--older-than", "30", 'error: --older-than: "30" is no age such as 90s, 5m, 2h or 7d', "  30\n  ^\n"],
    [
      "--owner",
      "helm,fluxx",
      'error: --owner: there is no owner "fluxx"; did you mean flux?',
      "  helm,fluxx\n       ^\n",
    ],
    ["--exclude", "deploy/a b", "error: --exclude: this character is in no name", "  deploy/a b\n          ^\n"],
    ["--filter", "a\u001b[31m", "error: --filter: this character is in no name", "  a [31m\n   ^\n"],
  ])("%s %j is shown with its place, before any request", async (flag, value, sentence, caret) => {
    const stage = await createStage();
    const before = stage.sim.requests.length;
    const { err, exitCode } = await stage.run(["deploy", flag, value, "--yes"]);
    expect(exitCode).toBe(2);
    expect(err).toBe(`${sentence}\n${caret}`);
    expect(stage.sim.requests).toHaveLength(before);
  });

  it("is in the document as a number", async () => {
    const stage = await createStage();
    const { out } = await stage.run(["deploy", "--filter", "web ready<x", "--yes", "-o", "json"]);
    expect(JSON.parse(out)).toMatchObject({ kind: "Error", reason: "Usage", position: 11, exitCode: 2 });
  });
});
