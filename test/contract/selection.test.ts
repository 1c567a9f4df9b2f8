import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, inject, it, onTestFinished } from "vitest";
import type { ClusterUnderTest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment, workload } from "./manifests.ts";
import { restart, restartReading, start as startProgram } from "./program.ts";

const kubectl = inject("controlPlane")?.kubectl ?? "";

const names = (text: string) =>
  text.split("\n").flatMap((line) => /^\S+\.apps\/\S+(?= restarted)/.exec(line)?.[0] ?? []);

const settings = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { mode: "slow" } };
const unused = { apiVersion: "v1", kind: "Secret", metadata: { name: "unused" } };

/** A Deployment whose pods take their environment from the ConfigMap. */
const reader = deployment("reader", {
  spec: {
    replicas: 1,
    template: {
      metadata: { labels: { app: "reader" } },
      spec: {
        containers: [{ name: "app", image: "shop.example/app:1", envFrom: [{ configMapRef: { name: "settings" } }] }],
      },
    },
  },
});

const labelled = { ...deployment("web"), metadata: { name: "web", labels: { tier: "front" } } };

describeOnEveryCluster(
  "a selection",
  (start) => {
    const prepared = async () => {
      const cluster = await start();
      await cluster.apply(settings, unused);
      await cluster.applyReady(labelled, deployment("web-canary"), workload("StatefulSet", "web-db"), reader);
      const kubeconfig = await cluster.kubeconfig();
      const dryRun = async (...args: readonly string[]) => {
        const ended = await restart(kubeconfig, ...args, "--dry-run");
        return { ...ended, names: names(ended.stdout) };
      };
      return { cluster, kubeconfig, dryRun };
    };

    const write = async (kubeconfig: string, files: Readonly<Record<string, unknown>>) => {
      for (const [name, content] of Object.entries(files)) {
        const path = join(kubeconfig, "..", name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
      }
    };

    it("by pattern, label, field, reference and image takes what it says", async () => {
      const { dryRun } = await prepared();
      expect((await dryRun("deploy,sts", "web*", "^web-canary")).names).toEqual([
        "deployment.apps/web",
        "statefulset.apps/web-db",
      ]);
      expect((await dryRun("deploy", "-l", "tier=front")).names).toEqual(["deployment.apps/web"]);
      expect((await dryRun("deploy", "--field-selector", "metadata.name!=web")).names).toEqual([
        "deployment.apps/reader",
        "deployment.apps/web-canary",
      ]);
      expect((await dryRun("deploy", "--uses", "configmap/settings")).names).toEqual(["deployment.apps/reader"]);
      expect((await dryRun("sts", "--image", "app:1", "--filter", "ready=2 restarted>1d")).names).toEqual([
        "statefulset.apps/web-db",
      ]);
      expect((await dryRun("deploy", "--older-than", "1h")).exitCode).toBe(3);
      expect((await dryRun("deploy", "web*", "--filter", "podage<1h")).names).toHaveLength(2);
    });

    it("is stale when what its pods use was changed after they were made", async () => {
      const { cluster, dryRun } = await prepared();
      const fresh = await dryRun("deploy", "--stale");
      expect(fresh.exitCode).toBe(3);
      expect(fresh.stderr).toContain(`No resources found in ${cluster.namespace} namespace.\n`);
      const made = Date.now();
      // Times of the API have whole seconds.
      await cluster.until("a later second begins", () => Promise.resolve(Date.now() - made > 1100));
      await cluster.request(`/api/v1/namespaces/${cluster.namespace}/configmaps/settings`, {
        method: "PATCH",
        headers: { "content-type": "application/merge-patch+json" },
        body: JSON.stringify({ data: { mode: "fast" } }),
      });
      expect((await dryRun("deploy,sts", "--stale")).names).toEqual(["deployment.apps/reader"]);
    });

    it("by files takes what they name, as it is in the cluster", async () => {
      const { cluster, kubeconfig, dryRun } = await prepared();
      const list = { apiVersion: "v1", kind: "List", items: [settings, { ...reader, spec: { paused: true } }] };
      await write(kubeconfig, { "k8s/a.json": list, "k8s/b.txt": "", "k8s/c.yaml": "apiVersion: v1\nkind: [\n" });
      const folder = join(kubeconfig, "../k8s");
      const refused = await dryRun("-f", folder);
      expect(refused.exitCode).toBe(2);
      expect(refused.stderr).toContain("read: deployment.apps/reader ");
      expect(refused.stderr).toContain("c.yaml:3: this is not valid YAML");
      const taken = await restart(kubeconfig, "-f", folder, "--skip-invalid", "--yes");
      expect(taken.exitCode).toBe(0);
      expect(names(taken.stdout)).toEqual(["deployment.apps/reader"]);
      expect((await cluster.patches()).map(({ path }) => path.split("/").at(-1))).toEqual(["reader"]);
    });

    it("by what another program prints takes what it says", async () => {
      const { kubeconfig } = await prepared();
      const listed = await restart(kubeconfig, "get", "--filter", "web !kind:sts", "-o", "name");
      expect(listed.stdout).toBe("deployment.apps/web\ndeployment.apps/web-canary\n");
      const taken = await restartReading(listed.stdout, kubeconfig, "-f", "-", "^web-canary", "--dry-run");
      expect(names(taken.stdout)).toEqual(["deployment.apps/web"]);
    });

    it("refuses another namespace than the file's in kubectl's words", async () => {
      const { cluster, kubeconfig } = await prepared();
      // kubectl looks for the object first, so there has to be one.
      const name = `other-of-${cluster.namespace}`;
      const other = { ...deployment(name, { spec: { replicas: 0 } }), metadata: { name, namespace: "default" } };
      await cluster.apply(other);
      const path = `/apis/apps/v1/namespaces/default/deployments/${name}`;
      onTestFinished(async () => void (await cluster.request(path, { method: "DELETE" })));
      await write(kubeconfig, { "other.json": other });
      const args = ["-f", join(kubeconfig, "../other.json"), "-n", cluster.namespace];
      const ours = await restart(kubeconfig, ...args, "--yes");
      const env = { KUBECONFIG: kubeconfig, HOME: join(kubeconfig, "..") };
      const theirs = await startProgram(kubectl, ["rollout", "restart", ...args], env).ended;
      expect(theirs.stderr).toContain("does not match the namespace");
      expect(ours.stderr).toBe(theirs.stderr);
      expect([ours.exitCode, theirs.exitCode]).toEqual([2, 1]);
    });

    it("of every namespace works for those who may see only some", async () => {
      const { cluster, dryRun } = await prepared();
      await limited(cluster);
      const { names: found, stderr } = await dryRun("deploy", "web*", "-A", "--as", "reader");
      expect(found).toEqual(["deployment.apps/web", "deployment.apps/web-canary"]);
      expect(stderr).toMatch(/^left out, may not be listed: deployments in .*\bkube-system\b/);
      expect(stderr).not.toContain(cluster.namespace);
    });
  },
  { clock: "system" },
);

function limited(cluster: ClusterUnderTest) {
  return cluster.as("reader", [
    { verbs: ["get", "list", "watch", "patch"], apiGroups: ["apps"], resources: ["deployments"] },
    { verbs: ["get", "list", "watch"], apiGroups: [""], resources: ["pods"] },
    { verbs: ["get", "list"], apiGroups: [""], resources: ["namespaces"], everywhere: true },
  ]);
}
