import type { KubeApi } from "../kube/cluster.ts";
import { toRestartError } from "../kube/error.ts";
import { get } from "../kube/get.ts";
import { deletesPods, replacedByUs, undeletableFindings } from "./findings/delete-pods.ts";
import { dryRunFindings } from "./findings/dry-run.ts";
import type { Finding } from "./findings/finding.ts";
import { finalFindings } from "./findings/index.ts";
import { watchFindings } from "./findings/no-watch.ts";
import { rolloutFindings } from "./findings/rollout-in-progress.ts";
import { downtimeFindings, ownerFindings, stateFindings } from "./findings/state.ts";
import type { FoundWorkload } from "./found-workload.ts";
import type { WorkloadKind } from "./kinds/workload-kind.ts";
import type { PlanTarget } from "./plan.ts";
import { restart } from "./restart.ts";
import { restartTime } from "./restart-time.ts";
import { nextRestartedAt } from "./restarted-at.ts";
import { shortHash } from "./seen-workload.ts";
import type { Found } from "./select.ts";

export interface PreflightOptions {
  readonly clusterUid: string | undefined;
  readonly fieldManager: string;
  readonly wait: boolean;
  /** Codes that this run lowers from `block` to `warn`. */
  readonly allow: readonly string[];
  /** The run deletes the pods of workloads whose strategy leaves that to whoever does it. */
  readonly deletePods?: boolean;
  readonly signal?: AbortSignal;
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

/**
 * Looks at one target and sends nothing that changes anything: its state, its owner, a rollout in progress, and a
 * server-side dry run of the very PATCH. Rejects only for what is not about this target.
 */
export async function preflight(api: KubeApi, found: Found, options: PreflightOptions): Promise<PlanTarget> {
  if (found.type === "found") return readable(api, found.item, options);
  if (found.type === "missing") throw found.error;
  return unreadable(api, found.kind, found, options);
}

async function readable(api: KubeApi, item: FoundWorkload, options: PreflightOptions): Promise<PlanTarget> {
  const { kind, workload } = item;
  const { fieldManager, signal } = options;
  const restartedAt = nextRestartedAt(await restartTime(api, kind, signal), workload.restartedAt);
  const deletePods = options.deletePods === true && deletesPods(kind, workload);
  const state = [
    ...(deletePods ? replacedByUs(kind, workload) : stateFindings(kind, workload)),
    ...ownerFindings(workload),
    ...downtimeFindings(kind, workload),
  ];
  const request = { restartedAt, generation: workload.generation, fieldManager, ...(signal && { signal }) };
  // The dry run of an object that is refused anyway would only hide the better reason behind a worse one.
  const refused = lower(state, options.allow).some(({ level }) => level === "block");
  const [rolling, denied, unwatched, kept] = refused
    ? [[], [], [], []]
    : await Promise.all([
        rolloutFindings(api, kind, item, signal),
        dryRunFindings(api, kind, workload.ref, request),
        options.wait ? watchFindings(api, kind, workload.ref, signal) : [],
        deletePods ? undeletableFindings(api, workload, signal) : [],
      ]);
  return {
    ref: workload.ref,
    clusterUid: options.clusterUid ?? "",
    generation: workload.generation,
    replicas: workload.counts.desired,
    affected: kind.affected(workload),
    strategy: workload.strategy,
    ...(deletePods && { deletePods }),
    templateHash: shortHash(item.template),
    previousRestartedAt: workload.restartedAt,
    restartedAt,
    findings: lower(
      [...state, ...rolling, ...denied, ...unwatched, ...kept, ...identityFindings(options)],
      options.allow,
    ),
  };
}

/**
 * Whoever may patch but not read can restart without following: the dry run is the look at the object, and its `Date`
 * gives the value, since the one that is there cannot be seen.
 */
async function unreadable(
  api: KubeApi,
  kind: WorkloadKind,
  found: Extract<Found, { type: "unreadable" }>,
  options: PreflightOptions,
): Promise<PlanTarget> {
  const { fieldManager, signal } = options;
  const now = nextRestartedAt(await restartTime(api, kind, signal), undefined);
  const request = { restartedAt: now, generation: undefined, fieldManager, ...(signal && { signal }) };
  const target = {
    ref: found.ref,
    clusterUid: options.clusterUid ?? "",
    generation: undefined,
    replicas: 0,
    affected: 0,
    strategy: "",
    templateHash: "",
    previousRestartedAt: undefined,
    restartedAt: now,
  };
  const denied = await dryRunFindings(api, kind, found.ref, request);
  if (denied.length > 0)
    return { ...target, findings: lower([...denied, ...identityFindings(options)], options.allow) };
  const dry = await restart(api, kind, found.ref, { ...request, dryRun: true });
  const date = Date.parse(dry.date ?? "");
  const noWatch: Finding = {
    code: "no-watch",
    level: options.wait ? "block" : "info",
    evidence: { message: found.error.message },
  };
  return {
    ...target,
    ref: dry.workload.ref,
    generation: dry.workload.generation - 1,
    replicas: dry.workload.counts.desired,
    affected: kind.affected(dry.workload),
    strategy: dry.workload.strategy,
    restartedAt: Number.isNaN(date) ? now : nextRestartedAt(date, undefined),
    findings: lower(
      [
        ...stateFindings(kind, dry.workload),
        ...ownerFindings(dry.workload),
        ...downtimeFindings(kind, dry.workload),
        noWatch,
        ...identityFindings(options),
      ],
      options.allow,
    ),
  };
}

function identityFindings({ clusterUid }: PreflightOptions): readonly Finding[] {
  return clusterUid === undefined ? [{ code: "identity-unverified", level: "info", evidence: {} }] : [];
}

function lower(findings: readonly Finding[], allow: readonly string[]): readonly Finding[] {
  return findings.map((finding) =>
    finding.level === "block" && allow.includes(finding.code) && !finalFindings.has(finding.code)
      ? { ...finding, level: "warn" }
      : finding,
  );
}
