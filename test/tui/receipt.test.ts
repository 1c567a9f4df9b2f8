import { describe, expect, it } from "vitest";
import { receiptLines } from "../../src/tui/receipt.ts";
import { emptyRuns } from "../../src/tui/state/runs-state.ts";
import { failed, refund, running, tax, underWay } from "./running.ts";

describe("the receipt", () => {
  it("is empty when nothing was restarted", () => {
    expect(receiptLines(emptyRuns)).toEqual([]);
  });

  it("says what came of each target, and what would help", () => {
    expect(receiptLines(running(failed))).toEqual([
      "run 20261125-120000-i000",
      "  deployment.apps/ledger-api in payments on stage: healthy in 20 s: 3 pods replaced, 1 old pod still terminating",
      "  deployment.apps/refund-api in payments on stage: failed after 40 s: pod refund-api-7d9f8-zz7wd, container app: keeps crashing, exit code 1",
      "    event: BackOff: Back-off restarting failed container app",
      "    look at it: kubectl --context stage -n payments logs refund-api-7d9f8-zz7wd --previous",
      "  deployment.apps/tax-api in payments on stage: not started",
    ]);
  });

  it("says what goes on without anybody watching", () => {
    expect(receiptLines(running(underWay)).slice(2)).toEqual([
      "  deployment.apps/refund-api in payments on stage: restarted; what it has begun goes on in the cluster",
      "  deployment.apps/tax-api in payments on stage: not started",
    ]);
  });

  it("does not claim that a restart has happened whose answer was not seen", () => {
    const sent = running([...underWay.slice(0, 6), [20, { type: "target.intent", target: refund, restartedAt: "" }]]);
    expect(receiptLines(sent)[2]).toBe(
      "  deployment.apps/refund-api in payments on stage: sent; its answer was not waited for",
    );
  });

  it("has nothing of a cluster raw", () => {
    const error = { reason: "Forbidden", message: "no\u001b[2J\u202e way" };
    const text = receiptLines(
      running([[1, { type: "target.finished", target: tax, outcome: "blocked", seconds: 0, error }]]),
    ).join("");
    expect(text).toContain("was refused: no way");
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
