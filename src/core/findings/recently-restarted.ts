import type { FoundWorkload } from "../found-workload.ts";
import type { FactRevision } from "./facts.ts";
import type { ClusterCheck } from "./finding.ts";

/** Milliseconds within which another restart is worth a word. */
export const recentRestart = 600_000;
/** More restarts than this within the window are no cure, and something may be restarting without end (Reloader#1183). */
export const restartBudget = { restarts: 5, window: 3_600_000 } as const;

/** The workload was restarted a moment ago, or too often: a block over the budget. */
export const recentlyRestarted: ClusterCheck = {
  codes: [{ code: "recently-restarted", levels: ["warn", "block"] }],
  check: async ({ found, namespace, cluster, ask }) => {
    const last = Date.parse(found.workload.restartedAt ?? "");
    // Whoever was never restarted has no revisions of a restart either, and need not be asked.
    if (Number.isNaN(last)) return [];
    const now = cluster.now();
    if (now - last > restartBudget.window) return [];
    const revisions = (await ask(namespace.revisions(found.kind))) ?? [];
    const times = restartTimes(found, revisions).filter((time) => now - time <= restartBudget.window);
    const over = times.length > restartBudget.restarts;
    if (!over && now - last > recentRestart) return [];
    const evidence = {
      seconds: String(Math.max(0, Math.round((now - last) / 1000))),
      restarts: String(times.length),
      windowSeconds: String(restartBudget.window / 1000),
      budget: String(restartBudget.restarts),
    };
    return [{ code: "recently-restarted", level: over ? "block" : "warn", evidence }];
  },
};

/** When it was restarted, as far as its revisions remember; the present value at least. */
function restartTimes({ workload }: FoundWorkload, revisions: readonly FactRevision[]): readonly number[] {
  const values = revisions
    .filter(({ ownerUid }) => ownerUid === workload.ref.uid)
    .flatMap(({ restartedAt }) => (restartedAt === undefined ? [] : [Date.parse(restartedAt)]));
  const present = Date.parse(workload.restartedAt ?? "");
  return [...new Set([...values, present])].filter((time) => !Number.isNaN(time));
}
