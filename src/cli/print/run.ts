import {
  asideFindings,
  emptyRunState,
  eventError,
  eventTarget,
  fold,
  type Plan,
  type RunEvent,
  targetKey,
} from "../../core/index.ts";
import { cleaned, toJson } from "../../words/clean.ts";
import { findingSentence } from "../../words/findings.ts";
import { objectName } from "../../words/names.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import type { Problem } from "../problem.ts";
import { printDocument } from "./document.ts";
import { createProgressPrinter } from "./progress.ts";

/** Shows a run while it goes. */
export interface RunPrinter {
  readonly event: (event: RunEvent) => Promise<void>;
  /** After the last event. */
  readonly finish: (exitCode: number) => Promise<void>;
}

/** The printer of one run in the format that was asked for; progress for a person goes to standard error in each. */
export function createRunPrinter(
  host: CliHost,
  invocation: Invocation,
  plan: Plan,
  skipped: readonly Problem[],
): RunPrinter {
  const { format } = invocation;
  const { streams } = host;
  const progress = createProgressPrinter(host, invocation, {
    targets: plan.targets.map((target) => eventTarget(target)),
    receipts: true,
  });
  let state = emptyRunState;
  const finished: (RunEvent & { readonly type: "target.finished" })[] = [];
  const notes = plan.targets.flatMap(({ ref, findings }) =>
    findings
      .filter(({ code, level }) => level === "warn" || (level === "info" && !asideFindings.has(code)))
      .map(
        (finding) => `${finding.level === "warn" ? "warning" : "note"}: ${findingSentence(finding, objectName(ref))}`,
      ),
  );
  return {
    event: async (event) => {
      state = fold(state, event);
      if (event.type === "run.started")
        await streams.err(
          cleaned(notes)
            .map((note) => `${note}\n`)
            .join(""),
        );
      if (event.type === "target.finished") finished.push(event);
      if (format === "jsonl") await streams.out(`${toJson(event)}\n`);
      if (format === "name" && event.type === "target.patched") {
        await streams.out(`${cleaned(objectName({ ...event.target, name: event.target.metadata.name }))}\n`);
      }
      await progress.event(event);
    },
    finish: async (exitCode) => {
      await progress.close();
      if (format !== "json" && format !== "yaml") return;
      await printDocument(host, format, {
        schema: "restart/v1",
        kind: "Run",
        id: plan.id,
        plan: { id: plan.id, hash: plan.hash },
        exitCode,
        items: [
          ...finished.map(({ schema: _, seq: __, run: ___, type: ____, ...rest }) => ({
            ...rest,
            restartedAt: state.targets.get(targetKey(rest.target))?.restartedAt ?? "",
          })),
          ...skipped.map(({ error, target, findings }) => ({
            outcome: "skipped",
            target,
            ...(findings !== undefined && { findings }),
            error: eventError(error),
          })),
        ],
      });
    },
  };
}
