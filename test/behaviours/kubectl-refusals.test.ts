import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Manifest } from "../contract/cluster-under-test.ts";
import { deployment } from "../contract/manifests.ts";
import { atOnce, describeSideBySide, type SideBySide, still } from "./kubectl-side-by-side.ts";

/** How many PATCHes each has sent since the last call. */
function counts({ patches }: SideBySide): readonly [kubectl: number, restart: number] {
  const sent = patches();
  return [sent.kubectl.length, sent.restart.length];
}

const podSpec = { containers: [{ name: "app", image: "shop.example/app:1" }], restartPolicy: "Never" };
const job = { suspend: true, template: { spec: podSpec } };

const withoutRollout: readonly (readonly [target: string, printed: string, manifest: Manifest])[] = [
  ["pod/row-18", "pods", { apiVersion: "v1", kind: "Pod", metadata: { name: "row-18" }, spec: podSpec }],
  [
    "rs/row-18",
    "replicasets.apps",
    {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name: "row-18" },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: "row-18" } },
        template: { metadata: { labels: { app: "row-18" } }, spec: { containers: podSpec.containers } },
      },
    },
  ],
  ["job/row-18", "jobs.batch", { apiVersion: "batch/v1", kind: "Job", metadata: { name: "row-18" }, spec: job }],
  [
    "cronjobs.batch/row-18",
    "cronjobs.batch",
    {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "row-18" },
      spec: { schedule: "0 0 1 1 *", suspend: true, jobTemplate: { spec: { template: job.template } } },
    },
  ],
  ["configmap/row-18", "configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "row-18" }, data: {} }],
];

describeSideBySide("what is refused", (both) => {
  it("row 12: kubectl's words where nothing matched, and an exit code that is not 0", async () => {
    const { cluster, kubectl, restart } = both();
    const theirs = await kubectl("rollout", "restart", "deploy", "-l", "app=row-12");
    expect(theirs).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: `No resources found in ${cluster.namespace} namespace.\n`,
    });
    const ours = await restart("deploy", "-l", "app=row-12", "--yes=1");
    expect([ours.exitCode, ours.stdout]).toEqual([3, ""]);
    expect(ours.stderr.split("searched: ")[0]).toBe(theirs.stderr);
  });

  it("row 15: what is not there is named in kubectl's words; the rest waits for --skip-missing", async () => {
    const { cluster, kubectl, restart } = both();
    await cluster.apply(deployment("row-15", still));
    counts(both());
    const theirs = await kubectl("rollout", "restart", "deploy", "nope", "row-15");
    expect(theirs).toEqual({
      exitCode: 1,
      stdout: "deployment.apps/row-15 restarted\n",
      stderr: 'Error from server (NotFound): deployments.apps "nope" not found\n',
    });
    const missing = theirs.stderr.replace("Error from server (NotFound): ", "").trim();
    const ours = await restart("deploy", "nope", "row-15", ...atOnce);
    expect([ours.exitCode, ours.stdout]).toEqual([3, ""]);
    expect(ours.stderr).toContain(`error: ${missing} in namespace ${cluster.namespace}`);
    expect(counts(both())).toEqual([1, 0]);
    const rest = await restart("deploy", "nope", "row-15", ...atOnce, "--skip-missing");
    expect([rest.exitCode, rest.stdout.split("\n")[0]]).toEqual([0, theirs.stdout.trim()]);
    expect(rest.stderr).toContain(`skipped: ${missing}`);
    expect(counts(both())).toEqual([0, 1]);
  });

  it("row 16: every target of a partial failure is accounted for once", async () => {
    const { cluster, kubectl, restart, proxy } = both();
    const names = ["row-16-a", "row-16-b", "row-16-c"];
    await cluster.apply(...names.map((name) => deployment(name, still)));
    const message = 'deployments.apps "row-16-b" is forbidden: not now';
    const body = JSON.stringify({
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      code: 403,
      reason: "Forbidden",
      message,
    });
    const fault = { kind: "answer", status: 403, headers: { "content-type": "application/json" }, body } as const;
    const remove = proxy.add({
      when: ({ method, path }) => method === "PATCH" && path.includes("row-16-b") && !path.includes("dryRun"),
      fault,
    });
    counts(both());
    const theirs = await kubectl("rollout", "restart", "deploy", ...names);
    expect(theirs).toEqual({
      exitCode: 1,
      stdout: "deployment.apps/row-16-a restarted\ndeployment.apps/row-16-c restarted\n",
      stderr: `error: failed to patch: ${message}\n`,
    });
    const ours = await restart("deploy", ...names, ...atOnce, "-o", "json");
    remove();
    expect(ours.exitCode).toBe(4);
    expect(ours.stderr).toContain(message);
    const { items } = JSON.parse(ours.stdout) as { items: readonly { outcome: string; target: Manifest }[] };
    expect(items.map(({ target, outcome }) => [target.metadata.name, outcome])).toEqual([
      ["row-16-a", "requested"],
      ["row-16-b", "blocked"],
      ["row-16-c", "not-started"],
    ]);
    expect(counts(both())).toEqual([3, 2]);
  });

  it("row 17: a paused Deployment is sent nothing; the rest waits for --skip-blocked", async () => {
    const { cluster, kubectl, restart } = both();
    await cluster.apply(
      deployment("row-17", still),
      deployment("row-17-paused", { spec: { ...still.spec, paused: true } }),
    );
    counts(both());
    const theirs = await kubectl("rollout", "restart", "deploy", "row-17-paused", "row-17");
    expect(theirs).toEqual({
      exitCode: 1,
      stdout: "deployment.apps/row-17 restarted\n",
      stderr: 'error: deployments.apps "row-17-paused" can\'t restart paused deployment (run rollout resume first)\n',
    });
    const ours = await restart("deploy", "row-17-paused", "row-17", ...atOnce);
    expect([ours.exitCode, ours.stdout]).toEqual([4, ""]);
    expect(ours.stderr).toMatch(/^error: deployment\.apps\/row-17-paused is paused: .*kubectl rollout resume/);
    expect(counts(both())).toEqual([1, 0]);
    const rest = await restart("deploy", "row-17-paused", "row-17", ...atOnce, "--skip-blocked");
    expect([rest.exitCode, rest.stdout.split("\n")[0]]).toEqual([0, theirs.stdout.trim()]);
    expect(rest.stderr).toContain("skipped: deployment.apps/row-17-paused is paused");
    expect(counts(both())).toEqual([0, 1]);
  });

  it.each(withoutRollout)("row 18: %s is refused by the name kubectl gives it", async (target, printed, manifest) => {
    const { cluster, kubectl, restart } = both();
    await cluster.apply(manifest);
    counts(both());
    const theirs = await kubectl("rollout", "restart", target);
    expect(theirs).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `error: ${printed} "row-18" restarting is not supported\n`,
    });
    const ours = await restart(target, ...atOnce);
    expect([ours.exitCode, ours.stdout]).toEqual([4, ""]);
    expect(ours.stderr).toContain(
      theirs.stderr.replace("restarting is not supported\n", `cannot be restarted: a ${manifest.kind} has no rollout`),
    );
    expect(ours.stderr.includes("restart deploy,sts,ds --uses configmap/row-18")).toBe(manifest.kind === "ConfigMap");
    expect(counts(both())).toEqual([0, 0]);
  });

  it("row 24: a folder with one bad file is refused as a whole, until --skip-invalid", async () => {
    const { cluster, kubectl, restart, folder } = both();
    const path = join(folder, `row-24-${cluster.kind}`);
    await mkdir(path);
    const manifests = ["row-24-a", "row-24-b"].map((name) => deployment(name, still));
    await cluster.apply(...manifests);
    for (const manifest of manifests)
      await writeFile(join(path, `${manifest.metadata.name}.json`), JSON.stringify(manifest));
    await writeFile(join(path, "bad.yaml"), "a: b: c\n");
    counts(both());
    const theirs = await kubectl("rollout", "restart", "-f", path);
    expect([theirs.exitCode, theirs.stdout]).toEqual([
      1,
      "deployment.apps/row-24-a restarted\ndeployment.apps/row-24-b restarted\n",
    ]);
    expect(theirs.stderr).toMatch(/^error parsing .*bad\.yaml/);
    const ours = await restart("-f", path, ...atOnce);
    expect([ours.exitCode, ours.stdout]).toEqual([2, ""]);
    for (const name of ["row-24-a", "row-24-b"]) expect(ours.stderr).toContain(`read: deployment.apps/${name}`);
    expect(ours.stderr).toMatch(/error: .*bad\.yaml:1: this is not valid YAML/);
    expect(counts(both())).toEqual([2, 0]);
    const rest = await restart("-f", path, ...atOnce, "--skip-invalid");
    expect(rest.exitCode).toBe(0);
    expect(rest.stdout.replace(/^(?!.* restarted$).*\n/gm, "")).toBe(theirs.stdout);
    expect(counts(both())).toEqual([0, 2]);
  });

  it("row 25: a file's object of another namespace than -n, in kubectl's words", async () => {
    const { cluster, kubectl, restart, folder } = both();
    const { namespace } = cluster;
    const manifest = deployment("row-25", still);
    await cluster.apply(manifest);
    const path = join(folder, `row-25-${cluster.kind}.json`);
    await writeFile(path, JSON.stringify({ ...manifest, metadata: { ...manifest.metadata, namespace } }));
    counts(both());
    const theirs = await kubectl("rollout", "restart", "-f", path, "-n", "elsewhere");
    const ours = await restart("-f", path, "-n", "elsewhere", ...atOnce);
    expect([theirs.exitCode, ours.exitCode]).toEqual([1, 2]);
    expect(theirs.stderr).toBe(
      `error: the namespace from the provided object "${namespace}" does not match the namespace "elsewhere". ` +
        `You must pass '--namespace=${namespace}' to perform this operation.\n`,
    );
    expect(ours.stderr).toBe(theirs.stderr);
    expect(counts(both())).toEqual([0, 0]);
  });
});
