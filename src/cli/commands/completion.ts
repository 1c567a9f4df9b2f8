import { exitCodes, nearest, RestartError } from "../../core/index.ts";
import type { Invocation } from "../arguments.ts";
import type { CliHost } from "../cli-host.ts";

// The words come from the program itself, so that a script never knows less than the program does.
const scripts = {
  bash: `# source <(restart completion bash)
_restart() {
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}") line
  # "=" breaks words in bash; the program wants them whole.
  COMPREPLY=()
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(restart __complete "\${words[@]}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == */ ]] && compopt -o nospace
}
complete -F _restart restart
`,
  zsh: `#compdef restart
# source <(restart completion zsh)
_restart() {
  local -a lines
  lines=("\${(@f)$(restart __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -Q -- \${lines:#}
}
compdef _restart restart
`,
  fish: `# restart completion fish | source
function __restart_complete
  set -l words (commandline -opc) (commandline -ct)
  restart __complete $words[2..-1] 2>/dev/null
end
complete -c restart -f -a '(__restart_complete)'
`,
} as const;

/** `restart completion bash|zsh|fish`. */
export async function completionCommand({ streams }: CliHost, { words }: Invocation): Promise<number> {
  const [shell = ""] = words;
  const names = Object.keys(scripts) as readonly (keyof typeof scripts)[];
  const known = names.find((name) => name === shell);
  if (known === undefined || words.length > 1) {
    const guess = nearest(shell, names);
    const advice = guess === undefined || shell === "" ? "shells: bash, zsh, fish" : `did you mean ${guess}?`;
    throw new RestartError(
      "Usage",
      shell === "" ? `which shell? ${advice}` : `no completion for "${words.join(" ")}"; ${advice}`,
    );
  }
  await streams.out(scripts[known]);
  return exitCodes.healthy;
}
