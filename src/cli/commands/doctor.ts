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
  type KubeconfigFacts,
  mapLimited,
  RestartError,
  toRestartError,
} from "../../core/index.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { createApi, selectEntries } from "../open-clusters.ts";
import { type DoctorSection, doctorDocument, sectionText, verdict } from "../print/doctor.ts";
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
  const { words, connection, namespaces } = invocation;
  if (words.length > 0) throw new RestartError("Usage", "restart doctor takes no target; --context names clusters");
  const pattern = namespaces.find(isPattern);
  if (pattern !== undefined || namespaces.length > 1) {
    throw new RestartError("Usage", "restart doctor looks at the permissions in one namespace: -n takes one name");
  }
  const signal = AbortSignal.any(Object.values(host.signals));
  const inspection = await host.inspect(connection);
  const { kubeconfig, source, entries } = await readKubeconfig(host, invocation, inspection.kubeconfig);
  const printer = createPrinter(host, invocation);
  await printer.section({ section: "kubeconfig", checks: kubeconfig });
  const clusters: DoctorSection[] = [];
  let printing = Promise.resolve();
  let next = 0;
  await mapLimited(entries, parallelClusters, async (entry) => {
    const checks = await examineContext(host, invocation, { inspection, source, entry, signal });
    clusters[entries.indexOf(entry)] = { section: "context", context: entry, checks };
    // In the order of the contexts, each as soon as those before it are there.
    printing = printing.then(async () => {
      for (let ready = clusters[next]; ready !== undefined; ready = clusters[next]) {
        next += 1;
        await printer.section(ready);
      }
    });
  });
  await printing;
  await printer.section({ section: "machine", checks: judgeMachine(inspection) });
  const isUsable = !kubeconfig.some(({ status }) => status === "fail");
  const exitCode = isUsable ? clustersExitCode(clusters) : exitCodes.usage;
  await printer.end(exitCode);
  return exitCode;
}

interface Printer {
  readonly section: (section: DoctorSection) => Promise<void>;
  readonly end: (exitCode: number) => Promise<void>;
}

/** Text as it comes, a document at the end. */
function createPrinter(host: CliHost, { format, colour }: Invocation): Printer {
  const { streams, clock } = host;
  const sections: DoctorSection[] = [];
  const isDocument = format === "json" || format === "yaml";
  const style = createStyle(colour && streams.colour && streams.stdoutIsTerminal);
  return {
    section: async (section) => {
      sections.push(section);
      if (!isDocument) await streams.out(sectionText(section, style, clock.now()));
    },
    end: async (exitCode) => {
      if (isDocument) await printDocument(host, format, doctorDocument(sections, exitCode, clock.now()));
      else await streams.out(`${verdict(sections)}\n`);
    },
  };
}

interface Read {
  readonly kubeconfig: readonly Check[];
  readonly source: ClusterSource | undefined;
  readonly entries: readonly ClusterEntry[];
}

/** The kubeconfig, and the contexts that are looked at. Rejects with `Usage` for a context that was named wrongly. */
async function readKubeconfig(host: CliHost, invocation: Invocation, facts: KubeconfigFacts): Promise<Read> {
  const { currentContext: name, currentContextFile: file } = facts;
  const isCurrent = invocation.contexts.length === 0;
  const kubeconfig = judgeKubeconfig(facts, isCurrent);
  const nothing = { kubeconfig, source: undefined, entries: [] };
  if (kubeconfig.some(({ status }) => status === "fail")) return nothing;
  try {
    const source = await host.clusters(invocation.connection);
    return { kubeconfig, source, entries: selectEntries(source, invocation.contexts) };
  } catch (caught) {
    if (!isCurrent) throw caught;
    // The current context names what is not there.
    const others = kubeconfig.filter(({ check }) => check !== "current-context");
    const error = toRestartError(caught);
    return { ...nothing, kubeconfig: [...others, { check: "current-context", status: "fail", name, file, error }] };
  }
}

interface Examined {
  readonly inspection: Inspection;
  readonly source: ClusterSource | undefined;
  readonly entry: ClusterEntry;
  readonly signal: AbortSignal;
}

async function examineContext(
  host: CliHost,
  invocation: Invocation,
  { inspection, source, entry, signal }: Examined,
): Promise<readonly Check[]> {
  try {
    if (source === undefined) return [];
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
