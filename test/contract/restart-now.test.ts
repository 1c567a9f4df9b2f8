import { expect, it } from "vitest";
import { deployment as kind } from "../../src/core/kinds/deployment.ts";
import { createRestartNow } from "../../src/core/restart-now.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment } from "./manifests.ts";

describeOnEveryCluster("restarts of one workload at the same moment", (start) => {
  it("each move the template, none twice and none for another", async () => {
    const cluster = await start();
    const { api, namespace, settle } = cluster;
    await cluster.applyReady(deployment("web"));
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
    const generation = async (): Promise<number> => (await cluster.request(path)).body.metadata.generation;
    const before = await generation();
    const restartNow = createRestartNow();
    const options = { fieldManager: "restart", minimumInterval: 0 };
    const calls = Array.from({ length: 4 }, () => restartNow(api, kind, { namespace, name: "web" }, options));
    const answers = await settle(Promise.all(calls));
    const carried = answers.map((answer) => answer.generation).sort((one, other) => one - other);
    expect(carried).toEqual([1, 2, 3, 4].map((more) => before + more));
    expect(new Set(answers.map(({ restartedAt }) => restartedAt)).size).toBe(4);
    expect(await generation()).toBe(before + 4);
    expect(await cluster.patches()).toHaveLength(4);
  });
});
