import { expect, inject, it } from "vitest";
import type { ClusterUnderTest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment, workload } from "./manifests.ts";
import { start as startProgram } from "./program.ts";

const kubectl = inject("controlPlane")?.kubectl ?? "";

function kubectlFor(kubeconfig: string) {
  const env = { KUBECONFIG: kubeconfig, HOME: kubeconfig.replace(/\/[^/]*$/, "") };
  const begin = (...args: readonly string[]) => startProgram(kubectl, args, env);
  return { begin, run: (...args: readonly string[]) => begin(...args).ended };
}

/** Lines with every run of blanks as one, so that columns of other widths compare. */
const squeezed = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).join(" "));

describeOnEveryCluster(
  "kubectl",
  (start) => {
    const prepared = async (): Promise<ReturnType<typeof kubectlFor> & { readonly cluster: ClusterUnderTest }> => {
      const cluster = await start();
      await cluster.applyReady(deployment("web"), workload("StatefulSet", "db"), workload("DaemonSet", "agent"));
      return { cluster, ...kubectlFor(await cluster.kubeconfig()) };
    };

    it("restarts, and follows the rollout to its end", async () => {
      const { run } = await prepared();
      for (const [target, printed] of [
        ["deploy/web", "deployment.apps/web"],
        ["sts/db", "statefulset.apps/db"],
        ["ds/agent", "daemonset.apps/agent"],
      ] as const) {
        const restarted = await run("rollout", "restart", target);
        expect([restarted.exitCode, restarted.stdout]).toEqual([0, `${printed} restarted\n`]);
      }
      const web = await run("rollout", "status", "deploy/web", "--timeout=60s");
      expect([web.exitCode, web.stdout.trim().split("\n").at(-1)]).toEqual([
        0,
        'deployment "web" successfully rolled out',
      ]);
      const db = await run("rollout", "status", "sts/db", "--timeout=60s");
      expect([db.exitCode, db.stdout]).toEqual([
        0,
        expect.stringMatching(
          /statefulset rolling update complete 2 pods at revision db-|partitioned roll out complete/,
        ),
      ]);
      expect((await run("rollout", "status", "ds/agent", "--timeout=60s")).exitCode).toBe(0);
    });

    it("keeps a history and goes back in it", async () => {
      const { cluster, run } = await prepared();
      await run("rollout", "restart", "deploy/web");
      await run("rollout", "status", "deploy/web", "--timeout=60s");
      const history = await run("rollout", "history", "deploy/web");
      expect(squeezed(history.stdout).slice(0, 4)).toEqual([
        ...["deployment.apps/web", "REVISION CHANGE-CAUSE", "1 <none>", "2 <none>"],
      ]);
      const undone = await run("rollout", "undo", "deploy/web");
      expect([undone.exitCode, undone.stdout]).toEqual([0, "deployment.apps/web rolled back\n"]);
      await run("rollout", "status", "deploy/web", "--timeout=60s");
      const { body } = await cluster.request(`/apis/apps/v1/namespaces/${cluster.namespace}/deployments/web`);
      expect(body.spec.template.metadata.annotations).toBeUndefined();
    });

    it("prints its usual columns", async () => {
      const { run } = await prepared();
      const table = async (...args: readonly string[]) => squeezed((await run("get", ...args)).stdout);
      const age = expect.stringMatching(/^\d+s$/);
      const cells = (lines: readonly string[]) => lines.map((line) => line.split(" "));
      const deployments = cells(await table("deploy", "-o", "wide"));
      expect(deployments[0]).toEqual([
        ...["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "CONTAINERS", "IMAGES", "SELECTOR"],
      ]);
      expect(deployments[1]).toEqual(["web", "2/2", "2", "2", age, "app", "shop.example/app:1", "app=web"]);
      expect(cells(await table("sts"))).toEqual([
        ["NAME", "READY", "AGE"],
        ["db", "2/2", age],
      ]);
      expect((await table("ds"))[0]).toBe("NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE");
      const [head, pod] = cells(await table("pods", "-l", "app=db"));
      expect([head, pod]).toEqual([
        ["NAME", "READY", "STATUS", "RESTARTS", "AGE"],
        ["db-0", "1/1", "Running", "0", age],
      ]);
      expect((await table("rs"))[0]).toBe("NAME DESIRED CURRENT READY AGE");
      expect((await table("nodes"))[0]).toBe("NAME STATUS ROLES AGE VERSION");
      expect((await table("deploy,sts", "-o", "name")).sort()).toEqual(["deployment.apps/web", "statefulset.apps/db"]);
      expect((await table("deploy", "-o", "jsonpath={.items[*].metadata.name}"))[0]).toBe("web");
    });

    it("follows changes", async () => {
      const { begin, cluster, run } = await prepared();
      const watching = begin("get", "deploy", "-w");
      await cluster.until("it has listed", async () => watching.stdout().includes("web"));
      await run("scale", "deploy/web", "--replicas=3");
      await cluster.until("it shows three", async () => watching.stdout().includes("3/3"));
      watching.interrupt();
      await watching.ended;
      expect(squeezed(watching.stdout()).at(-1)?.split(" ").slice(0, 4)).toEqual(["web", "3/3", "3", "3"]);
    });

    it("describes", async () => {
      const { run } = await prepared();
      const { exitCode, stdout } = await run("describe", "deploy/web");
      expect(exitCode).toBe(0);
      const lines = squeezed(stdout);
      expect(lines).toContain("Name: web");
      expect(lines).toContain("Replicas: 2 desired | 2 updated | 2 total | 2 available | 0 unavailable");
      expect(lines).toContain("StrategyType: RollingUpdate");
      expect(lines).toContain("Available True MinimumReplicasAvailable");
      expect(stdout).toMatch(/NewReplicaSet:\s+web-[0-9a-z]+ \(2\/2 replicas created\)/);
      expect(stdout).toMatch(/ScalingReplicaSet\s+.*Scaled up replica set web-/);
      const pod = await run("describe", "pod", "db-0");
      expect([pod.exitCode, squeezed(pod.stdout)[0]]).toEqual([0, "Name: db-0"]);
    });

    it("patches, labels, annotates, sets images and deletes", async () => {
      const { cluster, run } = await prepared();
      const patched = await run("patch", "deploy/web", "-p", '{"spec":{"minReadySeconds":1}}');
      expect(patched.stdout).toBe("deployment.apps/web patched\n");
      expect((await run("patch", "deploy/web", "-p", '{"spec":{"minReadySeconds":1}}')).stdout).toBe(
        "deployment.apps/web patched (no change)\n",
      );
      expect((await run("label", "deploy/web", "tier=front")).stdout).toBe("deployment.apps/web labeled\n");
      expect((await run("annotate", "deploy/web", "note=x")).stdout).toBe("deployment.apps/web annotated\n");
      expect((await run("set", "image", "deploy/web", "app=shop.example/app:2")).stdout).toBe(
        "deployment.apps/web image updated\n",
      );
      const { body } = await cluster.request(`/apis/apps/v1/namespaces/${cluster.namespace}/deployments/web`);
      expect(body.metadata).toMatchObject({ labels: { tier: "front" }, annotations: { note: "x" } });
      expect(body.spec.template.spec.containers[0].image).toBe("shop.example/app:2");
      const deleted = await run("delete", "deploy/web", "--timeout=30s");
      expect(deleted.stdout).toMatch(/^deployment.apps "web" deleted/);
    });

    it("applies a manifest, and again", async () => {
      const cluster = await start();
      const { run } = kubectlFor(await cluster.kubeconfig());
      const file = `${await cluster.kubeconfig()}.json`;
      await Bun.write(file, JSON.stringify(deployment("web")));
      expect((await run("apply", "-f", file)).stdout).toBe("deployment.apps/web created\n");
      expect((await run("apply", "-f", file)).stdout).toBe("deployment.apps/web unchanged\n");
    });

    it("says what is not there", async () => {
      const { run } = await prepared();
      const missing = await run("get", "deploy", "nope");
      expect([missing.exitCode, missing.stderr]).toEqual([
        1,
        'Error from server (NotFound): deployments.apps "nope" not found\n',
      ]);
      const kind = await run("get", "gizmos");
      expect([kind.exitCode, kind.stderr]).toEqual([1, 'error: the server doesn\'t have a resource type "gizmos"\n']);
    });

    it("asks what is served", async () => {
      const { run } = await prepared();
      expect((await run("version", "-o", "json")).exitCode).toBe(0);
      expect(squeezed((await run("api-resources", "--api-group=apps", "-o", "name")).stdout).sort()).toEqual([
        ...["controllerrevisions.apps", "daemonsets.apps", "deployments.apps", "replicasets.apps"],
        "statefulsets.apps",
      ]);
    });
  },
  { clock: "system" },
);
