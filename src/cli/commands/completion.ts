import { exitCodes, findingCodes, RestartError, workloadKinds } from "../../core/index.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";
import { commandNames, commands, flags, formats } from "../flags.ts";

const shells = ["bash", "zsh", "fish"] as const;

/** `restart completion SHELL`: a script made of the same tables that the arguments are read with. */
export async function completionCommand(host: CliHost, { words }: Invocation): Promise<number> {
  const [shell = "", ...more] = words;
  const known = shells.find((candidate) => candidate === shell);
  if (known === undefined || more.length > 0) {
    throw new RestartError("Usage", `restart completion takes one shell: ${shells.join(", ")}`);
  }
  const script = { bash, zsh, fish }[known];
  await host.streams.out(script());
  return exitCodes.healthy;
}

const subcommands = commandNames.filter((name) => name !== "restart");
const kinds = workloadKinds.flatMap((kind) => [...kind.shortNames, kind.singular]);
const codes = findingCodes.map(({ code }) => code);
const switches = flags.flatMap(({ name, short }) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]);

function bash(): string {
  return `# bash completion of restart: source <(restart completion bash)
_restart() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  case "$previous" in
    -o|--output) COMPREPLY=($(compgen -W "${formats.join(" ")}" -- "$current")); return ;;
    --allow) COMPREPLY=($(compgen -W "${codes.join(" ")}" -- "$current")); return ;;
    explain) COMPREPLY=($(compgen -W "${codes.join(" ")}" -- "$current")); return ;;
    completion) COMPREPLY=($(compgen -W "${shells.join(" ")}" -- "$current")); return ;;
    --kubeconfig) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "${switches.join(" ")}" -- "$current"))
  elif [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${[...subcommands, ...kinds].join(" ")}" -- "$current"))
  else
    COMPREPLY=($(compgen -W "${kinds.join(" ")}" -- "$current"))
  fi
}
complete -F _restart restart
`;
}

function zsh(): string {
  const described = subcommands.map((name) => `    '${name}:${firstLine(commands[name].about)}'`).join("\n");
  return `#compdef restart
# zsh completion of restart: source <(restart completion zsh)
_restart() {
  local -a subcommands kinds
  subcommands=(
${described}
  )
  kinds=(${kinds.join(" ")})
  case "$words[CURRENT-1]" in
    -o|--output) compadd ${formats.join(" ")}; return ;;
    --allow|explain) compadd ${codes.join(" ")}; return ;;
    completion) compadd ${shells.join(" ")}; return ;;
    --kubeconfig) _files; return ;;
  esac
  if [[ "$PREFIX" == -* ]]; then compadd -- ${switches.join(" ")}
  elif (( CURRENT == 2 )); then _describe command subcommands; compadd -a kinds
  else compadd -a kinds
  fi
}
if [ "$funcstack[1]" = "_restart" ]; then _restart "$@"; else compdef _restart restart; fi
`;
}

function fish(): string {
  const lines = [
    "# fish completion of restart: restart completion fish | source",
    "complete -c restart -f",
    ...subcommands.map(
      (name) => `complete -c restart -n __fish_use_subcommand -a ${name} -d '${firstLine(commands[name].about)}'`,
    ),
    `complete -c restart -a '${kinds.join(" ")}'`,
    ...flags.map(({ name, short, about, value }) => {
      const choices =
        name === "output" ? ` -a '${formats.join(" ")}'` : name === "allow" ? ` -a '${codes.join(" ")}'` : "";
      const letter = short === undefined ? "" : ` -s ${short}`;
      return `complete -c restart -l ${name}${letter}${value === undefined ? "" : " -r"}${choices} -d '${about.replaceAll("'", "\\'")}'`;
    }),
    `complete -c restart -n '__fish_seen_subcommand_from explain' -a '${codes.join(" ")}'`,
    `complete -c restart -n '__fish_seen_subcommand_from completion' -a '${shells.join(" ")}'`,
  ];
  return `${lines.join("\n")}\n`;
}

function firstLine(about: string): string {
  return (about.split("\n")[0] ?? "").replaceAll("'", "'\\''").replaceAll(":", "\\:");
}
