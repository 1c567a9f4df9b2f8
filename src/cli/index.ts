import { exitCodes, nearest, parseKind, RestartError, toRestartError } from "../core/index.ts";
import { guessFormat, type Invocation, parseArguments } from "./arguments.ts";
import type { CliHost } from "./cli-host.ts";
import { complete } from "./complete.ts";
import { type CommandName, commandNames } from "./flags.ts";
import { helpText, usageText } from "./help.ts";
import { reportError } from "./print/report.ts";
import { isSelective } from "./selection-flags.ts";

type Command = (host: CliHost, invocation: Invocation) => Promise<number>;

// Loaded when it is its turn: a list does not pay for a run.
const load: Readonly<Record<CommandName, () => Promise<Command>>> = {
  restart: async () => (await import("./commands/restart.ts")).restartCommand,
  get: async () => (await import("./commands/get.ts")).getCommand,
  status: async () => (await import("./commands/status.ts")).statusCommand,
  plan: async () => (await import("./commands/plan.ts")).planCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand,
  explain: async () => (await import("./commands/explain.ts")).explainCommand,
  serve: async () => (await import("./commands/serve.ts")).serveCommand,
  version: async () => (await import("./commands/version.ts")).versionCommand,
  completion: async () => (await import("./commands/completion.ts")).completionCommand,
};

/**
 * Runs one command and resolves with its exit code (docs/exit-codes.md). `argv` is without the program's own name. It
 * never rejects: every error is a sentence on standard error, and a document where one was asked for.
 */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  try {
    if (argv[0] === "__complete") {
      const words = await complete(host, argv.slice(1));
      await host.streams.out(words.map((word) => `${word}\n`).join(""));
      return exitCodes.healthy;
    }
    const invocation = parseArguments(argv);
    if (invocation.help) {
      await host.streams.out(helpText(invocation.command));
      return exitCodes.healthy;
    }
    if (opensTerminalUi(invocation, host)) return await host.terminalUi(invocation);
    if (argv.length === 0) {
      await host.streams.err(usageText());
      return exitCodes.usage;
    }
    const command = await load[invocation.command]();
    return await command(host, invocation);
  } catch (caught) {
    const error = Object.values(host.signals).some(({ aborted }) => aborted)
      ? new RestartError("Canceled", "interrupted: nothing was restarted", { cause: caught })
      : withCommandAdvice(toRestartError(caught), argv);
    return reportError(host, guessFormat(argv), error);
  }
}

/** No target, nothing that only a target could mean, and somebody to look at it. */
function opensTerminalUi(invocation: Invocation, { streams, dumbTerminal }: CliHost): boolean {
  const { command, words, selector, fieldSelector, yes, dryRun, wait, allow, format, plain } = invocation;
  if (command !== "restart" || words.length > 0 || !streams.stdinIsTerminal || !streams.stdoutIsTerminal) return false;
  if (selector !== undefined || fieldSelector !== undefined || yes !== false || dryRun || !wait) return false;
  if (allow.length > 0 || format !== "text" || isSelective(invocation.selection)) return false;
  if (!dumbTerminal && !plain) return true;
  const why = plain ? "--plain never redraws" : "this terminal cannot move its cursor";
  throw new RestartError(
    "Usage",
    `${why}, and the terminal UI has to: restart get lists workloads, restart TARGET restarts one`,
  );
}

/** A word that is no kind may be a command with a slip in it. */
function withCommandAdvice(error: RestartError, argv: readonly string[]): RestartError {
  const [word = ""] = argv;
  if (error.reason !== "Usage" || error.detail["given"] !== word || parseKind(word) !== undefined) return error;
  const guess = nearest(word, [...commandNames, "demo"]);
  if (guess === undefined) return error;
  return new RestartError("Usage", `there is no command or kind "${word}"; did you mean restart ${guess}?`, {
    cause: error,
  });
}
