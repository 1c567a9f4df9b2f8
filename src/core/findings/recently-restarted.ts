import type { FoundWorkload } from "../found-workload.ts";
import { timeOf } from "./fact-objects.ts";
import type { FactRevision } from "./facts.ts";
import type { ClusterCheck } from "./finding.ts";

/** Milliseconds within which another restart is worth a word. */
export const recentRestart = 600_000;
/** More restarts than this within the window are no cure, and something may be restarting without end (Reloader#1183). */
export const restartBudget = { restarts: 5, window: 3_600_000 } as const;

/** The workload was restarted or rolled a moment ago, or restarted too often: a block over the budget. */
export const recentlyRestarted: ClusterCheck = {
  codes: [{ code: "recently-restarted", levels: ["warn", "block"] }],
  check: async ({ found, namespace, cluster, ask }) => {
    const now = cluster.now();
    if (now - lastTouched(found, now) > restartBudget.window) return [];
    const all = (await ask(namespace.revisions(found.kind))) ?? [];
    const revisions = all.filter(({ ownerUid }) => ownerUid === found.workload.ref.uid);
    const restarts = restartTimes(found, revisions);
    const restarted = Math.max(0, ...restarts);
    const count = restarts.filter((time) => now - time <= restartBudget.window).length;
    const over = count > restartBudget.restarts;
    // A rollout that is under way has a finding of its own.
    const rolled = over || found.kind.rolling(found.workload) ? 0 : rolledAt(found, revisions);
    const last = Math.max(restarted, rolled);
    if (!over && now - last > recentRestart) return [];
    const evidence = {
      seconds: String(Math.max(0, Math.round((now - last) / 1000))),
      last: last > restarted ? "rollout" : "restart",
      restarts: String(count),
      windowSeconds: String(restartBudget.window / 1000),
      budget: String(restartBudget.restarts),
    };
    return [{ code: "recently-restarted", level: over ? "block" : "warn", evidence }];
  },
};

/** When somebody wrote the object last: before that nobody restarted it, and its revisions need not be asked for. */
function lastTouched({ managers, workload }: FoundWorkload, now: number): number {
  // Where no times are kept, it may have been just now.
  if (managers.length === 0) return now;
  return Math.max(timeOf(workload.restartedAt), ...managers.map(({ time }) => timeOf(time)));
}

/**
 * When it was restarted, as far as its revisions remember: once for each value, since later changes of the template keep
 * it, and by the age of the first revision that has it, since the value is what somebody's clock said.
 */
function restartTimes({ workload }: FoundWorkload, revisions: readonly FactRevision[]): readonly number[] {
  const first = new Map<string, number>();
  for (const { restartedAt, created } of revisions) {
    if (restartedAt === undefined) continue;
    first.set(restartedAt, Math.min(created, first.get(restartedAt) ?? created));
  }
  // Without a history, or for a kind whose template does not have it, the value is all there is.
  const present = workload.restartedAt;
  if (present !== undefined && !first.has(present)) first.set(present, timeOf(present));
  return [...first.values()];
}

/** Milliseconds after its own beginning until which a lone revision of a workload is its first. */
const beginning = 60_000;

/** When the template last became another one, whoever changed it; 0 when it never did. */
function rolledAt({ workload }: FoundWorkload, revisions: readonly FactRevision[]): number {
  const youngest = Math.max(0, ...revisions.map(({ created }) => created));
  const isFirst = revisions.length < 2 && youngest - timeOf(workload.creationTimestamp) < beginning;
  return isFirst ? 0 : youngest;
}
