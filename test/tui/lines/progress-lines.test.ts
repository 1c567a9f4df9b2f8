import { describe, expect, it } from "vitest";
import { bar, progressLines } from "../../../src/tui/lines/progress-lines.ts";
import type { RunsState } from "../../../src/tui/state/runs-state.ts";
import { entry, noon } from "../planned.ts";
import { failed, ledger, progress, refund, running, troubled, underWay } from "../running.ts";

function frame(runs: RunsState, second: number, rows = 16, columns = 80): string {
  const look = { columns, rows, now: noon + second * 1000, ascii: true, entries: [entry("stage")] };
  const lines = progressLines(runs, look);
  expect(lines.length).toBeLessThanOrEqual(rows);
  for (const { text } of lines) expect(text.length).toBeLessThanOrEqual(columns);
  return lines.map(({ text }) => text.trimEnd()).join("\n");
}

describe("the progress at 80 columns", () => {
  it("before the first event", () => {
    expect(frame(running([]), 1, 10)).toMatchInlineSnapshot(`
      " Restart on stage   0 of 3 done   elapsed 1s
       run 20261125-120000-i000

      >waiting      deployment/ledger-api in payments  3 pods
       waiting      deployment/refund-api in payments  3 pods
       waiting      deployment/tax-api in payments  3 pods



      "
    `);
  });
  it("while pods are replaced", () => {
    expect(frame(running(underWay), 40)).toMatchInlineSnapshot(`
      " Restart on stage   1 of 3 done   elapsed 40s
       run 20261125-120000-i000

       healthy      deployment/ledger-api in payments  in 20 s
      >replacing    deployment/refund-api in payments  [###-------] 1/3 new  20s
         1 of 3 new pods ready, 2 old pods serving, 1 terminating
         NEW  refund-api-7d9f8-2xk9p  ready        10s
         NEW  refund-api-7d9f8-zz7wd  started      9s
         OLD  refund-api-5c6b4-pp0lw  terminating  9s
       waiting      deployment/tax-api in payments  3 pods





      "
    `);
  });
  it("while a new pod crashes", () => {
    expect(frame(running(troubled), 50)).toMatchInlineSnapshot(`
      " Restart on stage   1 of 3 done   elapsed 50s
       run 20261125-120000-i000

       healthy      deployment/ledger-api in payments  in 20 s
      >replacing    deployment/refund-api in payments  [###-------] 1/3 new  30s
         1 of 3 new pods ready, 2 old pods serving, 1 terminating
         NEW  refund-api-7d9f8-2xk9p  ready        20s
         NEW  refund-api-7d9f8-zz7wd  started      19s
         OLD  refund-api-5c6b4-pp0lw  terminating  19s
         pod refund-api-7d9f8-zz7wd, container app: keeps crashing, exit code 1
       waiting      deployment/tax-api in payments  3 pods




      "
    `);
  });
  it("when one has failed and the rest was not started", () => {
    expect(frame(running(failed), 500)).toMatchInlineSnapshot(`
      " Restart on stage   3 of 3 done   took 1 m
       run 20261125-120000-i000

       healthy      deployment/ledger-api in payments  in 20 s
      >failed       deployment/refund-api in payments  after 40 s
         NEW  refund-api-7d9f8-2xk9p  ready
         NEW  refund-api-7d9f8-zz7wd  started
         OLD  refund-api-5c6b4-pp0lw  terminating
         deployment.apps/refund-api failed after 40 s: pod refund-api-7d9f8-zz7wd,
         container app: keeps crashing, exit code 1
         event: BackOff: Back-off restarting failed container app
         look at it: kubectl --context stage -n payments logs refund-api-7d9f8-zz7wd
         --previous
       not started  deployment/tax-api in payments

       3 workloads in 1 m: 1 healthy, 1 failed, 1 not started"
    `);
  });
  it("when its cluster does not answer, and again when it does", () => {
    const error = { reason: "Unreachable", message: "connection refused" };
    const lost = [[41, { type: "cluster.lost", cluster: "stage", cause: "Unreachable", error }]] as const;
    const text = frame(running([...underWay, ...lost]), 50);
    expect(text).toContain("stage does not answer: connection refused; waiting for it");
    expect(text).toContain("lost         deployment/refund-api");
    const back = frame(running([...underWay, ...lost, [60, { type: "cluster.recovered", cluster: "stage" }]]), 60);
    expect(back).not.toContain("does not answer");
    expect(back).toContain("replacing    deployment/refund-api");
  });
  it("when it is asked to start nothing new, and when it does so", () => {
    const asked = running(underWay, { type: "run.drain" });
    expect(frame(asked, 40)).toContain("Start nothing new? 1 workload not yet started will not be restarted");
    const draining = frame(running(underWay, { type: "run.drain" }, { type: "run.answered", yes: true }), 40);
    expect(draining).toContain("Stopping: nothing new is started");
    expect(draining).toContain("held         deployment/tax-api");
  });
  it("keeps the target under the cursor in sight", () => {
    expect(frame(running(troubled), 50, 8)).toContain("replacing    deployment/refund-api");
    expect(frame(running(troubled, { type: "run.moved", by: 1 }), 50, 6)).toContain("waiting      deployment/tax-api");
  });
  it("shows the target under the cursor on four rows of forty columns", () => {
    expect(frame(running(underWay), 40, 4, 40)).toContain("replacing");
  });
  it("says what was lost on the way of one request", () => {
    const error = { reason: "StreamCut", message: "the connection was closed" };
    const text = frame(
      running([...underWay.slice(0, 3), [2, { type: "target.retry", target: ledger, attempt: 1, error }]]),
      3,
    );
    expect(text).toContain("retrying     deployment/ledger-api");
    expect(text).toContain("no answer (the connection was closed); looking whether it arrived");
  });
  it("says that new pods are ready before the workload is healthy", () => {
    const ready = [[50, { type: "target.progress", target: refund, progress: progress(3, 3, 0) }]] as const;
    expect(frame(running([...underWay, ...ready]), 51)).toContain("settling     deployment/refund-api");
  });
});

describe("a bar", () => {
  it.each([
    [0, 3, "[----------]"],
    [2, 3, "[######----]"],
    [3, 3, "[##########]"],
    [4, 3, "[##########]"],
    [0, 0, "[##########]"],
  ])("of %i in %i", (done, wanted, drawn) => {
    expect(bar(done, wanted, true)).toBe(drawn);
  });
});
