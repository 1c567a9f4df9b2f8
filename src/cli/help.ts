import { type CommandName, commandNames, commands, type FlagSpec, flags } from "./flags.ts";

const groups: readonly (readonly [FlagSpec["group"], string])[] = [
  ["targets", "Which workloads"],
  ["cluster", "Which cluster, as whom"],
  ["run", "How"],
  ["output", "Output"],
];

/** The help of a command: what it does, its flags by group, examples. */
export function commandHelp(command: CommandName): string {
  const { usage, about, examples } = commands[command];
  const own = flags.filter(({ commands: of }) => of.includes(command));
  const sections = groups.flatMap(([group, title]) => {
    const rows = own.filter((flag) => flag.group === group).map((flag) => [spelling(flag), flag.about] as const);
    if (rows.length === 0) return [];
    const width = Math.max(...rows.map(([name]) => name.length));
    return [`${title}:\n${rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join("\n")}`];
  });
  const others =
    command === "restart"
      ? [
          `Other commands:\n${commandNames
            .filter((name) => name !== "restart")
            .map((name) => `  ${commands[name].usage.padEnd(40)}${commands[name].about.split("\n")[0]}`)
            .join("\n")}`,
        ]
      : [];
  const shown = `Examples:\n${examples.map((example) => `  ${example}`).join("\n")}`;
  return `${[about, `Usage:\n  ${usage}`, ...others, shown, ...sections].join("\n\n")}\n`;
}

/** What a call without arguments shows. */
export function usage(): string {
  const lines = commandNames.map((name) => `  ${commands[name].usage}`);
  return `usage:\n${lines.join("\n")}\n  restart demo [--serve]\n\nrestart --help tells more.\n`;
}

function spelling({ name, short, value }: FlagSpec): string {
  const letter = short === undefined ? "    " : `-${short}, `;
  const argument = value === undefined ? "" : ` ${value}`;
  return `${letter}--${name}${name === "yes" ? "[=N]" : argument}`;
}
