import { expect, it } from "vitest";
import { deployment } from "../contract/manifests.ts";
import { pathOf } from "../contract/patch.ts";
import type { Ended } from "../contract/program.ts";
import { describeSideBySide } from "./kubectl-side-by-side.ts";

/** A rollout that does not end by itself. */
const endless = { pods: { "fake/ready-delay": "600000" }, spec: { replicas: 1 } };

describeSideBySide("what is followed", (both) => {
  it.each([
    ["deleted", false],
    ["re-created", true],
  ] as const)("row 68: says that a workload was %s under it", async (what, again) => {
    const { begin, cluster } = both();
    const name = `row-68-${what}`;
    await cluster.apply(deployment(name, endless));
    const theirs = begin("kubectl", "rollout", "status", `deploy/${name}`);
    const ours = begin("restart", "status", `deploy/${name}`);
    await cluster.until("both follow it", async () =>
      [theirs, ours].every(({ stdout }) => stdout().includes("Waiting for deployment")),
    );
    await cluster.request(pathOf(`deployments/${name}`, cluster.namespace), { method: "DELETE" });
    if (again) await cluster.apply(deployment(name, endless));
    const [theirEnd, ourEnd] = await Promise.all([theirs.ended, ours.ended]);
    expect([theirEnd.exitCode, ourEnd.exitCode]).toEqual([1, 5]);
    expect(theirEnd.stderr).toBe("error: object has been deleted\n");
    expect(ourEnd.stderr).toMatch(new RegExp(`^error: deployment.apps/${name} was (deleted|re-created)`));
  });

  it("row 69: ends when the time for all is over", async () => {
    const { cluster, kubectl, restart } = both();
    await cluster.apply(deployment("row-69-a", endless), deployment("row-69-b", endless));
    const targets = ["deploy/row-69-a", "deploy/row-69-b", "--timeout=1s"];
    const began = Date.now();
    const timed = async (run: Promise<Ended>) => ({ ...(await run), milliseconds: Date.now() - began });
    const [theirs, ours] = await Promise.all([
      timed(kubectl("rollout", "status", ...targets)),
      timed(restart("status", ...targets)),
    ]);
    expect([theirs.exitCode, ours.exitCode]).toEqual([1, 6]);
    expect(theirs.stderr).toBe("timed out waiting for the condition\ntimed out waiting for the condition\n");
    expect(ours.stderr).toMatch(/^error: deployment\.apps\/row-69-a stalled after 1(\.\d)? s: .*out of time/m);
    // kubectl gives the time to each of them.
    expect(theirs.milliseconds).toBeGreaterThanOrEqual(2000);
    expect(ours.stderr).toMatch(/^error: deployment\.apps\/row-69-b stalled(?! after [1-9]).*out of time/m);
    expect(ours.milliseconds).toBeGreaterThanOrEqual(1000);
  });
});
