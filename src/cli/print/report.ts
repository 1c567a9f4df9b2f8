import type { EventTarget, RestartError } from "../../core/index.ts";
import { cleaned, toJson } from "../../words/clean.ts";
import type { CliHost } from "../cli-host.ts";
import type { Format } from "../flags.ts";
import { searchedSentence } from "../nothing-found.ts";
import type { Problem } from "../problem.ts";
import { caretLines } from "./caret.ts";
import { printDocument } from "./document.ts";
import { errorExitCode, errorSentence } from "./errors.ts";

/** Says why a command ends early: a sentence each on standard error, and for a program the error in its format. */
export async function reportProblems(
  host: CliHost,
  format: Format,
  problems: readonly Problem[],
  exitCode: number,
): Promise<number> {
  const told = cleaned(
    problems.map((problem) => ({ ...describeProblem(problem), sentence: errorSentence(problem.error) })),
  );
  // The place in an expression would move if it were cleaned with the rest.
  const below = problems.map(({ error, searched }) => [
    ...caretLines(error.detail),
    ...(searched === undefined ? [] : [cleaned(searchedSentence(searched))]),
  ]);
  const prefix = (sentence: string) => (sentence.startsWith("No resources found") ? "" : "error: ");
  await host.streams.err(
    told
      .flatMap(({ sentence }, index) => [`${prefix(sentence)}${sentence}`, ...(below[index] ?? [])])
      .map((line) => `${line}\n`)
      .join(""),
  );
  if (format === "json" || format === "yaml") {
    const [{ sentence: _, ...first } = { reason: "Unknown", message: "" }, ...others] = told;
    await printDocument(host, format, {
      schema: "restart/v1",
      kind: "Error",
      ...first,
      exitCode,
      others: others.map(({ sentence: __, ...other }) => other),
    } as const);
  }
  if (format === "jsonl") {
    const time = new Date(host.clock.now()).toISOString();
    const lines = problems.map(({ error, target }, index) =>
      toJson({
        schema: "restart/v1",
        seq: index + 1,
        time,
        run: "",
        type: "error",
        error: {
          reason: error.reason,
          message: error.message,
          ...(error.status !== undefined && { status: error.status }),
        },
        ...(target !== undefined && { target }),
      }),
    );
    await host.streams.out(lines.map((line) => `${line}\n`).join(""));
  }
  return exitCode;
}

/** Says an error and gives its exit code. */
export function reportError(host: CliHost, format: Format, error: RestartError): Promise<number> {
  return reportProblems(host, format, [{ error }], errorExitCode(error));
}

interface Told {
  readonly reason: string;
  readonly message: string;
  readonly status?: number;
  readonly cluster?: string;
  readonly target?: EventTarget;
  readonly findings?: Problem["findings"];
  readonly searched?: Problem["searched"];
  /** Column of a mistake in what was written, from 1. */
  readonly position?: number;
}

/** A problem in a document. */
export function describeProblem({ error, target, findings, searched }: Problem): Told {
  const { reason, message, status, detail } = error;
  return {
    reason,
    message,
    ...(status !== undefined && { status }),
    ...(detail["cluster"] !== undefined && { cluster: detail["cluster"] }),
    ...(target !== undefined && { target }),
    ...(findings !== undefined && { findings }),
    ...(searched !== undefined && { searched }),
    ...(detail["position"] !== undefined && { position: Number(detail["position"]) }),
  };
}
