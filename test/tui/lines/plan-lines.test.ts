import { describe, expect, it } from "vitest";
import { RestartError } from "../../../src/core/index.ts";
import { planLines } from "../../../src/tui/lines/plan-lines.ts";
import type { PlanState } from "../../../src/tui/state/plan-state.ts";
import { act, checked, downtime, entry, noon, paused, ref, target } from "../planned.ts";

function frame(
  plan: PlanState | undefined,
  more: { readonly rows?: number; readonly readOnly?: boolean } = {},
): string {
  if (plan === undefined) throw new Error("the plan is closed");
  const lines = planLines(plan, { columns: 80, rows: 20, now: noon + 2000, ascii: true, readOnly: false, ...more });
  for (const { text } of lines) expect(text.length).toBeLessThanOrEqual(80);
  return lines.map(({ text }) => text.trimEnd()).join("\n");
}

const subjects = [{ ref: ref("web"), hidden: false }];

describe("the plan at 80 columns", () => {
  it("while it is read", () => {
    expect(
      frame(act(undefined, { type: "plan.open", subjects, clusters: [entry("stage")] }), { rows: 7 }),
    ).toMatchInlineSnapshot(`
      " Restart 1 workload on stage as ci-sre

         deployment/web in payments on stage


       Reading every target again ...
      >[ Cancel ]  enter or esc"
    `);
  });
  it("of one plain workload", () => {
    expect(frame(checked([target("web")]), { rows: 12 })).toMatchInlineSnapshot(`
      " Restart 1 workload on stage as ci-sre

       1  deployment/web in payments  3 pods  RollingUpdate  ok

       OK    nothing speaks against it; read again from the cluster 2s ago; the PATCH
             was tried as a dry run

       Sends   PATCH deployments/web restartedAt=2026-11-25T12:00:00Z
       Same as kubectl --context stage -n payments rollout restart deployment/web


      >[ Cancel ]  enter or esc   y restart it (3 pods)"
    `);
  });
  it("of two with warnings on a protected cluster, one of them hidden", () => {
    const on = (name: string) => ({ ref: ref(name, { cluster: "prod-eu-1" }) });
    const stuck = {
      code: "rollout-in-progress",
      level: "warn",
      evidence: { cause: "crash-loop", pod: "refund-api-1", reason: "CrashLoopBackOff" },
    } as const;
    const plan = checked(
      [target("ledger-api", [downtime], on("ledger-api")), target("refund-api", [stuck], on("refund-api"))],
      {
        clusters: [entry("prod-eu-1")],
        hidden: ["refund-api"],
      },
    );
    expect(frame(act(plan, { type: "plan.typed", text: "prod" }))).toMatchInlineSnapshot(`
      " Restart 2 workloads on prod-eu-1 (PROD) as ci-sre

       1  deployment/ledger-api in payments  3 pods  RollingUpdate  1 warning
       2  deployment/refund-api in payments  3 pods  RollingUpdate  1 warning
          (hidden by filter)

       WARN  deployment/ledger-api in payments has the strategy Recreate: nothing
             serves until new pods are ready
       WARN  a rollout of deployment/refund-api in payments is in progress and stuck:
             refund-api-1: CrashLoopBackOff
       OK    read again from the cluster 2s ago; the PATCH was tried as a dry run

       Sends   PATCH deployments/ledger-api restartedAt=2026-11-25T12:00:00Z, and 1
               more like it, one after the other; a failure stops the rest
       Same as kubectl --context prod-eu-1 -n payments rollout restart
               deployment/ledger-api

      >Type prod-eu-1 (prod-eu-1 is protected): [prod      ]

       [ Cancel ]  enter or esc   ctrl-y restart these 2 (6 pods), once that is typed"
    `);
  });
  it("with one of two refused", () => {
    expect(frame(checked([target("web"), target("db", [paused])]))).toMatchInlineSnapshot(`
      " Restart 2 workloads on stage as ci-sre

       1  deployment/web in payments  3 pods  RollingUpdate  ok
       2  deployment/db in payments   3 pods  RollingUpdate  refused

       BLOCK deployment/db in payments is paused: its pods would not be replaced;
             resume it first with kubectl rollout resume
       OK    read again from the cluster 2s ago

       Sends   PATCH deployments/web restartedAt=2026-11-25T12:00:00Z
       Same as kubectl --context stage -n payments rollout restart deployment/web






       1 workload of 2 refused: nothing can be sent like this.

      >[ Cancel ]  enter or esc   o only what is not refused   R look again"
    `);
  });
  it("that could not be checked", () => {
    const error = new RestartError("Unreachable", "connection refused", { detail: { cluster: "stage" } });
    const plan = act(
      undefined,
      { type: "plan.open", subjects, clusters: [entry("stage")] },
      { type: "plan.failed", look: 1, error },
    );
    expect(frame(plan, { rows: 8 })).toMatchInlineSnapshot(`
      " Restart 1 workload on stage as ci-sre

         deployment/web in payments on stage

       FAILED stage: connection refused
       Nothing was sent. R looks again.

      >[ Cancel ]  enter or esc   R look again"
    `);
  });
  it("of more workloads than fit", () => {
    const plan = checked(Array.from({ length: 30 }, (_, index) => target(`web-${index}`)));
    expect(frame(plan, { rows: 12 })).toMatchInlineSnapshot(`
      " Restart 30 workloads on stage as ci-sre

        1  deployment/web-0 in payments   3 pods  RollingUpdate  ok
        2  deployment/web-1 in payments   3 pods  RollingUpdate  ok
        3  deployment/web-2 in payments   3 pods  RollingUpdate  ok
        4  deployment/web-3 in payments   3 pods  RollingUpdate  ok
        5  deployment/web-4 in payments   3 pods  RollingUpdate  ok
         32 more lines below: down arrow
       Type 30 (these are 30 workloads): [   ]

      >[ Cancel ]  enter or esc   ctrl-y restart these 30 (90 pods), once that is
                   typed"
    `);
    const end = frame(act(plan, { type: "plan.scrolled", by: 1000 }), { rows: 12 });
    expect(end).toContain("Same as");
    expect(end).toContain("Type 30");
  });
  it.each([3, 4, 5, 6, 8])("keeps what can be done in sight on %i rows, and the rest within reach", (rows) => {
    const plan = checked([target("web"), target("db")]);
    const seen = new Set<string>();
    for (let by = 0; by < 20; by += 1) {
      const lines = frame(act(plan, { type: "plan.scrolled", by }), { rows }).split("\n");
      expect(lines.length).toBeLessThanOrEqual(rows);
      expect(lines.join("\n")).toContain("y restart these 2");
      for (const text of lines) seen.add(text.trim());
    }
    const all = [...seen].join("\n");
    for (const text of ["Restart 2 workloads on stage", "deployment/web in", "deployment/db in"]) {
      if (rows > 3) expect(all).toContain(text);
    }
  });
  it("spells out a name that is longer than its column", () => {
    const name = `a-${"long-".repeat(12)}name`;
    const text = frame(checked([target("web"), target(name)]));
    expect(text.replace(/\s/g, "")).toContain(`deployment/${name}inpayments`);
  });
  it("of which nothing can be sent, when nothing may be written", () => {
    const text = frame(checked([target("web")]), { rows: 12, readOnly: true });
    expect(text).toContain("Read-only: nothing can be sent from here.");
    expect(text).not.toContain("y restart");
  });
  it("has notes about one workload, and not of many", () => {
    const note = { code: "no-readiness-probe", level: "info", evidence: {} } as const;
    expect(frame(checked([target("web", [note])]))).toContain("no readiness probe");
    expect(frame(checked([target("web", [note]), target("api", [note])]))).not.toContain("no readiness probe");
  });
  it("shows nothing of a cluster raw", () => {
    const name = "we\u001b[2Jb\u202e";
    const finding = { code: "admission", level: "block", evidence: { message: "no\u001b]0;x\u0007\u200b" } } as const;
    const text = frame(checked([target("web", [finding], { ref: ref(name) })]));
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).toContain("deployment/web in payments");
  });
});
