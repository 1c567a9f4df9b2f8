import { type ConsentRule, consentRule, type PlanTarget, protectionOf, RestartError } from "../core/index.ts";
import { cleaned } from "../words/clean.ts";
import { findingSentence } from "../words/findings.ts";
import { count, listed, objectName } from "../words/names.ts";
import type { Invocation } from "./arguments.ts";
import type { CliHost } from "./cli-host.ts";
import type { OpenCluster } from "./open-clusters.ts";

/** What is about to be restarted, as far as consent cares. */
export interface ConsentRequest {
  readonly targets: readonly PlanTarget[];
  readonly clusters: readonly OpenCluster[];
  /** A kind without names, and with no selector or in every namespace. */
  readonly bare: boolean;
}

/** Says early, before anything is asked of a cluster, that nobody will be there to say yes. */
export function checkConsentPossible(host: CliHost, { yes, dryRun, selection }: Invocation): void {
  if (yes !== false || dryRun) return;
  if (selection.files.includes("-")) {
    throw new RestartError(
      "Usage",
      "standard input names the workloads, so nobody can answer there: --yes restarts without asking, --dry-run shows what would happen",
    );
  }
  if (canAsk(host)) return;
  throw new RestartError(
    "Usage",
    "there is no terminal to ask on: --yes restarts without asking, --dry-run shows what would happen",
  );
}

/** A protected cluster never comes from the current context alone: it may have been left there yesterday. */
export function checkNamedClusters(clusters: readonly OpenCluster[], { contexts, dryRun }: Invocation): void {
  if (contexts.length > 0 || dryRun) return;
  for (const { entry } of clusters) {
    const why = protectionOf(entry);
    if (why === undefined) continue;
    throw new RestartError(
      "Usage",
      `${entry.name} is protected (${why}) and only the current context: add --context ${entry.name}`,
    );
  }
}

/**
 * Resolves true when the restart was consented to, false when the person said no. Rejects with `Usage` when consent is
 * missing or is for another number, with `Canceled` when a signal came instead of an answer.
 */
export async function askConsent(
  host: CliHost,
  invocation: Invocation,
  request: ConsentRequest,
  signal: AbortSignal,
): Promise<boolean> {
  const { targets } = request;
  const { yes } = invocation;
  if (typeof yes === "number") {
    if (yes === targets.length) return true;
    const would = `${count(targets.length, "workload")} would be restarted`;
    throw new RestartError(
      "Usage",
      `--yes=${yes} does not fit: ${would}; look at --dry-run, then use --yes=${targets.length}`,
    );
  }
  const rule = consentRule(
    targets,
    request.clusters.map(({ entry }) => entry),
    request.bare,
  );
  const why = reasonsToType(request, rule);
  if (yes && why.length === 0) return true;
  if (!canAsk(host)) {
    const what = yes ? "plain --yes is not enough" : "nobody can be asked";
    throw new RestartError("Usage", `${what}: ${listed(why)}; look at --dry-run, then use --yes=${targets.length}`);
  }
  const { streams } = host;
  const shown = { ...request, targets: cleaned(targets) };
  await streams.err(summary(shown));
  const { answer } = rule;
  await streams.err(
    answer === undefined
      ? `${question(shown)} [y/N] `
      : `${question(shown)}\nType ${answer} to go on (${listed(why)}): `,
  );
  const line = await orAborted(streams.readLine(), signal);
  // Nobody ended the question's own line.
  if (line === undefined) await streams.err("\n");
  if (signal.aborted) throw new RestartError("Canceled", "interrupted: nothing was restarted");
  const said = (line ?? "").trim();
  return answer === undefined ? /^(y|yes)$/i.test(said) : said === answer;
}

function canAsk({ streams }: CliHost): boolean {
  return streams.stdinIsTerminal && streams.stderrIsTerminal;
}

function involved({ targets, clusters }: ConsentRequest): readonly OpenCluster[] {
  return clusters.filter(({ entry }) => targets.some(({ ref }) => ref.cluster === entry.name));
}

/** Why a plain yes is not enough. */
function reasonsToType({ targets, bare }: ConsentRequest, rule: ConsentRule): readonly string[] {
  return [
    ...rule.protected.map(({ name }) => `${name} is protected`),
    ...(rule.many ? [`these are ${targets.length} workloads`] : []),
    ...(bare ? ["no workload is named"] : []),
  ];
}

/** What the question is about: the workloads when there are several, and every finding that warns. */
function summary({ targets }: ConsentRequest): string {
  const shown = targets.length === 1 ? [] : targets.slice(0, 20);
  const rest = targets.length - shown.length;
  const lines = [
    ...shown.map(
      ({ ref, affected }) => `  ${objectName(ref)} in ${ref.namespace} on ${ref.cluster} (${count(affected, "pod")})`,
    ),
    ...(shown.length > 0 && rest > 0 ? [`  … and ${rest} more`] : []),
    ...targets.flatMap(({ ref, findings }) =>
      findings
        .filter(({ level }) => level === "warn")
        .map((finding) => `warning: ${findingSentence(finding, objectName(ref))}`),
    ),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function question(request: ConsentRequest): string {
  const { targets } = request;
  const pods = count(
    targets.reduce((sum, { affected }) => sum + affected, 0),
    "pod",
  );
  const [first] = targets;
  if (targets.length === 1 && first !== undefined) {
    return `Restart ${objectName(first.ref)} in ${first.ref.namespace} on ${first.ref.cluster} (${pods})?`;
  }
  const names = involved(request).map(({ entry }) => entry.name);
  const where = names.length > 3 ? `${names.length} clusters` : listed(names);
  return `Restart ${targets.length} workloads on ${where} (${pods})?`;
}

/** The answer, or undefined when a signal came first. */
async function orAborted(answer: Promise<string | undefined>, signal: AbortSignal): Promise<string | undefined> {
  if (signal.aborted) return undefined;
  const settled = new AbortController();
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true, signal: settled.signal });
  });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    settled.abort();
  }
}
