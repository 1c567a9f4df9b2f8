import { join } from "node:path";
import { expect, it } from "vitest";
import { deployment, workload } from "../contract/manifests.ts";
import type { FaultRule } from "../faults/proxy.ts";
import { atOnce, describeSideBySide, still } from "./kubectl-side-by-side.ts";

const answer = (body: object, status = 200): FaultRule["fault"] => ({
  kind: "answer",
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

const pathname = (path: string) => path.replace(/\?.*/, "");

describeSideBySide("what is served", (both) => {
  it("row 77: built-in kinds do not need the discovery of today, or of every group", async () => {
    const { cluster, folder, kubectl, proxy, restart } = both();
    await cluster.apply(deployment("row-77", still), workload("StatefulSet", "row-77", still));
    const removers: (() => void)[] = [];
    for (const root of ["/api", "/apis"]) {
      const { body } = await cluster.request(root, { headers: { accept: "application/json" } });
      removers.push(proxy.add({ when: ({ path }) => pathname(path) === root, fault: answer(body) }));
    }
    const broken = { kind: "Status", apiVersion: "v1", status: "Failure", code: 503, message: "broken" };
    removers.push(proxy.add({ when: ({ path }) => path.startsWith("/apis/batch/"), fault: answer(broken, 503) }));
    const cache = `--cache-dir=${join(folder, `row-77-${cluster.kind}`)}`;
    const theirs = await kubectl("rollout", "restart", "deploy/row-77", "sts/row-77", cache);
    const ours = await restart("deploy/row-77", "sts/row-77", ...atOnce);
    for (const remove of removers) remove();
    expect([theirs.exitCode, ours.exitCode]).toEqual([0, 0]);
    // So that it is known what was in its way.
    expect(theirs.stderr).toContain("couldn't get resource list for batch/v1: broken");
    expect(ours.stderr).not.toContain("broken");
    expect(theirs.stdout).toBe("deployment.apps/row-77 restarted\nstatefulset.apps/row-77 restarted\n");
    expect(ours.stdout.replace(/^(?!.* restarted$).*\n/gm, "")).toBe(theirs.stdout);
  });

  it("row 78: a server that has Deployments only where they once were is refused", async () => {
    const { cluster, folder, kubectl, proxy, restart, patches } = both();
    const { namespace } = cluster;
    const old = `/apis/extensions/v1beta1`;
    const groupVersion = { groupVersion: "extensions/v1beta1", version: "v1beta1" };
    const object = {
      ...deployment("row-78", still),
      apiVersion: "extensions/v1beta1",
      metadata: { name: "row-78", namespace, uid: "of-row-78", resourceVersion: "1", generation: 1 },
    };
    const answers: Readonly<Record<string, FaultRule["fault"]>> = {
      "/api": answer({ kind: "APIVersions", versions: ["v1"] }),
      "/apis": answer({
        kind: "APIGroupList",
        apiVersion: "v1",
        groups: [{ name: "extensions", versions: [groupVersion], preferredVersion: groupVersion }],
      }),
      "/api/v1": answer({ kind: "APIResourceList", groupVersion: "v1", resources: [] }),
      [old]: answer({
        kind: "APIResourceList",
        groupVersion: "extensions/v1beta1",
        resources: [
          {
            name: "deployments",
            singularName: "deployment",
            namespaced: true,
            kind: "Deployment",
            shortNames: ["deploy"],
            verbs: ["get", "list", "patch"],
          },
        ],
      }),
      [`${old}/namespaces/${namespace}/deployments/row-78`]: answer(object),
    };
    const notFound: FaultRule["fault"] = {
      kind: "answer",
      status: 404,
      headers: { "content-type": "text/plain" },
      body: "404 page not found\n",
    };
    const removers = [
      ...Object.entries(answers).map(([path, fault]) =>
        proxy.add({ when: (seen) => pathname(seen.path) === path, fault }),
      ),
      proxy.add({ when: ({ path }) => path.startsWith("/apis/"), fault: notFound }),
    ];
    patches();
    const theirs = await kubectl(
      "rollout",
      "restart",
      "deploy/row-78",
      `--cache-dir=${join(folder, `row-78-${cluster.kind}`)}`,
    );
    const ours = await restart("deploy/row-78", ...atOnce);
    for (const remove of removers) remove();
    expect(theirs).toMatchObject({ exitCode: 0, stdout: "deployment.extensions/row-78 restarted\n" });
    expect([ours.exitCode, ours.stdout]).toEqual([3, ""]);
    expect(ours.stderr).toMatch(/^error: the cluster serves no deployments in apps\/v1( \(context test\))?\n$/);
    const sent = patches();
    expect([sent.kubectl.length, sent.restart.length]).toEqual([1, 0]);
  });
});
