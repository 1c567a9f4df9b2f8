import { arch, homedir, platform } from "node:os";
import type { CliHost } from "../cli/cli-host.ts";
import type { ConnectionFlags } from "../cli/connection-flags.ts";
import { runCli } from "../cli/index.ts";
import { type ClusterSource, memoryJournal } from "../core/index.ts";
import { type ClusterSourceOptions, createClusterSource } from "../runtime/cluster-source.ts";
import type { PluginHost } from "../runtime/exec-credential.ts";
import { type Kubeconfig, loadKubeconfig } from "../runtime/kubeconfig.ts";
import { createStreams } from "../runtime/streams.ts";
import { createSystemClock } from "../runtime/system-clock.ts";
import { watchSignals } from "./signals.ts";
import { version } from "./version.ts";

/** The command line on this process. Resolves with the exit code, when everything was written. */
export async function cli(argv: readonly string[]): Promise<number> {
  const signals = watchSignals();
  return signals.exitCode(await runCli(argv, createHost(signals)));
}

/** What the command line needs from this process. */
export function createHost({ drain, leave, hangUp }: CliHost["signals"]): CliHost {
  const { env } = process;
  const streams = createStreams({ stdin: () => process.stdin, stdout: process.stdout, stderr: process.stderr, env });
  const clock = createSystemClock();
  const plugins = { clock, env, stdinIsTerminal: streams.stdinIsTerminal };
  const host: CliHost = {
    streams,
    clock,
    signals: { drain, leave, hangUp },
    terminalUi: async (invocation) => (await import("./tui.ts")).openTerminalUi(invocation, host),
    serve: async (invocation) => (await import("./serve.ts")).serve(invocation, host),
    version,
    random: Math.random,
    journal: memoryJournal,
    platform: `${platform()}/${arch()}`,
    dumbTerminal: env["TERM"] === "dumb",
    toYaml: async (document) => (await import("yaml")).stringify(document),
    readManifests: async (paths, recursive) =>
      (await import("../runtime/manifest-files.ts")).readManifestFiles({
        paths,
        recursive,
        workingDirectory: process.cwd(),
        stdin: async () => {
          const chunks: Uint8Array[] = [];
          for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
          return Buffer.concat(chunks).toString("utf8");
        },
      }),
    inspect: async (flags) =>
      (await import("./inspect.ts")).inspectMachine(host, flags, env, () => sourceOptions(flags, plugins)),
    clusters: async (flags): Promise<ClusterSource> => createClusterSource(sourceOptions(flags, plugins)),
  };
  return host;
}

/** How the clusters are reached; rejects with `InvalidConfig`. */
function sourceOptions(flags: ConnectionFlags, plugins: PluginHost): ClusterSourceOptions {
  const { env } = plugins;
  const kubeconfig = loadKubeconfig({
    explicitFiles: flags.kubeconfig,
    env,
    homeDirectory: env["HOME"] ?? homedir(),
    workingDirectory: process.cwd(),
  });
  return {
    ...plugins,
    version,
    kubeconfig: overridden(kubeconfig, flags),
    flags: {
      asGroups: flags.asGroups,
      ...(flags.cluster !== undefined && { cluster: flags.cluster }),
      ...(flags.user !== undefined && { user: flags.user }),
      ...(flags.as !== undefined && { as: flags.as }),
      ...(flags.asUid !== undefined && { asUid: flags.asUid }),
    },
    // 0 is no limit, as with kubectl.
    ...(flags.requestTimeout && { requestMilliseconds: flags.requestTimeout }),
  };
}

/** `--server`, `--token` and `--insecure-skip-tls-verify` hold for whatever context is opened, as with kubectl. */
function overridden(kubeconfig: Kubeconfig, flags: ConnectionFlags): Kubeconfig {
  const { server, token, insecureSkipTlsVerify } = flags;
  return {
    ...kubeconfig,
    clusters: kubeconfig.clusters.map((cluster) => {
      const { certificateAuthority: _, certificateAuthorityData: __, ...trusting } = cluster;
      const base = insecureSkipTlsVerify ? { ...trusting, insecureSkipTlsVerify } : cluster;
      return server === undefined ? base : { ...base, server };
    }),
    users: kubeconfig.users.map((user) => {
      if (token === undefined) return user;
      const { tokenFile: _, exec: __, authProvider: ___, ...rest } = user;
      return { ...rest, token };
    }),
  };
}
