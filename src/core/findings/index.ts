import { alreadyUnhealthy } from "./already-unhealthy.ts";
import { configChanged } from "./config-changed.ts";
import { daemonsetBudgetSpent } from "./daemonset-budget-spent.ts";
import { undeletable } from "./delete-pods.ts";
import { deletingNamespace } from "./deleting-namespace.ts";
import { pdbShared, pdbZero } from "./disruption-budgets.ts";
import { dryRun } from "./dry-run.ts";
import type { ClusterCheck, FindingCode, StateCheck } from "./finding.ts";
import { gitops, hpa, longTermination, mutableTag, noReadinessProbe } from "./manifest.ts";
import { missingRef } from "./missing-ref.ts";
import { noLock } from "./no-lock.ts";
import { noRoom } from "./no-room.ts";
import { noWatch } from "./no-watch.ts";
import { operatorOwned } from "./operator-owned.ts";
import { quota } from "./quota.ts";
import { recentlyRestarted } from "./recently-restarted.ts";
import { rolloutInProgress } from "./rollout-in-progress.ts";
import { rwoDeadlock } from "./rwo-deadlock.ts";
import { downtime, state } from "./state.ts";

/** Checks of the object alone, in the order in which their findings are told. */
export const stateChecks: readonly StateCheck[] = [state, operatorOwned, downtime];

/** Checks that ask the cluster, in the order in which their findings are told. */
export const clusterChecks: readonly ClusterCheck[] = [
  deletingNamespace,
  rolloutInProgress,
  dryRun,
  noWatch,
  undeletable,
  missingRef,
  rwoDeadlock,
  quota,
  daemonsetBudgetSpent,
  alreadyUnhealthy,
  recentlyRestarted,
  pdbZero,
  noRoom,
  configChanged,
  pdbShared,
  mutableTag,
  gitops,
  hpa,
  noReadinessProbe,
  longTermination,
  noLock,
];

/** Codes of what is found while the others are looked for. */
const ownCodes: readonly FindingCode[] = [
  { code: "not-restartable", levels: ["block"], final: true },
  { code: "single-cluster-identity", levels: ["block"] },
  { code: "identity-unverified", levels: ["info"] },
  { code: "unknown", levels: ["info"], aside: true },
];

/** Every finding there is. `restart explain`, completion and the documentation read this list. */
export const findingCodes: readonly FindingCode[] = [
  ...stateChecks.flatMap(({ codes }) => codes),
  ...clusterChecks.flatMap(({ codes }) => codes),
  ...ownCodes,
];

/** Findings that as notes are for who asks for the plan. */
export const asideFindings: ReadonlySet<string> = new Set(
  findingCodes.filter(({ aside }) => aside === true).map(({ code }) => code),
);

/** Findings that no `--allow` lowers. */
export const finalFindings: ReadonlySet<string> = new Set(
  findingCodes.filter(({ final }) => final === true).map(({ code }) => code),
);
