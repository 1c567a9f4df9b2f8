import { homedir } from "node:os";
import { join } from "node:path";
import type { CliHost } from "../cli/cli-host.ts";
import type { ConnectionFlags } from "../cli/connection-flags.ts";
import type { Inspection } from "../core/index.ts";
import { type ClusterSourceOptions, effectiveKubeconfig } from "../runtime/cluster-source.ts";
import { resolveContext } from "../runtime/context-entry.ts";
import { fixedCredentials } from "../runtime/credentials.ts";
import { inspectContext } from "../runtime/inspect-context.ts";
import { inspectFolder } from "../runtime/inspect-folder.ts";
import { inspectKubeconfig } from "../runtime/inspect-kubeconfig.ts";

const connectMilliseconds = 5000;

type Env = Readonly<Record<string, string | undefined>>;

/** What `restart doctor` sees of this machine. `sourceOptions` are read when a context is looked at: they may not be readable. */
export function inspectMachine(
  { streams, version, platform }: Pick<CliHost, "streams" | "version" | "platform">,
  flags: ConnectionFlags,
  env: Env,
  sourceOptions: () => ClusterSourceOptions,
): Inspection {
  const home = env["HOME"] ?? homedir();
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return {
    kubeconfig: inspectKubeconfig({
      explicitFiles: flags.kubeconfig,
      env,
      homeDirectory: home,
      workingDirectory: process.cwd(),
    }),
    context: async (name, signal) => {
      const options = sourceOptions();
      const kubeconfig = effectiveKubeconfig(options);
      const entry = resolveContext(kubeconfig, { ...options.flags, context: name });
      const transport = {
        credentials: fixedCredentials({}),
        env,
        userAgent: `restart/${version}`,
        connectMilliseconds,
      };
      return inspectContext(kubeconfig, entry, transport, signal);
    },
    terminal: {
      stdin: streams.stdinIsTerminal,
      stdout: streams.stdoutIsTerminal,
      stderr: streams.stderrIsTerminal,
      columns: streams.columns(),
      rows: streams.rows(),
      colour: streams.colour,
      term: env["TERM"] ?? "",
      unicode: process.platform === "win32" || /utf-?8/i.test(locale),
    },
    config: inspectFolder(join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "restart", "config.yaml")),
    state: inspectFolder(join(env["XDG_STATE_HOME"] || join(home, ".local", "state"), "restart")),
    executable: { version, platform, runtime: `Bun ${process.versions["bun"] ?? "?"}` },
  };
}
