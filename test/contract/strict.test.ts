import { expect, it } from "vitest";
import type { Manifest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment } from "./manifests.ts";
import { mergePatch, patch, restartBody, strategicMergePatch } from "./patch.ts";

const body = restartBody("2026-11-25T12:00:00Z");
const strict = "fieldValidation=Strict&dryRun=All";
const podSpec = { containers: [{ name: "app", image: "shop.example/app:1" }], restartPolicy: "OnFailure" };

const configMap: Manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data: { key: "kept-out" } };
const secret: Manifest = { apiVersion: "v1", kind: "Secret", metadata: { name: "x" }, data: { key: "a2VwdC1vdXQ=" } };
const pod: Manifest = { apiVersion: "v1", kind: "Pod", metadata: { name: "x" }, spec: podSpec };
const cronJob: Manifest = {
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "x" },
  spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: { spec: podSpec } } } },
};
const replicaSet: Manifest = {
  apiVersion: "apps/v1",
  kind: "ReplicaSet",
  metadata: { name: "x" },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: "x" } },
    template: { metadata: { labels: { app: "x" } }, spec: { containers: podSpec.containers } },
  },
};

describeOnEveryCluster("a strict restart of what has no rollout", (start) => {
  it.each([
    { target: "v1/configmaps/x", manifest: configMap, field: "spec" },
    { target: "v1/secrets/x", manifest: secret, field: "spec" },
    { target: "v1/pods/x", manifest: pod, field: "spec.template" },
    { target: "batch/v1/cronjobs/x", manifest: cronJob, field: "spec.template" },
  ])("is refused for $target", async ({ target, manifest, field }) => {
    const cluster = await start();
    await cluster.apply(manifest);
    const answer = await patch(cluster, target, body, { query: strict });
    expect([answer.status, answer.body.reason]).toEqual([422, "Invalid"]);
    expect(answer.body.message).toMatch(/^ "" is invalid: patch: Invalid value: "map\[spec:map\[template:/);
    expect(answer.body.message).toMatch(new RegExp(`: strict decoding error: unknown field "${field}"$`));
    expect(answer.body.details.causes[0].message).toContain(`strict decoding error: unknown field "${field}"`);
  });

  it.each([
    { target: "v1/configmaps/x", manifest: configMap, quoted: "kept-out" },
    { target: "v1/secrets/x", manifest: secret, quoted: "a2VwdC1vdXQ=" },
  ])("quotes the whole $target when sent as a merge patch", async ({ target, manifest, quoted }) => {
    const cluster = await start();
    await cluster.apply(manifest);
    const answer = await patch(cluster, target, body, { type: mergePatch, query: strict });
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain(quoted);
    expect(answer.body.message).toMatch(/": strict decoding error: unknown field "spec"$/);
  });

  it("passes for a ReplicaSet, which has a template", async () => {
    const cluster = await start();
    await cluster.apply(replicaSet);
    expect((await patch(cluster, "replicasets/x", body, { query: strict })).status).toBe(200);
  });

  it("is dropped with a warning without strictness", async () => {
    const cluster = await start();
    await cluster.apply(cronJob);
    const answer = await patch(cluster, "batch/v1/cronjobs/x", body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("warning")).toBe('299 - "unknown field \\"spec.template\\""');
    expect(answer.body.spec.template).toBeUndefined();
    expect(answer.body.metadata.generation).toBe(1);
  });
});

describeOnEveryCluster("a PATCH that cannot be read", (start) => {
  it("is refused in an unknown format", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web"));
    const answer = await patch(cluster, "deployments/web", body, { type: "text/plain" });
    expect([answer.status, answer.body.reason]).toEqual([415, "UnsupportedMediaType"]);
    expect(answer.body.message).toContain("415: Unsupported Media Type");
  });

  it.each([
    { query: "fieldValidation=bogus", field: "fieldValidation", text: 'Unsupported value: "bogus"' },
    { query: "dryRun=bogus", field: "dryRun", text: 'Unsupported value: ["bogus"]: supported values: "All"' },
    {
      query: `fieldManager=${"m".repeat(129)}`,
      field: "fieldManager",
      text: "Too long: may not be more than 128 bytes",
    },
  ])("is refused with a bad option ($field)", async ({ query, field, text }) => {
    const cluster = await start();
    await cluster.apply(deployment("web"));
    const answer = await patch(cluster, "deployments/web", body, { query });
    expect([answer.status, answer.body.reason]).toEqual([422, "Invalid"]);
    expect(answer.body.message).toContain(`PatchOptions.meta.k8s.io "" is invalid: ${field}: ${text}`);
  });

  it("wants a field manager for an apply patch", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web"));
    const applied = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, ...body };
    const answer = await patch(cluster, "deployments/web", applied, { type: "application/apply-patch+yaml" });
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain("fieldManager: Required value: is required for apply patch");
  });

  it.each([strategicMergePatch, mergePatch])("is refused when its body is no JSON (%s)", async (type) => {
    const cluster = await start();
    await cluster.apply(deployment("web"));
    const answer = await cluster.request(`/apis/apps/v1/namespaces/${cluster.namespace}/deployments/web`, {
      method: "PATCH",
      headers: { "content-type": type },
      body: "{",
    });
    expect([answer.status, answer.body.reason]).toEqual([400, "BadRequest"]);
  });
});
