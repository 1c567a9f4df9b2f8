import { cleanText } from "../kube/clean-text.ts";

/** From now on an error that nobody caught ends the process with one sentence on stderr and exit code 1. */
export function endOnCrash(): void {
  for (const failure of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(failure, (error: unknown) => {
      // A stack trace is for a debugger; the operator gets the sentence and an exit code.
      process.stderr.write(`error: ${cleanText(error instanceof Error ? error.message : String(error))}\n`);
      process.exit(1);
    });
  }
}
