import { type CommandName, commandNames, commands, type FlagSpec, flags } from "./flags.ts";

const groups: Readonly<Record<FlagSpec["group"], string>> = {
  targets: "What",
  cluster: "Where",
  run: "How",
  output: "Output",
};

/** The help of one command; of the program when it is the first. */
export function helpText(command: CommandName): string {
  const { usage, about, examples } = commands[command];
  const own = flags.filter(({ commands: of }) => of.includes(command));
  const sections = (Object.keys(groups) as readonly FlagSpec["group"][]).flatMap((group) => {
    const some = own.filter((flag) => flag.group === group);
    return some.length === 0 ? [] : [`${groups[group]}:\n${some.map(flagLine).join("")}`];
  });
  return [
    `${about}\n`,
    `Usage:\n  ${usage}\n${command === "restart" ? otherUsages() : ""}`,
    `Examples:\n${examples.map((example) => `  ${example}\n`).join("")}`,
    ...sections,
  ].join("\n");
}

/** What is printed where a target is missing. */
export function usageText(): string {
  return `Usage:\n  ${commands.restart.usage}\n${otherUsages()}\nrestart --help says more.\n`;
}

function otherUsages(): string {
  const others = commandNames.filter((name) => name !== "restart").map((name) => `  ${commands[name].usage}\n`);
  return `${others.join("")}  restart demo [--serve]\n`;
}

function flagLine({ name, short, value, optional, about }: FlagSpec): string {
  const spelling = `${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}${optional === undefined ? "" : `[=${optional}]`}`;
  return `  ${spelling.padEnd(32)} ${about}\n`;
}
