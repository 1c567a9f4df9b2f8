import {
  brokenContext,
  type Check,
  type ClusterEntry,
  type ClusterSource,
  examineCluster,
  exitCodes,
  type Inspection,
  isOutOfReach,
  isPattern,
  judgeContext,
  judgeKubeconfig,
  judgeMachine,
  mapLimited,
  RestartError,
  toRestartError,
} from "../../core/index.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { createApi, selectEntries } from "../open-clusters.ts";
import { type DoctorSection, doctorDocument, doctorText } from "../print/doctor.ts";
import { printDocument } from "../print/document.ts";
import { createStyle } from "../print/style.ts";

const parallelClusters = 8;
/** Of one request, in milliseconds, where `--request-timeout` says nothing else. */
const patience = 5000;

/**
 * `restart doctor`: what would keep the other commands from working, and what may surprise. Changes nothing. Resolves with
 * 2 for a kubeconfig that cannot be used, 9 when a cluster cannot be reached or takes no credentials, else 0.
 */
export async function doctorCommand(host: CliHost, invocation: Invocation): Promise<number> {
  const { words, connection, namespaces, format, colour } = invocation;
  if (words.length > 0) throw new RestartError("Usage", "restart doctor takes no target; --context names clusters");
  const pattern = namespaces.find(isPattern);
  if (pattern !== undefined || namespaces.length > 1) {
    throw new RestartError("Usage", "restart doctor looks at the permissions in one namespace: -n takes one name");
  }
  const signal = AbortSignal.any(Object.values(host.signals));
  const inspection = await host.inspect(connection);
  const { kubeconfig, clusters } = await lookAt(host, invocation, inspection, signal);
  const sections: readonly DoctorSection[] = [
    { section: "kubeconfig", checks: kubeconfig },
    ...clusters,
    { section: "machine", checks: judgeMachine(inspection) },
  ];
  const isUsable = !kubeconfig.some(({ status }) => status === "fail");
  const exitCode = isUsable ? clustersExitCode(clusters) : exitCodes.usage;
  const now = host.clock.now();
  if (format === "json" || format === "yaml")
    await printDocument(host, format, doctorDocument(sections, exitCode, now));
  else {
    const style = createStyle(colour && host.streams.colour && host.streams.stdoutIsTerminal);
    await host.streams.out(doctorText(sections, style, now));
  }
  return exitCode;
}

interface LookedAt {
  readonly kubeconfig: readonly Check[];
  readonly clusters: readonly DoctorSection[];
}

/** The kubeconfig, and the clusters that it leads to. Rejects with `Usage` for a context that was named wrongly. */
async function lookAt(
  host: CliHost,
  invocation: Invocation,
  inspection: Inspection,
  signal: AbortSignal,
): Promise<LookedAt> {
  const { currentContext: name, currentContextFile: file } = inspection.kubeconfig;
  const isCurrent = invocation.contexts.length === 0;
  const kubeconfig = judgeKubeconfig(inspection.kubeconfig, isCurrent);
  if (kubeconfig.some(({ status }) => status === "fail")) return { kubeconfig, clusters: [] };
  try {
    return { kubeconfig, clusters: await examineAll(host, invocation, inspection, signal) };
  } catch (caught) {
    if (signal.aborted || !isCurrent) throw caught;
    // The current context names what is not there.
    const others = kubeconfig.filter(({ check }) => check !== "current-context");
    const error = toRestartError(caught);
    return { kubeconfig: [...others, { check: "current-context", status: "fail", name, file, error }], clusters: [] };
  }
}

async function examineAll(
  host: CliHost,
  invocation: Invocation,
  inspection: Inspection,
  signal: AbortSignal,
): Promise<readonly DoctorSection[]> {
  const source = await host.clusters(invocation.connection);
  return mapLimited(selectEntries(source, invocation.contexts), parallelClusters, async (entry) => ({
    section: "context" as const,
    context: entry,
    checks: await examineContext(host, invocation, { inspection, source, entry, signal }),
  }));
}

interface Examined {
  readonly inspection: Inspection;
  readonly source: ClusterSource;
  readonly entry: ClusterEntry;
  readonly signal: AbortSignal;
}

async function examineContext(
  host: CliHost,
  invocation: Invocation,
  { inspection, source, entry, signal }: Examined,
): Promise<readonly Check[]> {
  try {
    const api = createApi(host, invocation, await source.open(entry.name));
    const options = {
      namespace: invocation.namespaces[0] ?? entry.namespace,
      timeoutMilliseconds: invocation.connection.requestTimeout || patience,
      signal,
    };
    const [facts, checks] = await Promise.all([inspection.context(entry.name, signal), examineCluster(api, options)]);
    return [...judgeContext(facts, host.clock.now()), ...checks];
  } catch (caught) {
    if (signal.aborted) throw caught;
    return brokenContext(toRestartError(caught));
  }
}

/** A configuration that cannot be used comes before a cluster that cannot be reached. */
function clustersExitCode(sections: readonly DoctorSection[]): number {
  const checks = sections.flatMap((section) => section.checks);
  if (checks.some(({ check, status }) => check === "entry" && status === "fail")) return exitCodes.usage;
  return checks.some(isOutOfReach) ? exitCodes.unreachable : exitCodes.healthy;
}
