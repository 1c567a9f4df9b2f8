import type { KubeApi } from "../kube/cluster.ts";
import { toRestartError } from "../kube/error.ts";
import { get } from "../kube/get.ts";
import { deletesPods } from "./findings/delete-pods.ts";
import { dryRunFindings } from "./findings/dry-run.ts";
import type { ClusterFacts, Read } from "./findings/facts.ts";
import type { Finding, Subject } from "./findings/finding.ts";
import { clusterChecks, finalFindings, stateChecks } from "./findings/index.ts";
import { forecastRestart } from "./forecast.ts";
import type { FoundWorkload } from "./found-workload.ts";
import type { PlanTarget } from "./plan.ts";
import { restart } from "./restart.ts";
import { restartTime } from "./restart-time.ts";
import { nextRestartedAt } from "./restarted-at.ts";
import { shortHash } from "./seen-workload.ts";
import type { Found } from "./select.ts";

export interface PreflightOptions {
  readonly fieldManager: string;
  readonly wait: boolean;
  /** Codes that this run lowers from `block` to `warn`. */
  readonly allow: readonly string[];
  /** The run deletes the pods of workloads whose strategy leaves that to whoever does it. */
  readonly deletePods?: boolean;
  /** Codes that this run raises to `block`. */
  readonly block?: readonly string[];
}

/** The identity of a cluster: the UID of its kube-system namespace, or undefined when that may not be read. */
export async function clusterIdentity(api: KubeApi, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const path = { group: "", version: "v1", resource: "namespaces", name: "kube-system" };
    const namespace = await get<{ readonly metadata: { readonly uid: string } }>(
      api,
      path,
      "Namespace",
      signal === undefined ? {} : { signal },
    );
    return namespace.metadata.uid;
  } catch (caught) {
    const error = toRestartError(caught);
    if (error.reason === "Forbidden" || error.reason === "NotFound") return undefined;
    throw error;
  }
}

/** What one look at one target is given. */
export interface PreflightScene {
  readonly api: KubeApi;
  readonly cluster: ClusterFacts;
  readonly options: PreflightOptions;
  readonly signal: AbortSignal | undefined;
}

/**
 * Looks at one target and sends nothing that changes anything: what its object says, what the cluster says about it, and
 * a server-side dry run of the very PATCH. Rejects only for what is not about this target.
 */
export async function preflight(scene: PreflightScene, found: Found): Promise<PlanTarget> {
  if (found.type === "found") return readable(scene, found.item);
  if (found.type === "missing") throw found.error;
  return unreadable(scene, found);
}

async function readable(scene: PreflightScene, found: FoundWorkload): Promise<PlanTarget> {
  const { api, cluster, options, signal } = scene;
  const { kind, workload } = found;
  const restartedAt = nextRestartedAt(await restartTime(api, kind, signal), workload.restartedAt);
  const deletePods = options.deletePods === true && deletesPods(kind, workload);
  const state = stateChecks.flatMap(({ check }) => check({ kind, workload, deletePods }));
  const unread = new Map<string, string>();
  const subject: Subject = {
    api,
    found,
    cluster,
    namespace: cluster.namespace(workload.ref.namespace),
    restartedAt,
    fieldManager: options.fieldManager,
    deletePods,
    wait: options.wait,
    signal,
    ask: async <T>(read: Promise<Read<T>>) => {
      const answer = await read;
      if (answer.known) return answer.value;
      unread.set(answer.resource, answer.reason);
      return undefined;
    },
  };
  // What is refused anyway needs no further look: a dry run would only hide the better reason behind a worse one.
  const refused = weighed(state, options).some(({ level }) => level === "block");
  const looked = refused ? [] : (await Promise.all(clusterChecks.map(({ check }) => check(subject)))).flat();
  const pods = refused ? undefined : await subject.ask(subject.namespace.pods());
  const forecast = forecastRestart(found, pods);
  return {
    ref: workload.ref,
    clusterUid: cluster.uid ?? "",
    generation: workload.generation,
    resourceVersion: workload.resourceVersion,
    replicas: workload.counts.desired,
    affected: kind.affected(workload),
    strategy: workload.strategy,
    ...(deletePods && { deletePods }),
    ...(workload.owner !== undefined && { owner: workload.owner }),
    templateHash: shortHash(found.template),
    previousRestartedAt: workload.restartedAt,
    restartedAt,
    forecast,
    findings: weighed([...state, ...looked, ...identityFindings(cluster), ...unknownFindings(unread)], options),
  };
}

/**
 * Whoever may patch but not read can restart without following: the dry run is the look at the object, and its `Date`
 * gives the value, since the one that is there cannot be seen.
 */
async function unreadable(scene: PreflightScene, found: Extract<Found, { type: "unreadable" }>): Promise<PlanTarget> {
  const { api, cluster, options, signal } = scene;
  const { kind, ref } = found;
  const { fieldManager } = options;
  const now = nextRestartedAt(await restartTime(api, kind, signal), undefined);
  const request = { restartedAt: now, generation: undefined, fieldManager, ...(signal && { signal }) };
  const target = {
    ref,
    clusterUid: cluster.uid ?? "",
    generation: undefined,
    resourceVersion: "",
    replicas: 0,
    affected: 0,
    strategy: "",
    templateHash: "",
    previousRestartedAt: undefined,
    restartedAt: now,
    forecast: undefined,
  };
  const identity = identityFindings(cluster);
  const denied = await dryRunFindings(api, kind, ref, request);
  if (denied.length > 0) return { ...target, findings: weighed([...denied, ...identity], options) };
  const dry = await restart(api, kind, ref, { ...request, dryRun: true });
  const { workload } = dry;
  const date = Date.parse(dry.date ?? "");
  const noWatch: Finding = {
    code: "no-watch",
    level: options.wait ? "block" : "info",
    evidence: { verbs: "get", resource: kind.resource },
  };
  const state = stateChecks.flatMap(({ check }) => check({ kind, workload, deletePods: false }));
  return {
    ...target,
    ref: workload.ref,
    generation: workload.generation - 1,
    replicas: workload.counts.desired,
    affected: kind.affected(workload),
    strategy: workload.strategy,
    restartedAt: Number.isNaN(date) ? now : nextRestartedAt(date, undefined),
    findings: weighed([...state, noWatch, ...identity], options),
  };
}

function identityFindings({ uid }: ClusterFacts): readonly Finding[] {
  return uid === undefined ? [{ code: "identity-unverified", level: "info", evidence: {} }] : [];
}

/** What could not be looked at is said once, and never taken for a denial. */
function unknownFindings(unread: ReadonlyMap<string, string>): readonly Finding[] {
  if (unread.size === 0) return [];
  const evidence = { resources: [...unread.keys()].join(","), reasons: [...new Set(unread.values())].join(",") };
  return [{ code: "unknown", level: "info", evidence }];
}

/** The findings at the levels of this run. */
export function weighed(findings: readonly Finding[], { allow, block = [] }: PreflightOptions): readonly Finding[] {
  return findings.map((finding) => {
    if (block.includes(finding.code)) return { ...finding, level: "block" };
    const lowered = finding.level === "block" && allow.includes(finding.code) && !finalFindings.has(finding.code);
    return lowered ? { ...finding, level: "warn" } : finding;
  });
}
