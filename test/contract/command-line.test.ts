import { expect, it } from "vitest";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment } from "./manifests.ts";
import { restartedAt } from "./patch.ts";
import { podsOf } from "./pods.ts";
import { restart } from "./program.ts";

describeOnEveryCluster(
  "the restart command",
  (start) => {
    const prepared = async (...[name, options]: Parameters<typeof deployment>) => {
      const cluster = await start();
      await cluster.applyReady(deployment(name, options));
      return { cluster, kubeconfig: await cluster.kubeconfig() };
    };

    it("sends one PATCH and exits 0 when every pod is new and available", async () => {
      const { cluster, kubeconfig } = await prepared("web");
      const before = await podsOf(cluster);
      const ended = await restart(kubeconfig, "deploy/web", "-n", cluster.namespace, "--yes");
      const after = await podsOf(cluster);
      expect(ended).toMatchObject({ exitCode: 0 });
      expect(ended.stdout).toContain("deployment.apps/web restarted\n");
      expect(ended.stdout).toContain('deployment "web" successfully rolled out\n');
      expect(after.filter(({ ready, uid }) => !ready || before.some((old) => old.uid === uid))).toEqual([]);
      const [sent, ...more] = await cluster.patches();
      expect(more).toEqual([]);
      expect(sent?.query.get("fieldManager")).toBe("restart");
      expect(sent?.userAgent).toMatch(/^restart\//);
      expect(Object.keys(annotationsOf(sent?.body))).toEqual([restartedAt]);
    });

    it("exits 5 well before the progress deadline when containers crash, naming pod, container and reason", async () => {
      const { kubeconfig } = await prepared("web", { pods: { "fake/crash-after-restart": "true" } });
      const begun = Date.now();
      const { exitCode, stderr, stdout } = await restart(kubeconfig, "deploy/web", "--yes");
      expect(exitCode).toBe(5);
      expect(Date.now() - begun).toBeLessThan(30_000);
      expect(stdout).toContain("deployment.apps/web restarted\n");
      expect(stderr).toMatch(
        /^error: deployment.apps\/web failed after [\d.]+ s: pod web-[0-9a-z]+-[0-9a-z]{5}, container app: keeps crashing, exit code 1, \d restarts?$/m,
      );
    });

    it("exits 4 and sends nothing for a paused Deployment", async () => {
      const cluster = await start();
      await cluster.apply(deployment("web", { spec: { paused: true } }));
      const { exitCode, stderr } = await restart(await cluster.kubeconfig(), "deploy/web", "--yes");
      expect(exitCode).toBe(4);
      expect(stderr).toContain("paused");
      expect(await cluster.patches()).toEqual([]);
    });

    it("exits 4 right after another restart, and restarts again when that is allowed", async () => {
      const { cluster, kubeconfig } = await prepared("web", { pods: { "fake/ready-delay": "8000" } });
      expect((await restart(kubeconfig, "deploy/web", "--yes", "--no-wait")).exitCode).toBe(0);
      const refused = await restart(kubeconfig, "deploy/web", "--yes");
      expect(refused.exitCode).toBe(4);
      expect(refused.stderr).toContain("rollout-in-progress");
      const allow = ["--allow", "rollout-in-progress"];
      expect((await restart(kubeconfig, "deploy/web", "--yes", "--no-wait", ...allow)).exitCode).toBe(0);
      const times = (await cluster.patches()).map(({ body }) => Date.parse(annotationsOf(body)[restartedAt] ?? ""));
      expect(times).toHaveLength(2);
      expect(times[1]).toBeGreaterThan(times[0] ?? Number.NaN);
      await cluster.until("a second new ReplicaSet is there", async () => {
        const { body } = await cluster.request(`/apis/apps/v1/namespaces/${cluster.namespace}/replicasets`);
        return body.items.length === 3;
      });
    });

    it("exits 3 for a name that is not there, with the nearest one", async () => {
      const { cluster, kubeconfig } = await prepared("checkout");
      const { exitCode, stderr } = await restart(kubeconfig, "deploy/chekout", "--yes");
      expect(exitCode).toBe(3);
      expect(stderr).toContain('deployments.apps "chekout" not found');
      expect(stderr).toContain("checkout");
      expect(await cluster.patches()).toEqual([]);
    });

    it("lists what kubectl lists", async () => {
      const { kubeconfig } = await prepared("web");
      const { exitCode, stdout } = await restart(kubeconfig, "get", "deploy");
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/web\s+2\/2/);
    });
  },
  { clock: "system" },
);

function annotationsOf(body: unknown): Readonly<Record<string, string>> {
  const { spec } = body as {
    readonly spec: {
      readonly template: { readonly metadata: { readonly annotations: Readonly<Record<string, string>> } };
    };
  };
  return spec.template.metadata.annotations;
}
