import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { createStage } from "./stage.ts";

const labelled = {
  ...workload("Deployment", "web"),
  metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
};
const paused = workload("Deployment", "still", { spec: { paused: true } });
const onDelete = workload("StatefulSet", "manual", { spec: { updateStrategy: { type: "OnDelete" } } });
const partitioned = workload("StatefulSet", "held", {
  spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 3 } } },
});

async function shop() {
  const stage = await createStage("dev", "test");
  await stage.apply(labelled, workload("StatefulSet", "db"), paused, onDelete, partitioned);
  return stage;
}

/** What can be said without a cluster is said without one. */
const withoutRequests: readonly (readonly [args: string, exitCode: number, sentence: string])[] = [
  ["depoly/web --yes", 2, 'there is no kind "depoly" that can be restarted; did you mean deploy?'],
  ["deploy/web --contxt=a", 2, "unknown flag --contxt=a; did you mean --context?"],
  ["get deploy --yes", 2, "unknown flag --yes: it belongs to restart TARGET"],
  ["deploy/web -o jsn", 2, 'there is no output format "jsn"; did you mean json?'],
  ["status deploy/web -o name", 2, 'restart status has no output format "name"; formats: text, json, jsonl, yaml'],
  ["deploy/web --yes --context tset", 2, 'there is no context "tset"; did you mean test?'],
  ["deploy/web --yes --context prod-*", 2, "no context matches prod-*; contexts: dev, test"],
  ["statsu deploy/web", 2, 'there is no command or kind "statsu"; did you mean restart status?'],
  ["deploy/web", 2, "there is no terminal to ask on: --yes restarts without asking, --dry-run shows what would happen"],
  ["deploy/web --yes --timeout 10", 2, '--timeout: "10" needs a unit: 10s, 10m or 10h'],
  ["deploy/web --yes --stall-timeout soon", 2, '--stall-timeout: "soon" is not a duration such as 90s, 10m or 1h30m'],
  ["deploy/web --yes=many", 2, "--yes=many: the value is the number of workloads that will be restarted"],
  ["deploy/web --yes --allow pausd", 2, '--allow: there is no finding "pausd"; did you mean paused?'],
  ["deploy/web --dry-run=client", 2, "--dry-run=client: a dry run always asks the API server; use --dry-run"],
  ["deploy/web -n", 2, "flag --namespace <NAME> needs a value"],
  ["deploy web -l app=web --yes", 2, "name cannot be provided when a selector is specified"],
  ["deploy/web -l app=web --yes", 2, "selectors cannot be used when passing resource/name arguments"],
  ["deploy/web -A --yes", 2, "a resource cannot be retrieved by name across all namespaces; name one with -n"],
  ["deploy/web api --yes", 2, '"api" has no type, while others are TYPE/NAME'],
  ["deploy/a/b --yes", 2, '"deploy/a/b" is not TYPE/NAME'],
  ["deploy/ --yes", 2, '"deploy/" is not TYPE/NAME'],
  ["deploy/web --yes --read-only", 4, "--read-only: nothing may be restarted; --dry-run shows what would be"],
  ["get pods", 2, "a Pod is no workload that restarts; use kubectl get"],
  ["explain pausd", 2, 'there is no code "pausd"; did you mean paused?'],
  ["completion bsh", 2, 'no completion for "bsh"; did you mean bash?'],
];

describe("bad input that needs no cluster", () => {
  it.each(withoutRequests)("restart %s exits %i", async (args, exitCode, sentence) => {
    const stage = await shop();
    const before = stage.sim.requests.length;
    const ran = await stage.run(args.split(" "));
    expect(ran).toEqual({ exitCode, err: `error: ${sentence}\n`, out: "" });
    expect(stage.sim.requests).toHaveLength(before);
  });

  it("names the place of a mistake in a selector", async () => {
    const stage = await shop();
    const { err, exitCode } = await stage.run(["deploy", "-l", "app in (a", "--yes"]);
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^error: .*app in \(a.*\n {2}app in \(a\n {11}\^\n$/);
  });
});

/** What only the cluster knows; nothing is ever sent that changes anything. */
const withRequests: readonly (readonly [args: string, exitCode: number, sentence: string])[] = [
  ["deploy/nope --yes", 3, 'error: deployments.apps "nope" not found in namespace shop (context dev)\n'],
  [
    "deploy/wbe --yes",
    3,
    'error: deployments.apps "wbe" not found in namespace shop (context dev); did you mean web?\n',
  ],
  [
    "deploy/db --yes",
    3,
    'error: deployments.apps "db" not found in namespace shop (context dev); there is statefulset/db\n',
  ],
  ["deploy/web -n shpo --yes", 3, 'error: namespaces "shpo" not found (context dev); did you mean shop?\n'],
  ["deploy -n shpo --yes=1", 3, 'error: namespaces "shpo" not found (context dev); did you mean shop?\n'],
  ["deploy -l app=none --yes", 3, "No resources found in shop namespace.\n"],
  ["deploy -l app=none -A --yes=1", 3, "No resources found\n"],
  ["ds --yes=1", 3, "No resources found in shop namespace.\n"],
  ["get ds", 3, "No resources found in shop namespace.\n"],
  ["get -n shpo", 3, 'error: namespaces "shpo" not found (context dev); did you mean shop?\n'],
  ["status deploy/nope", 3, 'error: deployments.apps "nope" not found in namespace shop (context dev)\n'],
  ["web --yes", 2, 'error: "web" is a name without a kind; there is deployment/web\n'],
  ["deploy/still --yes", 4, "error: deployment.apps/still is paused"],
  ["sts/manual --yes", 4, "error: statefulset.apps/manual has the strategy OnDelete"],
  ["sts/held --yes", 4, "error: statefulset.apps/held has the partition 3 of 3 replicas: no pod would be replaced"],
  ["rs --yes=1", 4, "error: a ReplicaSet cannot be restarted: a ReplicaSet has no rollout"],
  ["cm --yes=1", 4, "error: a ConfigMap cannot be restarted: a ConfigMap has no rollout"],
  ["deploy --yes", 2, "error: plain --yes is not enough: no workload is named; look at --dry-run, then use --yes=1\n"],
  [
    "deploy -l app=web --yes=2",
    2,
    "error: --yes=2 does not fit: 1 workload would be restarted; look at --dry-run, then use --yes=1\n",
  ],
];

describe("bad input that the cluster shows", () => {
  it.each(withRequests)("restart %s exits %i", async (args, exitCode, sentence) => {
    const stage = await shop();
    // A bare kind would be refused for the paused one first.
    const words = args.startsWith("deploy --yes") ? [...args.split(" "), "--skip-blocked"] : args.split(" ");
    const ran = await stage.run(words);
    expect(ran.err).toContain(sentence);
    expect(ran).toMatchObject({ exitCode, out: "" });
    expect(stage.patches()).toEqual([]);
  });

  it("warns that a kind was read as a name", async () => {
    const stage = await shop();
    const { err, exitCode } = await stage.run(["deploy", "web", "sts", "db", "--yes"]);
    expect(exitCode).toBe(3);
    expect(err).toContain(
      "warning: sts is read as the name of a deployment; if kinds were meant: restart deployment/web sts/db",
    );
  });

  it("names the workload above a pod", async () => {
    const stage = await shop();
    const pod = stage.sim.store.list("pods", "shop").find(({ metadata }) => metadata.name.startsWith("web-"));
    const { err, exitCode } = await stage.run([`pod/${pod?.metadata.name}`, "--yes"]);
    expect(exitCode).toBe(4);
    expect(err).toContain("restart its owner: restart deployment/web");
  });

  it("goes up to the workload above with --restart-owner, once for all of its pods", async () => {
    const stage = await shop();
    const pods = stage.sim.store.list("pods", "shop").flatMap(({ metadata: { name } }) => `pod/${name}`);
    const web = pods.filter((pod) => pod.startsWith("pod/web-"));
    const ran = await stage.run([...web, "--yes", "--restart-owner"]);
    expect(ran).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^deployment\.apps\/web restarted\n/) });
    expect(stage.patches().map(({ path }) => path)).toEqual(["/apis/apps/v1/namespaces/shop/deployments/web"]);
    const set = stage.sim.store
      .list("replicasets.apps", "shop")
      .find(({ metadata }) => metadata.name.startsWith("web"));
    const plan = await stage.run([`rs/${set?.metadata.name}`, "sts/db", "--dry-run", "--restart-owner", "-o", "name"]);
    expect(plan).toMatchObject({ exitCode: 0, out: "deployment.apps/web\nstatefulset.apps/db\n" });
  });

  it.each([
    ["apps.kruise.io/v1beta1", "StatefulSet", "kubectl kruise rollout restart statefulsets.apps.kruise.io/above"],
    ["postgresql.cnpg.io/v1", "Cluster", "kubectl cnpg restart above --context dev -n shop"],
  ])("names the command of the operator above a pod, %s %s", async (apiVersion, kind, command) => {
    const stage = await shop();
    const ownerReferences = [{ apiVersion, kind, name: "above", uid: "above", controller: true }];
    const spec = { containers: [{ name: "app", image: "shop.example/app:1" }] };
    const metadata = { name: "alone", namespace: "shop", ownerReferences };
    await stage.apply({ apiVersion: "v1", kind: "Pod", metadata, spec });
    const { err, exitCode } = await stage.run(["pod/alone", "--yes", "--restart-owner"]);
    expect(err).toContain(`it belongs to ${kind}/above, whose operator does it: ${command}`);
    expect(exitCode).toBe(4);
    expect(stage.patches()).toEqual([]);
  });

  it("refuses what admission refuses, in its words, before anything is sent", async () => {
    const stage = await shop();
    stage.sim.addPolicy({ match: () => true, message: "not on Fridays", action: "deny" });
    const { err, exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect(exitCode).toBe(4);
    expect(err).toContain("not on Fridays");
    expect(stage.patches()).toEqual([]);
  });

  it("refuses somebody who may not patch", async () => {
    const stage = await shop();
    stage.useToken("reader", [{ verbs: ["get", "list", "watch"], resources: ["*"] }]);
    const { err, exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect(exitCode).toBe(4);
    expect(err).toMatch(
      /error: deployments\.apps "web" is forbidden: User "tester" cannot patch resource "deployments"/,
    );
    expect(stage.patches()).toEqual([]);
  });

  it("refuses somebody who may not read, and says what would work", async () => {
    const stage = await shop();
    stage.useToken("patcher", [{ verbs: ["patch"], resources: ["*"] }]);
    const { err, exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect(exitCode).toBe(4);
    expect(err).toContain("--no-wait restarts it without following");
    expect((await stage.run(["deploy/web", "--yes", "--no-wait"])).exitCode).toBe(0);
  });

  it("ends with 9 when the credentials are not accepted", async () => {
    const stage = await shop();
    stage.useToken("unknown");
    const { err, exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect(exitCode).toBe(9);
    expect(err).toMatch(/^error: .*\(context dev\); log in again\n$/);
  });

  it.each([[], ["--skip-blocked"]])(
    "refuses two contexts that lead to the same cluster %j",
    async (...more: string[]) => {
      const stage = await shop();
      await stage.applyTo("test", workload("Deployment", "web"));
      const uid = stage.sim.store.get("namespaces", undefined, "kube-system")?.metadata.uid;
      stage.clusters["test"]?.intercept((request) =>
        new URL(request.url).pathname === "/api/v1/namespaces/kube-system"
          ? Response.json({
              apiVersion: "v1",
              kind: "Namespace",
              metadata: { name: "kube-system", uid, resourceVersion: "1" },
            })
          : undefined,
      );
      const { err, exitCode } = await stage.run(["deploy/web", "--context", "*", "--yes", ...more]);
      expect(exitCode).toBe(4);
      expect(err).toContain("the contexts dev and test lead to the same cluster");
      expect(stage.patches()).toEqual([]);
    },
  );

  it("refuses two contexts that show the same object to somebody who may not read kube-system", async () => {
    const stage = await shop();
    const rules = [{ verbs: ["get", "list", "watch", "patch"], apiGroups: ["apps"], resources: ["*"] }];
    stage.useToken("limited", rules);
    const { sim } = stage;
    stage.clusters["test"]?.intercept((request) => sim.handle(request));
    const { err, exitCode } = await stage.run(["deploy/web", "--context", "*", "--yes"]);
    expect(err).toContain("the contexts dev and test lead to the same cluster");
    expect(exitCode).toBe(4);
    expect(stage.patches()).toEqual([]);
  });
});
