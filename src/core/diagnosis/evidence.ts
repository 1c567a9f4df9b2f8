import type { KubeApi } from "../../kube/cluster.ts";
import { RestartError } from "../../kube/error.ts";
import { get } from "../../kube/get.ts";
import type { RolloutWarnings, WarningEvent } from "../event-log.ts";
import { readLogs } from "../logs.ts";
import type { Workload } from "../workload.ts";
import { type Diagnosis, kubectl, type Trouble } from "./trouble.ts";

/** Milliseconds that evidence from elsewhere may take: the sentence does not wait for it. */
const patience = 1_500;
const lastLines = 20;
const longestLine = 500;

/**
 * Adds what stands elsewhere: the warning of the object to blame, the last lines of a container that ended, the state of
 * the node of a pod that does not come or go. What cannot be had in time is left out; it never rejects.
 */
export async function addEvidence(
  api: KubeApi,
  workload: Workload,
  { diagnosis, involvedUid, log }: Trouble,
  warnings: RolloutWarnings,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const own = new AbortController();
  const limit = AbortSignal.any([signal, own.signal]);
  const timer = api.clock.sleep(patience, limit).then(
    () => own.abort(),
    () => undefined,
  );
  try {
    const asked = diagnosis.event !== undefined || warnings.live() ? undefined : warnings.look([involvedUid]);
    const [logs, nodeState] = await Promise.all([
      log && logsOf(api, workload, diagnosis, log, limit),
      nodeStateOf(api, diagnosis, limit),
      asked === undefined ? undefined : Promise.race([asked, timer]),
    ]);
    const event = diagnosis.event ?? tellingEvent(diagnosis, warnings.about(involvedUid));
    return withNode(workload, {
      ...diagnosis,
      ...(event !== undefined && { event: { reason: event.reason, message: event.message } }),
      ...(logs !== undefined && logs.length > 0 && { logs }),
      ...(nodeState !== undefined && { nodeState }),
    });
  } finally {
    own.abort();
    await timer;
  }
}

/** The newest, but where one says more than that it goes on. */
function tellingEvent({ cause }: Diagnosis, events: readonly WarningEvent[]): WarningEvent | undefined {
  const pull = cause === "image-pull" ? events.find(({ message }) => /^Failed to pull image/.test(message)) : undefined;
  return pull ?? events[0];
}

async function logsOf(
  api: KubeApi,
  { ref }: Workload,
  { pod = "", container = "" }: Diagnosis,
  log: "present" | "previous",
  signal: AbortSignal,
): Promise<readonly string[]> {
  const options = { namespace: ref.namespace, pod, container, tailLines: lastLines, signal };
  const read = (previous: boolean) => readLogs(api, { ...options, previous }).catch(() => []);
  const lines = await read(log === "previous");
  // Between status and request it may have been started again: then its end is the previous one's.
  const chosen = lines.length > 0 || log === "previous" ? lines : await read(true);
  return chosen.slice(-lastLines).map(({ text }) => text.slice(0, longestLine));
}

async function nodeStateOf(
  api: KubeApi,
  { cause, node, finalizers, gracePeriodSeconds, reason }: Diagnosis,
  signal: AbortSignal,
): Promise<string | undefined> {
  const held = cause === "terminating" && finalizers !== undefined && gracePeriodSeconds === 0;
  const isSilent = cause === "unknown" || cause === "timeout";
  if (node === undefined || held || !(cause === "terminating" || isSilent)) return undefined;
  if (isSilent && reason === "") return undefined;
  try {
    const path = { group: "", version: "v1", resource: "nodes", name: node };
    const { status } = await get<NodeObject>(api, path, "Node", { attempts: 1, signal });
    const ready = status?.conditions?.find(({ type }) => type === "Ready")?.status;
    return ready === "True" ? "ready" : "not-ready";
  } catch (error) {
    return error instanceof RestartError && error.reason === "NotFound" ? "gone" : undefined;
  }
}

interface NodeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** A pod that says nothing on a node that says nothing: the node is the cause. */
function withNode(workload: Workload, diagnosis: Diagnosis): Diagnosis {
  const { cause, node = "", nodeState } = diagnosis;
  if (nodeState === undefined || nodeState === "ready") return diagnosis;
  const command = ["kubectl", "--context", workload.ref.cluster, "describe", "node", node];
  if (cause !== "terminating") {
    const { lookedAt: _, ...rest } = diagnosis;
    return { ...rest, cause: "node", command };
  }
  const remove = ["delete", "pod", diagnosis.pod ?? "", "--force", "--grace-period=0"];
  return { ...diagnosis, command: nodeState === "gone" ? kubectl(workload, remove) : command };
}
