import { expect, it } from "vitest";
import { deployment, workload } from "../contract/manifests.ts";
import { pathOf, restartedAt } from "../contract/patch.ts";
import type { SeenRequest } from "../faults/proxy.ts";
import { atOnce, describeSideBySide, still } from "./kubectl-side-by-side.ts";

/** A DaemonSet for which there is no node. */
const nowhere = {
  template: {
    metadata: { labels: { app: "nowhere" } },
    spec: { nodeSelector: { "shop.example/none": "true" }, containers: [{ name: "app", image: "shop.example/app:1" }] },
  },
  selector: { matchLabels: { app: "nowhere" } },
};

interface Body {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec: { readonly template: { readonly metadata: { readonly annotations: Record<string, string> } } };
}

const bodyOf = (request: SeenRequest | undefined) => JSON.parse(request?.body ?? "null") as Body;
const timeOf = (request: SeenRequest | undefined) =>
  bodyOf(request).spec.template.metadata.annotations[restartedAt] ?? "";
const managerOf = ({ path }: SeenRequest) => new URL(path, "http://any").searchParams.get("fieldManager");
const restartedLines = (text: string) => text.replace(/^(?!.* restarted$).*\n/gm, "");

describeSideBySide("what is sent", (both) => {
  it("row 1: one PATCH whose body is the annotation, and the uid that it is meant for", async () => {
    const { cluster, kubectl, restart, patches } = both();
    await cluster.apply(deployment("row-1", still));
    const { body } = await cluster.request(pathOf("deployments/row-1", cluster.namespace));
    patches();
    const theirs = await kubectl("rollout", "restart", "deploy/row-1");
    const ours = await restart("deploy/row-1", ...atOnce);
    expect([theirs.exitCode, ours.exitCode]).toEqual([0, 0]);
    expect(restartedLines(ours.stdout)).toBe(theirs.stdout);
    const sent = patches();
    expect([sent.kubectl.length, sent.restart.length]).toEqual([1, 1]);
    const { metadata, ...rest } = bodyOf(sent.restart[0]);
    expect(metadata).toEqual({ uid: body.metadata.uid });
    const value = timeOf(sent.restart[0]);
    expect(JSON.stringify(rest)).toBe(sent.kubectl[0]?.body.replace(timeOf(sent.kubectl[0]), value));
  });

  it.each(["Deployment", "StatefulSet", "DaemonSet"] as const)(
    "row 2: a %s is sent a strategic merge patch",
    async (kind) => {
      const { cluster, kubectl, restart, patches } = both();
      const spec = kind === "DaemonSet" ? nowhere : still.spec;
      await cluster.apply(workload(kind, "row-2", { spec }));
      const target = `${kind.toLowerCase()}/row-2`;
      patches();
      await kubectl("rollout", "restart", target);
      expect((await restart(target, ...atOnce)).exitCode).toBe(0);
      const sent = patches();
      expect(sent.restart.map(({ headers }) => headers["content-type"])).toEqual([
        "application/strategic-merge-patch+json",
      ]);
      expect(sent.restart[0]?.headers["content-type"]).toBe(sent.kubectl[0]?.headers["content-type"]);
    },
  );

  it("row 3: the same small body whatever the template is annotated with, which is kept", async () => {
    const { cluster, kubectl, restart, patches } = both();
    const annotated = [null, {}, { team: "shop", note: "kept" }];
    const names = annotated.map((_, index) => `row-3-${index}`);
    for (const [index, annotations] of annotated.entries()) {
      const { spec, ...rest } = deployment(names[index] ?? "", still) as ReturnType<typeof deployment> & {
        readonly spec: { readonly template: { readonly metadata: object } };
      };
      const template = { ...spec.template, metadata: { ...spec.template.metadata, annotations } };
      await cluster.apply({ ...rest, spec: { ...spec, template } });
    }
    patches();
    await kubectl("rollout", "restart", "deploy", ...names);
    const { exitCode } = await restart("deploy", ...names, ...atOnce);
    expect(exitCode).toBe(0);
    const sent = patches();
    const [template] = sent.kubectl.map((request) => bodyOf(request));
    for (const request of [...sent.kubectl, ...sent.restart]) {
      const { spec } = bodyOf(request);
      expect(JSON.stringify(spec).replace(timeOf(request), "T")).toBe(
        JSON.stringify(template?.spec).replace(timeOf(sent.kubectl[0]), "T"),
      );
    }
    expect([sent.kubectl.length, sent.restart.length]).toEqual([3, 3]);
    for (const [index, annotations] of annotated.entries()) {
      const { body } = await cluster.request(pathOf(`deployments/${names[index]}`, cluster.namespace));
      expect(body.spec.template.metadata.annotations).toEqual({
        ...annotations,
        [restartedAt]: timeOf(sent.restart[index]),
      });
    }
  });

  it("row 6: takes the field manager it is given", async () => {
    const { cluster, kubectl, restart, patches } = both();
    await cluster.apply(deployment("row-6", still));
    patches();
    await kubectl("rollout", "restart", "deploy/row-6", "--field-manager=flux-client-side-apply");
    await restart("deploy/row-6", "--field-manager=flux-client-side-apply", ...atOnce);
    const sent = patches();
    const managers = [...sent.kubectl, ...sent.restart].map(managerOf);
    expect(managers).toEqual(["flux-client-side-apply", "flux-client-side-apply"]);
  });

  it("row 7: several kinds in one call are restarted and printed in the order given", async () => {
    const { cluster, kubectl, restart, patches } = both();
    await cluster.apply(
      deployment("row-7", still),
      workload("StatefulSet", "row-7", still),
      workload("DaemonSet", "row-7", { spec: nowhere }),
    );
    const targets = ["sts/row-7", "deploy/row-7", "ds/row-7"];
    patches();
    const theirs = await kubectl("rollout", "restart", ...targets);
    const ours = await restart(...targets, ...atOnce);
    expect(theirs.stdout.split("\n")).toHaveLength(4);
    expect(restartedLines(ours.stdout)).toBe(theirs.stdout);
    const sent = patches();
    const objects = (requests: readonly SeenRequest[]) => requests.map(({ path }) => path.replace(/\?.*/, ""));
    expect(objects(sent.restart)).toEqual(objects(sent.kubectl));
    // Another object: kubectl refuses a second restart within one second.
    await cluster.apply(deployment("row-7-named", still));
    const named = await kubectl("rollout", "restart", "deploy/row-7-named", "-o", "name");
    expect(named.stdout).toBe("deployment.apps/row-7-named\n");
    expect((await restart("deploy/row-7-named", ...atOnce, "-o", "name")).stdout).toBe(named.stdout);
  });

  it("row 8: one name under two kinds is both", async () => {
    const { cluster, kubectl, restart } = both();
    await cluster.apply(deployment("row-8", still), workload("StatefulSet", "row-8", still));
    const theirs = await kubectl("rollout", "restart", "deploy,sts", "row-8");
    const ours = await restart("deploy,sts", "row-8", ...atOnce);
    expect(theirs.stdout).toBe("deployment.apps/row-8 restarted\nstatefulset.apps/row-8 restarted\n");
    expect(restartedLines(ours.stdout)).toBe(theirs.stdout);
    expect(ours.exitCode).toBe(0);
  });
});
