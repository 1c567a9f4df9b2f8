import { exitCodes, RestartError, toRestartError } from "../core/index.ts";
import { guessFormat, type Invocation, parseArguments } from "./arguments.ts";
import type { CliHost } from "./cli-host.ts";
import { completionCommand } from "./commands/completion.ts";
import { explainCommand } from "./commands/explain.ts";
import { getCommand } from "./commands/get.ts";
import { restartCommand } from "./commands/restart.ts";
import { statusCommand } from "./commands/status.ts";
import { versionCommand } from "./commands/version.ts";
import type { CommandName } from "./flags.ts";
import { commandHelp, usage } from "./help.ts";
import { reportError } from "./print/report.ts";

export type { CliHost, ConnectionFlags } from "./cli-host.ts";

const run: Readonly<Record<CommandName, (host: CliHost, invocation: Invocation) => Promise<number>>> = {
  restart: restartCommand,
  get: getCommand,
  status: statusCommand,
  explain: explainCommand,
  version: versionCommand,
  completion: completionCommand,
};

/**
 * Runs one command and resolves with its exit code; whatever goes wrong is said in one sentence. `argv` is without the
 * program's own name.
 */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  if (argv.length === 0) {
    await host.streams.err(usage());
    return exitCodes.usage;
  }
  try {
    const invocation = parseArguments(argv);
    if (invocation.help) {
      await host.streams.out(commandHelp(invocation.command));
      return exitCodes.healthy;
    }
    return await run[invocation.command](host, invocation);
  } catch (caught) {
    const { drain, leave } = host.signals;
    const aborted = drain.aborted || leave.aborted;
    const error = aborted
      ? new RestartError("Canceled", "interrupted: nothing was restarted", { cause: caught })
      : toRestartError(caught);
    return reportError(host, guessFormat(argv), error);
  }
}
