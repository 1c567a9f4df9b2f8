import type { Clock } from "../kube/clock.ts";
import { RestartError } from "../kube/error.ts";
import type { ContextEntry } from "./context-entry.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";
import { readExecOutput } from "./exec-output.ts";
import { invalidKubeconfig } from "./kubeconfig-document.ts";
import type { ExecConfig } from "./kubeconfig-entry.ts";
import { singleFlight } from "./single-flight.ts";
import { clusterAuthorities } from "./tls-settings.ts";

export interface PluginHost {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a plugin may ask the person: only when standard input is a terminal and no one else reads it. */
  readonly stdinIsTerminal: boolean;
  /** Receives what plugins write to standard error; without it they write to this process's own. */
  readonly onPluginStderr?: (text: string) => void;
}

const renewalPauseMilliseconds = 60_000;
const longestOutput = 1024 * 1024;

/**
 * Credentials printed by the program in `user.exec` (client.authentication.k8s.io v1 and v1beta1): run once for all
 * who wait, kept until `expirationTimestamp`, run again once after a 401 (at most once a minute: a plugin may prompt).
 * What it gives goes on top of `certificate`, the client certificate of the kubeconfig.
 * Rejects with `CredentialsFailed`; the sentence names the plugin and never quotes its output.
 */
export function execCredentials(
  entry: ContextEntry,
  exec: ExecConfig,
  certificate: Pick<Credentials, "clientCertificate" | "clientKey">,
  host: PluginHost,
): CredentialSource {
  checkExec(entry, exec);
  let cached: { readonly credentials: Credentials; readonly expiresAt: number | undefined } | undefined;
  let renewedAt: number | undefined;
  const run = singleFlight(async (signal) => {
    const output = readExecOutput(await runPlugin(entry, exec, host, signal), exec.apiVersion);
    if ("problem" in output) throw pluginError(entry, exec, output.problem);
    cached = { credentials: { ...certificate, ...output.credentials }, expiresAt: output.expiresAt };
    return cached.credentials;
  });
  return {
    get: (signal) => {
      const valid = cached !== undefined && (cached.expiresAt === undefined || host.clock.now() < cached.expiresAt);
      return valid && cached !== undefined ? Promise.resolve(cached.credentials) : run(signal);
    },
    renew: async (refused, signal) => {
      if (cached !== undefined && cached.credentials !== refused) return cached.credentials;
      if (renewedAt !== undefined && host.clock.now() - renewedAt < renewalPauseMilliseconds) return undefined;
      const credentials = await run(signal);
      renewedAt = host.clock.now();
      return credentials;
    },
  };
}

function checkExec(entry: ContextEntry, exec: ExecConfig): void {
  const refuse = (problem: string): RestartError => {
    const { file, line } = entry.user?.origin ?? { file: "kubeconfig", line: undefined };
    return invalidKubeconfig(file, line, `the credential plugin of user ${quote(entry.userName)} ${problem}`);
  };
  if (exec.command === "") throw refuse("has no command");
  if (exec.apiVersion === "") throw refuse("has no apiVersion");
  if (!/^client\.authentication\.k8s\.io\/v1(?:beta1)?$/u.test(exec.apiVersion)) {
    throw refuse(`has the apiVersion ${exec.apiVersion}, must be client.authentication.k8s.io/v1 or …/v1beta1`);
  }
  if (exec.apiVersion.endsWith("/v1") && exec.interactiveMode === undefined) {
    throw refuse("has no interactiveMode (Never, IfAvailable or Always)");
  }
  if (exec.env.some((variable) => variable.name === "")) throw refuse("has an env entry without a name");
}

async function runPlugin(
  entry: ContextEntry,
  exec: ExecConfig,
  host: PluginHost,
  signal: AbortSignal,
): Promise<string> {
  const mode = exec.interactiveMode ?? "IfAvailable";
  if (mode === "Always" && !host.stdinIsTerminal) {
    throw pluginError(entry, exec, "needs a terminal to ask for input, and standard input is none");
  }
  const interactive = mode !== "Never" && host.stdinIsTerminal;
  const { spawn } = await import("node:child_process");
  const child = spawn(exec.command, exec.args, {
    env: {
      ...host.env,
      ...Object.fromEntries(exec.env.map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(entry, exec, interactive)),
    },
    // A plugin that reads an open pipe would wait for ever; one that has none fails and says so.
    stdio: [interactive ? "inherit" : "ignore", "pipe", host.onPluginStderr === undefined ? "inherit" : "pipe"],
    signal,
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= longestOutput) chunks.push(chunk);
    else child.kill();
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => host.onPluginStderr?.(text));
  child.on("error", (cause) => reject(signal.aborted ? signal.reason : startError(entry, exec, cause)));
  child.on("close", (code, signalName) => {
    if (signal.aborted) reject(signal.reason);
    else if (size > longestOutput) reject(pluginError(entry, exec, "printed more than 1 MiB"));
    else if (code === 0) resolve(Buffer.concat(chunks).toString("utf8"));
    else {
      const how = code === null ? `was ended by ${signalName ?? "a signal"}` : `failed with exit code ${code}`;
      reject(pluginError(entry, exec, how));
    }
  });
  return promise;
}

/** The `KUBERNETES_EXEC_INFO` of one call; client-go sets it with and without cluster information. */
function execInfo(entry: ContextEntry, exec: ExecConfig, interactive: boolean): unknown {
  const { cluster } = entry;
  const authorities = exec.provideClusterInfo ? clusterAuthorities(entry) : undefined;
  return {
    kind: "ExecCredential",
    apiVersion: exec.apiVersion,
    spec: {
      ...(exec.provideClusterInfo && {
        cluster: {
          server: cluster.server,
          ...(cluster.tlsServerName !== undefined && { "tls-server-name": cluster.tlsServerName }),
          ...(cluster.insecureSkipTlsVerify && { "insecure-skip-tls-verify": true }),
          ...(authorities !== undefined && {
            "certificate-authority-data": Buffer.from(authorities, "utf8").toString("base64"),
          }),
          ...(cluster.proxyUrl !== undefined && { "proxy-url": cluster.proxyUrl }),
          ...(cluster.disableCompression && { "disable-compression": true }),
          config: cluster.execConfig ?? null,
        },
      }),
      interactive,
    },
  };
}

function startError(entry: ContextEntry, exec: ExecConfig, cause: unknown): RestartError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT") {
    const hint = cleanHint(exec.installHint ?? "");
    return pluginError(entry, exec, `is not installed${hint === "" ? "" : `: ${hint}`}`, { installHint: hint });
  }
  if (code === "EACCES") return pluginError(entry, exec, "is not executable");
  return pluginError(entry, exec, `cannot be started${typeof code === "string" ? ` (${code})` : ""}`);
}

// The kubeconfig may come from anywhere: its hint must not steer a terminal.
function cleanHint(hint: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken out
  const plain = hint.replace(/\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/gu, "");
  return plain
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .slice(0, 500);
}

function pluginError(
  entry: ContextEntry,
  exec: ExecConfig,
  problem: string,
  detail: Readonly<Record<string, string>> = {},
): RestartError {
  return new RestartError(
    "CredentialsFailed",
    `the credential plugin ${quote(exec.command)} of user ${quote(entry.userName)} ${problem}`,
    { detail: { cluster: entry.name, server: entry.server, user: entry.userName, command: exec.command, ...detail } },
  );
}

function quote(text: string): string {
  return JSON.stringify(text);
}
