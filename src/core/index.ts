export { cleanText } from "../kube/clean-text.ts";
export type { Clock, Random } from "../kube/clock.ts";
export type { Cluster, KubeApi } from "../kube/cluster.ts";
export { type Reason, RestartError, toRestartError } from "../kube/error.ts";
export { parseFieldSelector } from "../kube/field-selector.ts";
export { matchesLabels, parseLabelSelector } from "../kube/selector.ts";
export {
  type Capabilities,
  type ClusterEntry,
  type ClusterSource,
  type Journal,
  memoryJournal,
  type Streams,
} from "./capabilities.ts";
export {
  type Catalog,
  type CatalogOptions,
  type CatalogSnapshot,
  type CatalogSource,
  openCatalog,
} from "./catalog.ts";
export { type Candidate, checkTargets } from "./check-targets.ts";
export { type ConsentRule, consentRule } from "./consent-rule.ts";
export { deadlineTrouble } from "./diagnosis/silence.ts";
export type { Cause, Diagnosis } from "./diagnosis/trouble.ts";
export type { Check, CheckStatus } from "./doctor/check.ts";
export { examineCluster, isOutOfReach } from "./doctor/examine-cluster.ts";
export { brokenContext, judgeContext, judgeKubeconfig, judgeMachine } from "./doctor/judge-local.ts";
export type {
  ContextFacts,
  CredentialFacts,
  CredentialKind,
  FolderFacts,
  Inspection,
  KeyFileFacts,
  KubeconfigFacts,
  KubeconfigFileFacts,
  Place,
  ShadowedEntry,
  TlsFacts,
} from "./doctor/local-facts.ts";
export type { Right } from "./doctor/rights.ts";
export type { EventRow } from "./event-row.ts";
export {
  type EventBody,
  type EventError,
  type EventTarget,
  emptyRunState,
  fold,
  type RunEvent,
  type RunState,
  type TargetState,
  targetKey,
} from "./events.ts";
export type { Finding, FindingCode, FindingLevel } from "./findings/finding.ts";
export { asideFindings, finalFindings, findingCodes } from "./findings/index.ts";
export type { Forecast } from "./forecast.ts";
export { type FoundWorkload, foundWorkload } from "./found-workload.ts";
export { withHeartbeat } from "./heartbeat.ts";
export { findKind, kindNames, parseKind, unrestartableKinds, workloadKinds } from "./kinds/index.ts";
export type { WorkloadKind } from "./kinds/workload-kind.ts";
export { listNamespaces, listWorkloads, listWorkloadsPage, type WorkloadsPage } from "./list-workloads.ts";
export type { SourceState, SourceStatus } from "./live-list.ts";
export { cleanLine, followLogs, type LogLine, type LogOptions } from "./logs.ts";
export { mapLimited } from "./map-limited.ts";
export { nearest } from "./nearest.ts";
export { onCluster } from "./on-cluster.ts";
export { exitCodes, type Outcome, outcomeExitCode, runExitCode } from "./outcome.ts";
export { isPattern, matchPatterns } from "./pattern.ts";
export { blocking, makePlan, type Plan, type PlanTarget } from "./plan.ts";
export type { PodRow, PodState } from "./pod-row.ts";
export { clusterIdentity, type PreflightOptions } from "./preflight.ts";
export { progressOf, type RolloutProgress } from "./progress.ts";
export { protectionOf } from "./protection.ts";
export { type ResourceName, resolveResource } from "./resolve-resource.ts";
export { type Restarted, type RestartOptions, restart } from "./restart.ts";
export { createRestartNow, type RestartedNow, type RestartNow } from "./restart-now.ts";
export { nextRestartedAt } from "./restarted-at.ts";
export { defaultLimits, followRollout, type RolloutLimits, type RolloutStep } from "./rollout.ts";
export { eventError, rolloutEvent, toSeconds } from "./rollout-event.ts";
export { type RolloutPhase, rolloutPhase } from "./rollout-phase.ts";
export type { RolloutTarget } from "./rollout-sources.ts";
export { eventTarget, type RunOptions, runPlan } from "./run.ts";
export type { RunHandle, RunStore } from "./run-store.ts";
export {
  type Found,
  findAll,
  findNamed,
  kindsNamed,
  namespaceExists,
  type ResolveOptions,
} from "./select.ts";
export { filterFound } from "./selection/filter-found.ts";
export {
  type InvalidManifest,
  type ManifestEntry,
  type ManifestTarget,
  type ManifestTargets,
  readManifests,
} from "./selection/manifest.ts";
export { matches, matchesName } from "./selection/matches.ts";
export { type FilterKey, parseCondition, parseExclude, parseFilter } from "./selection/parse-filter.ts";
export { parseTargets, type TargetItem, type TargetSelection, type TypedKind } from "./selection/parse-targets.ts";
export { type Condition, ownerNames, type Predicate, selects } from "./selection/predicate.ts";
export { type OwnerAbove, restartableOwner } from "./unrestartable.ts";
export { isUnserved } from "./unserved.ts";
export {
  type OwnerRef,
  type RolloutCounts,
  restartedAtAnnotation,
  type Workload,
  type WorkloadRef,
} from "./workload.ts";
export { type Deployer, deployerOf, type WorkloadRow, workloadRow } from "./workload-row.ts";
export {
  type OpenWorkloadView,
  openWorkloadView,
  type WorkloadView,
  type WorkloadViewOptions,
} from "./workload-view.ts";
