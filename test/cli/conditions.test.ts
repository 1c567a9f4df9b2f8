import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { app, chosen, env } from "./chosen.ts";
import { createStage } from "./stage.ts";

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
