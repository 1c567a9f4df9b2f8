import { Command, CommanderError, Option } from "commander";
import {
  defaultLimits,
  findingCodes,
  nearest,
  parseFieldSelector,
  parseLabelSelector,
  RestartError,
} from "../core/index.ts";
import type { ConnectionFlags } from "./connection-flags.ts";
import { parseDuration } from "./duration.ts";
import { type CommandName, commandNames, commands, type FlagSpec, type Format, flags, formats } from "./flags.ts";
import { type ListFlags, readListFlags } from "./list-flags.ts";
import { readSelectionFlags, type SelectionFlags, showing } from "./selection-flags.ts";
import { readServeFlags, type ServeFlags } from "./serve-flags.ts";

/** The arguments of one command, checked: nothing about them can be wrong any more without asking a cluster. */
export interface Invocation {
  readonly command: CommandName;
  readonly help: boolean;
  readonly words: readonly string[];
  readonly connection: ConnectionFlags;
  readonly contexts: readonly string[];
  readonly namespaces: readonly string[];
  readonly allNamespaces: boolean;
  readonly selector: string | undefined;
  readonly fieldSelector: string | undefined;
  readonly selection: SelectionFlags;
  readonly skipMissing: boolean;
  readonly skipBlocked: boolean;
  readonly restartOwner: boolean;
  readonly dryRun: boolean;
  /** `true` is plain `--yes`; a number is the number of workloads that were consented to. */
  readonly yes: boolean | number;
  readonly wait: boolean;
  readonly allow: readonly string[];
  readonly block: readonly string[];
  readonly deletePods: boolean;
  /** Milliseconds. */
  readonly stallTimeout: number;
  readonly failAfter: number;
  readonly timeout: number | undefined;
  readonly waitTerminated: boolean;
  readonly fieldManager: string;
  readonly readOnly: boolean;
  readonly format: Format;
  readonly colour: boolean;
  readonly plain: boolean;
  /** The terminal UI draws with ASCII alone. */
  readonly ascii: boolean;
  readonly verbose: boolean;
  readonly list: ListFlags;
  readonly serve: ServeFlags;
}

type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/**
 * Reads the arguments of the program, its own name not among them. Rejects with `Usage`; an unknown flag, format or code
 * names the nearest right spelling.
 */
export function parseArguments(argv: readonly string[]): Invocation {
  if (argv[0] === "help") return parseArguments([...argv.slice(1, 2), "--help"]);
  const [first = "", ...others] = argv;
  if (isCommand(first) && first !== "restart") return parseFor(first, others);
  const root = scan("restart", argv);
  const word = root.words[0] ?? "";
  // Flags may stand in front of the command: `restart -n shop get deploy`.
  if (isCommand(word) && word !== "restart") return parseFor(word, argv.toSpliced(argv.indexOf(word), 1));
  return invocation("restart", root);
}

/** The format that was asked for, as far as arguments that cannot be read tell: an error is written in it, too. */
export function guessFormat(argv: readonly string[]): Format {
  const at = argv.findIndex((argument) => /^(-o|--output)(=|$)|^-o[a-z]/.test(argument));
  const argument = argv[at] ?? "";
  const text = /^(-o|--output)$/.test(argument) ? argv[at + 1] : argument.replace(/^(-o|--output)=?/, "");
  return formats.find((format) => format === text) ?? "text";
}

function isCommand(word: string): word is CommandName {
  return commandNames.some((name) => name === word);
}

function parseFor(command: CommandName, argv: readonly string[]): Invocation {
  return invocation(command, scan(command, argv));
}

interface Scanned {
  readonly words: readonly string[];
  readonly values: Values;
}

function scan(command: CommandName, argv: readonly string[]): Scanned {
  const known = flags.filter(({ commands: of }) => of.includes(command));
  const parser = new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {}, outputError: () => {} })
    .helpOption(false)
    .helpCommand(false)
    .argument("[words...]");
  for (const spec of known) parser.addOption(option(spec));
  if (command === "restart") {
    parser
      .addOption(new Option("--yes-number <text>").hideHelp())
      .addOption(new Option("--dry-run-mode <text>").hideHelp());
  }
  try {
    parser.parse(rewrite(argv, known), { from: "user" });
  } catch (caught) {
    throw caught instanceof CommanderError ? usageError(command, caught) : caught;
  }
  return { words: parser.args, values: parser.opts() };
}

function option({ name, short, value, repeats }: FlagSpec): Option {
  const long = value === undefined ? `--${name}` : `--${name} <${value}>`;
  const made = new Option(short === undefined ? long : `-${short}, ${long}`);
  return repeats ? made.argParser((text: string, before: readonly string[] = []) => [...before, text]) : made;
}

/**
 * Writes what kubectl allows and the parser does not in the parser's way: `-n=shop`, `--all-namespaces=true`, and the
 * flags whose value may stand only behind `=`.
 */
function rewrite(argv: readonly string[], known: readonly FlagSpec[]): readonly string[] {
  const end = argv.indexOf("--");
  const open = end < 0 ? argv : argv.slice(0, end);
  const closed = end < 0 ? [] : argv.slice(end);
  return [...open.flatMap((argument) => rewriteOne(argument, known)), ...closed];
}

function rewriteOne(argument: string, known: readonly FlagSpec[]): readonly string[] {
  const [, dashes = "", name = "", value = ""] = /^(--|-)([A-Za-z][\w-]*)=(.*)$/s.exec(argument) ?? [];
  const spec = known.find((flag) => (dashes === "--" ? flag.name === name : flag.short === name && name !== ""));
  const waits = known.some((flag) => flag.name === "no-wait");
  if (waits && (argument === "--wait" || argument === "--watch=true" || argument === "--wait=true")) return [];
  if (waits && (name === "wait" || spec?.name === "watch") && value === "false") return ["--no-wait"];
  if (spec === undefined) return [argument];
  if (spec.value !== undefined) return dashes === "-" ? [`--${spec.name}=${value}`] : [argument];
  if (spec.name === "yes") return [`--yes-number=${value}`];
  if (spec.name === "dry-run") return [`--dry-run-mode=${value}`];
  if (value === "true") return [`--${spec.name}`];
  if (value === "false") return [];
  throw new RestartError("Usage", `--${spec.name} is a switch and takes no value "${value}"`);
}

function usageError(command: CommandName, error: CommanderError): RestartError {
  const given = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  if (error.code === "commander.unknownOption") {
    const own = flags.filter(({ commands: of }) => of.includes(command));
    const elsewhere = flags.flatMap(({ name, commands: of }) => (`--${name}` === given.split("=")[0] ? of : []));
    const guess = nearest(
      given.split("=")[0] ?? "",
      own.map(({ name }) => `--${name}`),
    );
    const advice =
      elsewhere.length > 0
        ? `: it belongs to ${elsewhere.map((name) => (name === "restart" ? "restart TARGET" : `restart ${name}`)).join(", ")}`
        : guess === undefined
          ? `; see restart ${command === "restart" ? "" : `${command} `}--help`
          : `; did you mean ${guess}?`;
    return new RestartError("Usage", `unknown flag ${given}${advice}`, { cause: error });
  }
  if (error.code === "commander.optionMissingArgument") {
    return new RestartError("Usage", `flag ${given.replace(/^-\w, /, "")} needs a value`, { cause: error });
  }
  return new RestartError("Usage", error.message.replace(/^error: /, ""), { cause: error });
}

function invocation(command: CommandName, { words, values }: Scanned): Invocation {
  const text = (name: string) => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  const several = (name: string): readonly string[] => {
    const value = values[name];
    return typeof value === "object" ? value : [];
  };
  const duration = (name: string, flag: string) => {
    const value = text(name);
    return value === undefined ? undefined : parseDuration(value, flag);
  };
  const selector = text("selector") || undefined;
  const fieldSelector = text("fieldSelector") || undefined;
  if (selector !== undefined) showing(selector, parseLabelSelector);
  if (fieldSelector !== undefined) showing(fieldSelector, parseFieldSelector);
  return {
    command,
    words,
    help: values["help"] === true,
    connection: {
      kubeconfig: several("kubeconfig"),
      cluster: text("cluster"),
      user: text("user"),
      server: text("server"),
      token: text("token"),
      as: text("as"),
      asGroups: several("asGroup"),
      asUid: text("asUid"),
      insecureSkipTlsVerify: values["insecureSkipTlsVerify"] === true,
      requestTimeout: duration("requestTimeout", "--request-timeout"),
    },
    contexts: several("context"),
    // kubectl reads an empty namespace as none given.
    namespaces: several("namespace").filter((name) => name !== ""),
    allNamespaces: values["allNamespaces"] === true,
    selector,
    fieldSelector,
    selection: readSelectionFlags(several, (name) => values[name] === true),
    skipMissing: values["skipMissing"] === true,
    skipBlocked: values["skipBlocked"] === true,
    restartOwner: values["restartOwner"] === true,
    dryRun: dryRun(values),
    yes: consent(values),
    wait: values["wait"] !== false,
    allow: findingsNamed("--allow", several("allow")),
    block: findingsNamed("--block", several("block")),
    deletePods: deletePods(values),
    stallTimeout: duration("stallTimeout", "--stall-timeout") || defaultLimits.stallTimeout,
    failAfter: duration("failAfter", "--fail-after") ?? defaultLimits.failAfter,
    timeout: duration("timeout", "--timeout") || undefined,
    waitTerminated: values["waitTerminated"] === true,
    fieldManager: fieldManager(text("fieldManager")),
    readOnly: values["readOnly"] === true,
    format: outputFormat(command, text("output")),
    colour: values["color"] !== false,
    plain: values["plain"] === true,
    ascii: values["ascii"] === true,
    verbose: values["verbose"] === true,
    list: readListFlags(text, (name) => values[name] === true),
    serve: readServeFlags(text, several, (name) => values[name] === true),
  };
}

function outputFormat(command: CommandName, given: string | undefined): Format {
  if (given === undefined) return "text";
  const valid = commands[command].formats;
  const format = valid.find((candidate) => candidate === given);
  if (format !== undefined) return format;
  const guess = nearest(given, valid);
  const known = formats.some((candidate) => candidate === given);
  const what = known ? `restart ${command} has no output format "${given}"` : `there is no output format "${given}"`;
  throw new RestartError("Usage", `${what}; ${guess ? `did you mean ${guess}?` : `formats: ${valid.join(", ")}`}`);
}

function consent(values: Values): boolean | number {
  const number = values["yesNumber"];
  if (typeof number !== "string") return values["yes"] === true;
  if (number === "true") return true;
  if (number === "false") return false;
  if (/^[1-9]\d*$/.test(number)) return Number(number);
  throw new RestartError("Usage", `--yes=${number}: the value is the number of workloads that will be restarted`);
}

function dryRun(values: Values): boolean {
  const mode = values["dryRunMode"];
  if (typeof mode !== "string") return values["dryRun"] === true;
  if (mode === "server" || mode === "true") return true;
  if (mode === "none" || mode === "false") return false;
  const why = mode === "client" ? "a dry run always asks the API server; use --dry-run" : "the value is server or none";
  throw new RestartError("Usage", `--dry-run=${mode}: ${why}`);
}

function deletePods(values: Values): boolean {
  if (values["deletePods"] !== true) return false;
  if (values["wait"] !== false) return true;
  throw new RestartError(
    "Usage",
    "--delete-pods replaces the pods one after the other, which is following: leave out --no-wait",
  );
}

function findingsNamed(flag: string, given: readonly string[]): readonly string[] {
  const codes = given
    .flatMap((text) => text.split(","))
    .map((code) => code.trim())
    .filter((code) => code !== "");
  const known = findingCodes.map(({ code }) => code);
  for (const code of codes) {
    if (known.includes(code)) continue;
    const guess = nearest(code, known);
    const advice = guess === undefined ? "restart explain lists them" : `did you mean ${guess}?`;
    throw new RestartError("Usage", `${flag}: there is no finding "${code}"; ${advice}`);
  }
  return codes;
}

function fieldManager(given: string | undefined): string {
  if (given === undefined) return "restart";
  // The API server's own limits (apimachinery pkg/apis/meta/v1/validation, ValidateFieldManager).
  if (given === "" || given.length > 128 || /[^\p{L}\p{N}\p{P}\p{S} ]/u.test(given)) {
    throw new RestartError("Usage", "--field-manager: at most 128 printable characters");
  }
  return given;
}
