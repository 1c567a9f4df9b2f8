import type { EventTarget, RolloutProgress, RunEvent } from "../../core/index.ts";
import { cleaned } from "../../words/clean.ts";
import { diagnosisPhrase } from "../../words/diagnosis.ts";
import { formatDuration } from "../../words/duration.ts";
import { count, objectName } from "../../words/names.ts";
import { failureLines, receipt, runSummary } from "../../words/outcomes.ts";
import { doneLine, waitingLine } from "../../words/rollout-lines.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { createLiveBlock } from "./live-block.ts";
import { createStyle } from "./style.ts";

/** Shows events to a person. */
export interface ProgressPrinter {
  readonly event: (event: RunEvent) => Promise<void>;
  /** Leaves the screen in order. */
  readonly close: () => Promise<void>;
}

export interface ProgressOptions {
  readonly targets: readonly EventTarget[];
  /** Say at the end of each target, and of the run, what came of it; off, nothing but kubectl's lines is printed. */
  readonly receipts: boolean;
}

const tick = 1000;

/**
 * What happens, in kubectl's own lines. In text they go to standard output, where kubectl has them; trouble goes to
 * standard error. In every other format standard output belongs to the document. On a terminal the state on the way is
 * redrawn in place; without one there is a line for each change, and one a minute while nothing changes.
 */
export function createProgressPrinter(
  host: CliHost,
  invocation: Invocation,
  { targets, receipts }: ProgressOptions,
): ProgressPrinter {
  const { streams, clock } = host;
  const { format, plain, colour } = invocation;
  const isText = format === "text" || format === "wide";
  const block = streams.stderrIsTerminal && !plain && !host.dumbTerminal ? createLiveBlock(streams) : undefined;
  const errStyle = createStyle(colour && streams.colour && streams.stderrIsTerminal);
  const outStyle = createStyle(colour && streams.colour && streams.stdoutIsTerminal);
  const prefix = prefixOf(targets);
  let started = clock.now();
  let waiting = "";
  let progress: RolloutProgress | undefined;
  let stopTicking: AbortController | undefined;

  const draw = async () => {
    if (block === undefined || waiting === "") return;
    const elapsed = formatDuration(Math.floor((clock.now() - started) / 1000) * 1000);
    await block.draw([waiting, `  ${podWords(progress)}${elapsed}`]);
  };
  const startTicking = () => {
    if (block === undefined || stopTicking !== undefined) return;
    const stop = new AbortController();
    stopTicking = stop;
    const run = async () => {
      for (;;) {
        await clock.sleep(tick, stop.signal);
        await draw();
      }
    };
    // The abort is its only end.
    run().catch(() => undefined);
  };
  const settle = async () => {
    stopTicking?.abort();
    stopTicking = undefined;
    waiting = "";
    progress = undefined;
    await block?.erase();
  };
  const notes = async (lines: readonly string[]) => {
    await block?.erase();
    await streams.err(lines.map((line) => `${line}\n`).join(""));
    await draw();
  };
  const result = async (line: string) => {
    if (!isText) return;
    await block?.erase();
    await streams.out(`${line}\n`);
    await draw();
  };
  const finished = async (event: RunEvent & { readonly type: "target.finished" }) => {
    await settle();
    const { kind, metadata } = event.target;
    const said = prefix(event.target);
    if (event.outcome === "healthy") {
      await result(`${said}${doneLine(kind, metadata.name, event.progress)}`);
      if (receipts) await result(`${said}${outStyle.good(receipt(event))}`);
      return;
    }
    if (event.outcome === "requested") return result(`${said}requested: the rollout is not followed`);
    await notes(
      failureLines(event, invocation.connection.kubeconfig).map((line, index) =>
        index === 0 ? `${said}${errStyle.bad(line)}` : line,
      ),
    );
  };

  return {
    event: async (raw) => {
      const event = cleaned(raw);
      const target = "target" in event ? event.target : undefined;
      const name = target === undefined ? "" : objectName({ ...target, name: target.metadata.name });
      switch (event.type) {
        case "target.intent":
          started = clock.now();
          return;
        case "target.patched":
          return result(`${prefix(event.target)}${name} restarted`);
        case "target.progress": {
          progress = event.progress;
          const line = waitingLine(event.target.kind, event.target.metadata.name, event.progress);
          // kubectl would call it done; here the new pods themselves are looked at, too.
          const next = line === undefined ? "" : `${prefix(event.target)}${line}`;
          const isNews = next !== "" && next !== waiting;
          if (next !== "") waiting = next;
          startTicking();
          // What a terminal shows in place need not stand there for ever.
          if (isNews && !(block !== undefined && streams.stdoutIsTerminal)) await result(next);
          return draw();
        }
        case "target.warning":
          return notes([`${prefix(event.target)}${errStyle.caution("warning:")} ${diagnosisPhrase(event.diagnosis)}`]);
        case "target.retry":
          return notes([`${errStyle.caution("warning:")} ${name}: ${event.error.message}; looking whether it arrived`]);
        case "cluster.lost":
          return notes([
            `${errStyle.caution("warning:")} ${event.cluster} does not answer: ${event.error.message}; waiting for it`,
          ]);
        case "cluster.recovered":
          return notes([`${event.cluster} answers again`]);
        case "heartbeat":
          if (block !== undefined) return;
          return notes([
            `still waiting after ${formatDuration(clock.now() - started)}${waiting === "" ? "" : `: ${waiting}`}`,
          ]);
        case "run.draining":
          return notes(["stopping: nothing new is started; once more to leave what is in flight"]);
        case "target.finished":
          return finished(event);
        case "run.finished":
          if (targets.length < 2) return;
          return result(runSummary(event));
        default:
          return;
      }
    },
    close: settle,
  };
}

/** kubectl's lines name neither cluster nor namespace; where there are several they stand in front. */
function prefixOf(targets: readonly EventTarget[]): (target: EventTarget) => string {
  const clusters = new Set(targets.map(({ cluster }) => cluster)).size > 1;
  const namespaces = new Set(targets.map(({ metadata }) => metadata.namespace)).size > 1;
  return ({ cluster, metadata }) => {
    const parts = [...(clusters ? [cluster] : []), ...(namespaces ? [metadata.namespace] : [])];
    return parts.length === 0 ? "" : `${cleaned(parts.join("/"))}: `;
  };
}

function podWords(progress: RolloutProgress | undefined): string {
  if (progress?.newPods === undefined) return "";
  const { desired, partition, newPodsReady = 0, oldPods = 0, terminatingPods = 0 } = progress;
  const parts = [
    `${newPodsReady} of ${desired - partition} new pods ready`,
    ...(oldPods > 0 ? [`${count(oldPods, "old pod")} serving`] : []),
    ...(terminatingPods > 0 ? [`${terminatingPods} terminating`] : []),
  ];
  return `${parts.join(", ")}, `;
}
