import { cleaned } from "../words/clean.ts";
import { objectName } from "../words/names.ts";
import { failureLines, receipt } from "../words/outcomes.ts";
import type { RunsState, RunTarget, RunView } from "./state/runs-state.ts";

/** What was restarted, where, and what came of it: the lines that stay when the UI has gone. Cleaned. */
export function receiptLines({ runs }: RunsState): readonly string[] {
  return runs.flatMap((run) => [`run ${run.id}`, ...run.targets.flatMap((target) => targetLines(run, target))]);
}

function targetLines(run: RunView, { target, finished, startedAt, key }: RunTarget): readonly string[] {
  const { cluster, metadata } = cleaned(target);
  const name = cleaned(objectName({ ...target, name: metadata.name }));
  const line = (words: string) => `  ${name} in ${metadata.namespace} on ${cluster}: ${words}`;
  if (finished === undefined) {
    if (startedAt === undefined) return [line("not started")];
    const sent = run.state.targets.get(key)?.state !== "intent";
    return [line(sent ? "restarted; what it has begun goes on in the cluster" : "sent; its answer was not waited for")];
  }
  switch (finished.outcome) {
    case "healthy":
      return [line(receipt(finished))];
    case "requested":
      return [line("requested")];
    case "not-started":
      return [line("not started")];
    default: {
      const [first = "", ...more] = failureLines(finished, []).map((text) => text.replace(/^error: /, ""));
      return [
        line(first.startsWith(`${name} `) ? first.slice(name.length + 1) : first),
        ...more.map((text) => `  ${text}`),
      ];
    }
  }
}
