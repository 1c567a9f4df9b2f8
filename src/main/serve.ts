import { homedir } from "node:os";
import { join } from "node:path";
import type { Invocation } from "../cli/arguments.ts";
import type { CliHost } from "../cli/cli-host.ts";
import { selectEntries } from "../cli/open-clusters.ts";
import { serveLines } from "../cli/print/serve-lines.ts";
import type { ServeFlags } from "../cli/serve-flags.ts";
import { type ClusterSource, exitCodes, RestartError, toRestartError } from "../core/index.ts";
import { readCertificate, watchCertificate } from "../runtime/certificate-files.ts";
import { resolveHost } from "../runtime/loopback.ts";
import { openTokenListFile, type TokenListFile } from "../runtime/token-list-file.ts";
import { createTokenAuthenticator } from "../server/bearer-tokens.ts";
import { defaultServerLimits, type ServerCapabilities } from "../server/capabilities.ts";
import { createHandler } from "../server/handler.ts";
import type { Listening } from "../server/hosts/node.ts";
import { listen } from "../server/hosts/node.ts";
import { toJson } from "../words/clean.ts";

/** Running calls have so long to end when the server stops. */
const graceMilliseconds = 10_000;
/** Whoever asks whether the server is ready hears that it is not before nobody answers any more. */
const noticeMilliseconds = 500;
const certificateMilliseconds = 30_000;

/** `restart serve`: resolves with the exit code when the server has stopped. Rejects when it cannot start. */
export async function serve(invocation: Invocation, host: CliHost): Promise<number> {
  const { serve: options, connection } = invocation;
  const source = await host.clusters(connection);
  const entries = options.clusters.length === 0 ? source.entries : selectEntries(source, options.clusters);
  const [first] = entries;
  if (first === undefined) {
    throw new RestartError("InvalidConfig", "no cluster is configured: there is no kubeconfig with a context");
  }
  const names = entries.map(({ name }) => name);
  const place = await findPlace(options);
  if (options.auth === "none" && !place.isPrivate) {
    throw new RestartError("Usage", "--auth none: only on a loopback address or a Unix socket");
  }
  const tokenPath = options.tokenFile ?? defaultTokenFile(process.env);
  if (options.printConfig) {
    await host.streams.out(await host.toYaml(configuration(options, tokenPath, names)));
    return exitCodes.healthy;
  }
  const complain = (error: RestartError): void => void host.streams.err(`Warning: ${error.message}\n`);
  const tokens =
    options.auth === "none"
      ? undefined
      : openTokenListFile({ path: tokenPath, create: options.tokenFile === undefined, onProblem: complain });
  const tls = options.tls && readCertificate(options.tls);
  const stop = new AbortController();
  const handler = createHandler({
    clusters: clustersOf(source, names),
    clock: host.clock,
    random: host.random,
    authenticate: authenticator(tokens),
    audit: (record) => void host.streams.err(`${toJson(record)}\n`),
    // Who may listen on this machine alone must not be led to it by a name of a page's choosing.
    hosts: place.isPrivate && !("path" in place.address) ? [] : undefined,
    origins: [],
    limits: defaultServerLimits,
    stop: stop.signal,
  });
  const stopping = watchStop();
  const server = await listen(handler, { address: place.address, ...(tls && { tls }) });
  const renewal = renewCertificate(server, options, complain);
  await host.streams.err(
    serveLines({
      url: server.url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:"),
      socketPath: "path" in place.address ? place.address.path : undefined,
      certFile: options.tls?.certFile,
      tokenFile: tokens,
      clusters: names,
      example: { cluster: first.name, namespace: first.namespace },
      isExposed: tls === undefined && !place.isPrivate,
    }),
  );
  await stopping.asked;
  stop.abort();
  await stopping.pause(noticeMilliseconds);
  void stopping.again.then(() => server.close(0));
  await server.close(graceMilliseconds);
  clearInterval(renewal);
  return exitCodes.healthy;
}

interface Place {
  readonly address: ServeFlags["listen"];
  /** Nobody beyond this machine can connect. */
  readonly isPrivate: boolean;
}

async function findPlace({ listen: address }: ServeFlags): Promise<Place> {
  if ("path" in address) return { address, isPrivate: true };
  const resolved = await resolveHost(address.host);
  return { address: { host: resolved.address, port: address.port }, isPrivate: resolved.isLoopback };
}

function defaultTokenFile(env: Readonly<Record<string, string | undefined>>): string {
  const home = env["HOME"] ?? homedir();
  return join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "restart", "token");
}

function clustersOf(source: ClusterSource, names: readonly string[]): ServerCapabilities["clusters"] {
  return { names, open: (name) => source.open(name) };
}

function authenticator(tokens: TokenListFile | undefined): ServerCapabilities["authenticate"] {
  if (tokens === undefined) return async () => ({ name: "anonymous", mode: "none" });
  return createTokenAuthenticator(tokens.tokens);
}

/** The configuration as it is in effect, in the form of the configuration file. */
function configuration(
  { listen: address, auth, tls, clusters }: ServeFlags,
  tokenFile: string,
  names: readonly string[],
) {
  return {
    version: 1,
    serve: {
      listen: "path" in address ? `unix:${address.path}` : `${bracketed(address.host)}:${address.port}`,
      auth: auth === "none" ? { mode: auth } : { mode: auth, tokenFile },
      ...(tls && { tls: { cert: tls.certFile, key: tls.keyFile } }),
      clusters: clusters.length === 0 ? names : clusters,
      limits: defaultServerLimits,
    },
  };
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** A renewed certificate is taken up without a restart; a broken one leaves the old one in use. */
function renewCertificate(
  server: Listening,
  { tls }: ServeFlags,
  complain: (error: RestartError) => void,
): ReturnType<typeof setInterval> | undefined {
  if (tls === undefined) return undefined;
  const hasChanged = watchCertificate(tls);
  const renew = (): void => {
    if (!hasChanged()) return;
    try {
      server.reload(readCertificate(tls));
    } catch (caught) {
      complain(toRestartError(caught));
    }
  };
  process.on("SIGHUP", renew);
  return setInterval(renew, certificateMilliseconds).unref();
}

interface StopSignals {
  readonly asked: Promise<void>;
  /** Somebody does not want to wait. */
  readonly again: Promise<void>;
  /** Nobody on a terminal waits for a load balancer: over at once after Ctrl-C, and when asked again. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

function watchStop(): StopSignals {
  const asked = Promise.withResolvers<void>();
  const again = Promise.withResolvers<void>();
  let name: string | undefined;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (name !== undefined) again.resolve();
      name ??= signal;
      asked.resolve();
    });
  }
  return {
    asked: asked.promise,
    again: again.promise,
    pause: async (milliseconds) => {
      if (name === "SIGINT") return;
      await Promise.race([again.promise, new Promise((settle) => setTimeout(settle, milliseconds))]);
    },
  };
}
