import type { CliHost } from "../../src/cli/cli-host.ts";
import { runCli } from "../../src/cli/index.ts";
import {
  type ClusterEntry,
  type Inspection,
  memoryJournal,
  RestartError,
  type RunEvent,
} from "../../src/core/index.ts";
import { readManifestFiles } from "../../src/runtime/manifest-files.ts";
import type { AccessRule } from "../../src/sim/api/access.ts";
import { createSimulatedCluster, type SimulatedCluster } from "../../src/sim/cluster.ts";
import { createFleet } from "../../src/sim/fleet.ts";
import type { workload } from "../core/simulated.ts";
import { createVirtualClock, type VirtualClock } from "../virtual-clock.ts";

const start = Date.parse("2026-11-25T12:00:00Z");

/** A machine with nothing to complain about. */
export const inspection: Inspection = {
  kubeconfig: {
    source: "default",
    files: [
      { file: "/home/t/.kube/config", state: "read", contexts: 1, clusters: 1, users: 1, holdsKeys: true, mode: 0o600 },
    ],
    keyFiles: [],
    shadowed: [],
    currentContext: "dev",
    currentContextFile: "/home/t/.kube/config",
  },
  context: async (name) => ({
    server: `https://${name}.example`,
    namespace: "shop",
    entry: {
      context: { name, file: "/home/t/.kube/config", line: 9 },
      cluster: { name: `${name}-cluster`, file: "/home/t/.kube/config", line: 3 },
      user: { name: "tester", file: "/home/t/.kube/config", line: 20 },
    },
    credentials: { kinds: ["client-certificate"], subject: "CN=tester", expiresAt: "2027-11-25T12:00:00Z" },
    tls: { secure: true, insecureSkipVerify: false, authorities: "kubeconfig", certificate: undefined },
  }),
  terminal: {
    stdin: true,
    stdout: true,
    stderr: true,
    columns: 80,
    rows: 24,
    colour: true,
    term: "xterm",
    unicode: true,
  },
  config: { path: "/home/t/.config/restart/config.yaml", exists: false, writable: true },
  state: { path: "/home/t/.local/state/restart", exists: false, writable: true },
  executable: { version: "1.2.3", platform: "linux/amd64", runtime: "Bun 1.4.5" },
};

type Manifest = ReturnType<typeof workload>;

/** What a command did. */
export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly exitCode: number;
}

export interface RunOptions {
  /** Lines that a person types; with them standard input, output and error are a terminal. */
  readonly types?: readonly string[];
  /** What `restart doctor` sees of the machine, where it is not an ordinary one. */
  readonly inspection?: Partial<Inspection>;
  readonly terminal?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly colour?: boolean;
  readonly dumbTerminal?: boolean;
  /** All of standard input, for what reads files. */
  readonly stdin?: string;
  /** By how many milliseconds the command's clock is ahead of the clusters'. */
  readonly clockOff?: number;
  readonly workingDirectory?: string;
  /** Standard output closes after so many texts. */
  readonly closesAfter?: number;
  /** Called with everything written so far after each text; may abort. */
  readonly watch?: (screen: string, stop: { readonly drain: () => void; readonly leave: () => void }) => void;
}

/** Simulated clusters on a virtual clock with the command line in front. */
export interface Stage {
  readonly clock: VirtualClock;
  readonly clusters: Readonly<Record<string, SimulatedCluster>>;
  readonly sim: SimulatedCluster;
  readonly apply: (...objects: readonly Manifest[]) => Promise<void>;
  readonly applyTo: (cluster: string, ...objects: readonly Manifest[]) => Promise<void>;
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Ran>;
  /** PATCH requests that were not dry runs, over all clusters. */
  readonly patches: () => SimulatedCluster["requests"];
  /** Events that reached the journal. */
  readonly journal: readonly RunEvent[];
  /** From here on requests to the first cluster carry this token. */
  readonly useToken: (token: string, rules?: readonly AccessRule[]) => void;
  /** Number of times the configuration was read. */
  readonly configurationReads: () => number;
}

/** `names` are contexts; the first is the current one. Each has a namespace `shop`, which contexts name. */
export async function createStage(...names: readonly string[]): Promise<Stage> {
  const contexts = names.length === 0 ? ["dev"] : names;
  const clock = createVirtualClock(start);
  const stage = stageOf(
    clock,
    contexts.map((name, index) => createSimulatedCluster({ clock, seed: 7 + index, name })),
  );
  for (const name of contexts) {
    await stage.applyTo(name, { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  }
  return stage;
}

/** One cluster, `dev`, that serves custom resources: `rollouts.argoproj.io`. */
export async function createStageWith(...customResources: readonly string[]): Promise<Stage> {
  const clock = createVirtualClock(start);
  const stage = stageOf(clock, [createSimulatedCluster({ clock, seed: 7, name: "dev", customResources })]);
  await stage.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  return stage;
}

/** The simulated fleet of `restart demo` with the command line in front. */
export function createFleetStage(): Stage {
  const clock = createVirtualClock(start);
  return stageOf(clock, createFleet({ clock }));
}

function stageOf(clock: VirtualClock, members: readonly SimulatedCluster[]): Stage {
  const contexts = members.map(({ name }) => name);
  const clusters = Object.fromEntries(members.map((member) => [member.name, member]));
  const journal: RunEvent[] = [];
  let token: string | undefined;
  let reads = 0;
  const at = (name: string): SimulatedCluster => {
    const found = clusters[name];
    if (found === undefined) throw new Error(`no cluster ${name}`);
    return found;
  };
  const [first = ""] = contexts;

  const applyTo = async (name: string, ...objects: readonly Manifest[]) => {
    for (const object of objects) {
      const request = new Request(`https://stage.example${collection(object)}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(object),
      });
      const response = await at(name).handle(request);
      if (!response.ok) throw new Error(await response.text());
    }
    await clock.advance(30_000);
  };

  const run = async (args: readonly string[], options: RunOptions = {}): Promise<Ran> => {
    const terminal = options.terminal ?? options.types !== undefined;
    const typed = [...(options.types ?? [])];
    const drain = new AbortController();
    const leave = new AbortController();
    const hangUp = new AbortController();
    let out = "";
    let err = "";
    let screen = "";
    let texts = 0;
    const seen = (text: string) => {
      screen += text;
      options.watch?.(screen, { drain: () => drain.abort(), leave: () => leave.abort() });
    };
    const entries = contexts.map(
      (name): ClusterEntry => ({
        name,
        clusterName: `${name}-cluster`,
        server: `https://${name}.example`,
        userName: "tester",
        namespace: "shop",
      }),
    );
    const { clockOff = 0 } = options;
    const host: CliHost = {
      clock: clockOff === 0 ? clock : { now: () => clock.now() + clockOff, sleep: clock.sleep },
      random: () => 0.5,
      journal: {
        append: async (event) => {
          journal.push(event);
          return memoryJournal.append(event);
        },
      },
      signals: { drain: drain.signal, leave: leave.signal, hangUp: hangUp.signal },
      terminalUi: async ({ contexts, namespaces }) => {
        out += `UI ${JSON.stringify({ contexts, namespaces })}\n`;
        return 0;
      },
      serve: async ({ serve }) => {
        out += `SERVE ${JSON.stringify(serve)}\n`;
        return 0;
      },
      inspect: () => Promise.resolve({ ...inspection, ...options.inspection }),
      version: "1.2.3",
      platform: "linux/amd64",
      dumbTerminal: options.dumbTerminal ?? false,
      readManifests: (paths, recursive) =>
        readManifestFiles({
          paths,
          recursive,
          workingDirectory: options.workingDirectory ?? "/",
          stdin: () => Promise.resolve(options.stdin ?? ""),
        }),
      toYaml: (document) => Promise.resolve(`yaml: ${JSON.stringify(document)}\n`),
      streams: {
        out: (text) => {
          texts += 1;
          if (options.closesAfter !== undefined && texts > options.closesAfter) return Promise.resolve(false);
          out += text;
          seen(text);
          return Promise.resolve(true);
        },
        err: (text) => {
          err += text;
          seen(text);
          return Promise.resolve(true);
        },
        readLine: () => Promise.resolve(typed.shift()),
        stdinIsTerminal: terminal,
        stdoutIsTerminal: terminal,
        stderrIsTerminal: terminal,
        columns: () => options.columns ?? 80,
        rows: () => options.rows ?? 24,
        colour: options.colour ?? false,
      },
      clusters: () => {
        reads += 1;
        return Promise.resolve({
          entries,
          current: first,
          open: (name) =>
            Promise.resolve({
              name,
              uid: undefined,
              server: `https://${name}.example`,
              fetch: (path, init) => {
                const cluster = at(name);
                if (cluster.unreachable) throw new RestartError("Unreachable", `cluster ${name} did not answer`);
                const headers = new Headers(init.headers);
                if (token !== undefined && name === first) headers.set("authorization", `Bearer ${token}`);
                return cluster.handle(
                  new Request(`https://${name}.example${path}`, { ...init, headers } as RequestInit),
                );
              },
            }),
        });
      },
    };
    const exitCode = await clock.runUntil(runCli(args, host));
    return { out, err, exitCode };
  };

  return {
    clock,
    clusters,
    sim: at(first),
    apply: (...objects) => applyTo(first, ...objects),
    applyTo,
    run,
    journal,
    patches: () =>
      Object.values(clusters).flatMap(({ requests }) =>
        requests.filter(({ method, query }) => method === "PATCH" && !query.includes("dryRun=All")),
      ),
    useToken: (secret, rules) => {
      token = secret;
      if (rules !== undefined) at(first).addToken(secret, "tester", [], rules);
    },
    configurationReads: () => reads,
  };
}

function collection({ apiVersion, kind, metadata }: Manifest): string {
  if (kind === "Namespace") return "/api/v1/namespaces";
  const version = String(apiVersion);
  return `${version.includes("/") ? "/apis" : "/api"}/${version}/namespaces/${metadata.namespace ?? "shop"}/${kind.toLowerCase()}s`;
}
