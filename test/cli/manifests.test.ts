import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { workload } from "../core/simulated.ts";
import { createStage, type RunOptions } from "./stage.ts";

const yaml = (kind: string, name: string, namespace?: string) =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${namespace === undefined ? "" : `  namespace: ${namespace}\n`}`;

const service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n";

const restarted = (out: string) =>
  out.split("\n").flatMap((line) => (/ restarted( \(server dry run\).*)?$/.test(line) ? [line.split(" ")[0]] : []));

async function shop(files: Readonly<Record<string, string>> = {}) {
  const workingDirectory = mkdtempSync(join(tmpdir(), "restart-manifests-"));
  onTestFinished(() => rmSync(workingDirectory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workingDirectory, name)), { recursive: true });
    writeFileSync(join(workingDirectory, name), text);
  }
  const stage = await createStage("dev", "test");
  const labelled = {
    ...workload("Deployment", "web"),
    metadata: { name: "web", namespace: "shop", labels: { tier: "front" } },
  };
  await stage.apply(labelled, workload("Deployment", "api"), workload("StatefulSet", "db"));
  await stage.applyTo("test", workload("Deployment", "web"));
  const run = (args: string, options: RunOptions = {}) => stage.run(args.split(" "), { workingDirectory, ...options });
  return { ...stage, run };
}

describe("-f", () => {
  it("restarts what the manifests of a folder name, by file, and passes over the rest", async () => {
    const stage = await shop({
      "k8s/a.yaml": `${service}---\n${yaml("StatefulSet", "db")}---\n${yaml("Deployment", "web", "shop")}`,
      "k8s/b.json": JSON.stringify({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "api" } }),
      "k8s/readme.md": "no manifest",
      "k8s/more/c.yaml": "not: read",
    });
    const { out, err, exitCode } = await stage.run("-f k8s --yes");
    expect(err).toBe("");
    expect(exitCode).toBe(0);
    expect(restarted(out)).toEqual(["statefulset.apps/db", "deployment.apps/web", "deployment.apps/api"]);
  });

  it("restarts the object in the cluster, whatever the file says of it", async () => {
    const stage = await shop({ "web.yaml": `${yaml("Deployment", "web")}spec:\n  paused: true\n` });
    expect((await stage.run("-f web.yaml --yes --no-wait")).exitCode).toBe(0);
    expect(stage.patches()).toHaveLength(1);
  });

  it("reads folders in folders with -R, and one object once", async () => {
    const stage = await shop({
      "k8s/web.yaml": yaml("Deployment", "web"),
      "k8s/deep/er/web.yml": yaml("Deployment", "web"),
      "k8s/deep/db.yaml": yaml("StatefulSet", "db"),
    });
    const { out } = await stage.run("-f k8s -R --dry-run");
    expect(restarted(out).sort()).toEqual(["deployment.apps/web", "statefulset.apps/db"]);
  });

  it("reads lines from standard input, and the contexts that they name", async () => {
    const stage = await shop();
    const stdin = "# tonight\ntest shop/deploy/web\ndev shop/statefulset.apps/db\n";
    const { out, exitCode } = await stage.run("-f - --dry-run", { stdin });
    expect(exitCode).toBe(0);
    expect(out.trimEnd().split("\n")).toHaveLength(2);
    expect(out).toContain("deployment.apps/web restarted (server dry run): 3 pods in shop on test");
    expect(out).toContain("statefulset.apps/db restarted (server dry run): 3 pods in shop on dev");
  });

  it("never mixes named contexts with the current one", async () => {
    const stage = await shop();
    const { err, exitCode } = await stage.run("-f - --dry-run", { stdin: "test shop/deploy/web\nshop/deploy/api\n" });
    expect(exitCode).toBe(2);
    expect(err).toContain("-:2 names no context while others do");
  });

  it("takes a context of --context alone", async () => {
    const stage = await shop();
    const stdin = "test shop/deploy/web\n";
    expect((await stage.run("-f - --dry-run --context te*", { stdin })).exitCode).toBe(0);
    const { err, exitCode } = await stage.run("-f - --dry-run --context dev", { stdin });
    expect(exitCode).toBe(2);
    expect(err).toContain("-:1 names the context test, which --context leaves out");
  });

  it("cannot ask whom it reads from", async () => {
    const stage = await shop();
    const { err, exitCode } = await stage.run("-f -", { stdin: "shop/deploy/web\n", types: ["y"] });
    expect(exitCode).toBe(2);
    expect(err).toContain("standard input names the workloads, so nobody can answer there");
    expect((await stage.run("-f - --yes", { stdin: "shop/deploy/web\n", terminal: true })).exitCode).toBe(0);
  });

  it("takes what get -o name prints", async () => {
    const stage = await shop();
    const { out: stdin } = await stage.run("get deploy -o name");
    const { out } = await stage.run("-f - --dry-run", { stdin });
    expect(restarted(out)).toEqual(["deployment.apps/api", "deployment.apps/web"]);
  });

  it("keeps those that a label selector takes, by the labels in the cluster", async () => {
    const stage = await shop({ "all.yaml": `${yaml("Deployment", "web")}---\n${yaml("Deployment", "api")}` });
    const { out } = await stage.run("-f all.yaml -l tier=front --dry-run");
    expect(restarted(out)).toEqual(["deployment.apps/web"]);
    const none = await stage.run("-f all.yaml -l tier=back --dry-run");
    expect(none.exitCode).toBe(3);
    expect(none.err).toContain("No resources found in shop namespace.\n");
  });

  it("leaves out what is excluded", async () => {
    const stage = await shop({ "all.yaml": `${yaml("Deployment", "web")}---\n${yaml("Deployment", "api")}` });
    const { out } = await stage.run("-f all.yaml --exclude deploy/api --dry-run");
    expect(restarted(out)).toEqual(["deployment.apps/web"]);
    expect((await stage.run("^api -f all.yaml --dry-run")).out).toBe(out);
  });

  it("lists a namespace once instead of asking for many by name", async () => {
    const stage = await shop({ "all.json": "" });
    const names = Array.from({ length: 9 }, (_, index) => `many-${index}`);
    await stage.apply(...names.map((name) => workload("Deployment", name, { spec: { replicas: 0 } })));
    const before = stage.sim.requests.length;
    const stdin = names.map((name) => `shop/deploy/${name}\n`).join("");
    const { exitCode } = await stage.run("-f - --dry-run --yes", { stdin });
    expect(exitCode).toBe(0);
    const gets = stage.sim.requests
      .slice(before)
      .filter(
        ({ method, path, query }) =>
          method === "GET" && /deployments(\/many-\d)?$/.test(path) && !query.includes("fieldSelector"),
      );
    expect(gets).toHaveLength(1);
  });

  it("names one that is not in the cluster", async () => {
    const stage = await shop({ "all.yaml": `${yaml("Deployment", "web")}---\n${yaml("Deployment", "apis")}` });
    const { err, exitCode } = await stage.run("-f all.yaml --yes");
    expect(exitCode).toBe(3);
    expect(err).toBe('error: deployments.apps "apis" not found in namespace shop (context dev); did you mean api?\n');
  });

  it("works for status", async () => {
    const stage = await shop({ "web.yaml": yaml("Deployment", "web") });
    expect((await stage.run("status -f web.yaml")).out).toBe('deployment "web" successfully rolled out\n');
  });
});

describe("bad files", () => {
  const bad = { "k8s/a.yaml": yaml("Deployment", "web"), "k8s/b.yaml": `${service}---\nkind: [\n` };

  it("refuse all, with the good ones listed and the place named", async () => {
    const stage = await shop(bad);
    const { out, err, exitCode } = await stage.run("-f k8s --yes");
    expect(exitCode).toBe(2);
    expect(out).toBe("");
    expect(err).toMatch(
      /^read: deployment\.apps\/web \(k8s\/a\.yaml:1\)\nerror: k8s\/b\.yaml:\d: this is not valid YAML: .*; nothing is done until it is mended; --skip-invalid goes on with the rest\n$/,
    );
    expect(stage.sim.requests.filter(({ path }) => path.endsWith("/web"))).toEqual([]);
  });

  it("are left out with --skip-invalid, and said", async () => {
    const stage = await shop(bad);
    const { out, err, exitCode } = await stage.run("-f k8s --skip-invalid --dry-run");
    expect(exitCode).toBe(0);
    expect(restarted(out)).toEqual(["deployment.apps/web"]);
    expect(err).toMatch(/^skipped: k8s\/b\.yaml:\d: this is not valid YAML/);
  });

  const table: readonly (readonly [args: string, exitCode: number, sentence: string])[] = [
    ["-f nope.yaml --yes", 2, 'the path "nope.yaml" does not exist'],
    ["-f empty --yes", 2, "error reading [empty]: recognized file extensions are [.json .yaml .yml]"],
    ["-f https://shop.example/web.yaml --yes", 2, "--filename takes files, folders and -"],
    ["deploy/web -f web.yaml --yes", 2, "resource/name arguments cannot be provided when a path is specified"],
    ["-f web.yaml --field-selector metadata.name=web --yes", 2, "--field-selector is for lists"],
    ["-f service.yaml --yes", 3, "nothing in service.yaml can be restarted (Service)"],
    ["-f nothing.yaml --yes", 3, "nothing in nothing.yaml can be restarted"],
    ["-f nameless.yaml --yes", 2, "nameless.yaml:1: the Deployment has no name"],
    [
      "-f other.yaml -n shop --yes",
      2,
      'the namespace from the provided object "other" does not match the namespace "shop". You must pass \'--namespace=other\' to perform this operation.',
    ],
    [
      "-f other.yaml -n sh* --yes",
      2,
      'the namespace from the provided object "other" does not match the namespace "sh*"',
    ],
    ["-f pods.txt --yes", 4, "a Pod has no rollout"],
  ];
  it.each(table)("restart %s exits %i", async (args, exitCode, sentence) => {
    const stage = await shop({
      "web.yaml": yaml("Deployment", "web"),
      "empty/readme.md": "",
      "service.yaml": service,
      "nothing.yaml": "# nothing\n",
      "nameless.yaml": "apiVersion: apps/v1\nkind: Deployment\n",
      "other.yaml": yaml("Deployment", "web", "other"),
      "pods.txt": "shop/pod/web-1\n",
    });
    await stage.apply({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web-1", namespace: "shop" },
      spec: { containers: [{ name: "a", image: "b" }] },
    });
    const ran = await stage.run(args);
    expect(ran.err).toContain(sentence);
    expect(ran).toMatchObject({ exitCode, out: "" });
    expect(stage.patches()).toEqual([]);
  });
});
