import type { ServerLimits } from "../../../src/server/capabilities.ts";
import type { SimulatedCluster } from "../../../src/sim/cluster.ts";
import type { FaultRule } from "../../faults/proxy.ts";

/** Where a row is seen to hold. */
export const places = ["in-process", "bun-sockets", "deno", "workerd"] as const;
export type Where = (typeof places)[number];

/** One row about the command itself: how it starts and how it stops. */
export interface CommandRow {
  readonly number: number;
  readonly name: string;
  readonly run: (command: CommandUnderTest) => Promise<void>;
}

/** `restart serve` as a process, with a simulated cluster in its kubeconfig and a folder of its own. */
export interface CommandUnderTest {
  readonly folder: string;
  readonly api: ApiBehind;
  /** Runs until it ends, or until it says where it listens. */
  readonly serve: (words: readonly string[], env?: Readonly<Record<string, string>>) => Promise<RunningCommand>;
}

export interface RunningCommand {
  /** `http://127.0.0.1:PORT` or `unix:PATH`; undefined when it ended instead. */
  readonly url: string | undefined;
  /** Everything that it wrote so far, to either stream. */
  readonly written: () => string;
  readonly terminate: () => void;
  readonly kill: () => void;
  readonly exited: Promise<number>;
}

/** One input that no server may take, or may take in one way only. */
export interface Row {
  /** Of the list of bad inputs; several rows may share one. */
  readonly number: number;
  readonly name: string;
  readonly where: readonly Where[];
  /** Where it does not hold, and why nothing here can make it. */
  readonly not?: Readonly<Partial<Record<Where, string>>>;
  readonly options?: ServerOptions;
  /** Restarts that the row lets through; `own` when the row counts by itself. None when absent. */
  readonly patches?: number | "own";
  readonly run: (server: ServerUnderTest) => Promise<void>;
}

export type Wrong = "absent plugin" | "another authority" | "expired certificate" | "refused" | "no such host";

export interface ServerOptions {
  readonly limits?: Partial<ServerLimits>;
  /** Names of clusters; all lead to the same one. Only `stage` when absent. */
  readonly clusters?: readonly string[];
  readonly allow?: { readonly namespaces?: readonly string[]; readonly resources?: readonly string[] };
  /** What comes of opening a cluster. */
  readonly opening?: () => Promise<never>;
  /** What is wrong with the cluster's entry in the server's kubeconfig, or with what it leads to. */
  readonly wrong?: Wrong;
  /** Time of the server goes so many times faster. */
  readonly haste?: number;
  /** Milliseconds that the server's clock is behind the cluster's. */
  readonly behind?: number;
}

/** One HTTP request, byte for byte where it matters. */
export interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** An abort is a caller that leaves. */
  readonly signal?: AbortSignal;
}

export interface Got {
  readonly status: number;
  readonly header: Headers;
  readonly body: Uint8Array;
}

/** The API server behind: a simulated cluster, and what stands between it and the server. */
export interface ApiBehind {
  readonly sim: SimulatedCluster;
  /** Creates objects and waits until their pods are ready. */
  readonly apply: (...objects: readonly Manifest[]) => Promise<void>;
  /** PATCH requests that arrived and were not dry runs. */
  readonly patches: () => number;
  readonly patchBodies: () => readonly string[];
  /** Requests that arrived, of any kind. */
  readonly requests: () => number;
  /** Answers in place of the cluster where it returns something. */
  readonly answer: (respond: (request: Request) => Response | Promise<Response> | undefined) => void;
  /** The line breaks as the rule says. */
  readonly breakLine: (rule: FaultRule) => void;
  /** Takes away every answer and every rule. */
  readonly heal: () => void;
  readonly generation: (kind?: string, name?: string) => number;
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

export interface ServerUnderTest {
  readonly where: Where;
  /** A token that is let in. */
  readonly token: string;
  /** `127.0.0.1:8484`, or `localhost` in the process. */
  readonly host: string;
  readonly send: (request: Sent) => Promise<Got>;
  /** Bytes on a fresh connection; what came back until it was closed, or was quiet for a while. */
  readonly raw: (bytes: Bytes | readonly Bytes[]) => Promise<RawAnswer>;
  readonly api: ApiBehind;
  /** Lines of the audit, as they would be written. */
  readonly audit: () => readonly string[];
  readonly close: () => Promise<void>;
}

export type Bytes = string | Uint8Array;

export interface RawAnswer {
  readonly text: string;
  /** When the first byte came, by `performance.now()`. */
  readonly firstByte: number;
  /** The server closed the connection. */
  readonly closed: boolean;
}

export type StartServer = (options: ServerOptions) => Promise<ServerUnderTest>;

export const inProcess: readonly Where[] = ["in-process"];
export const sockets: readonly Where[] = ["bun-sockets"];
export const onBun: readonly Where[] = ["in-process", "bun-sockets"];
export const everywhere: readonly Where[] = ["in-process", "bun-sockets", "deno", "workerd"];
export const overHttp: readonly Where[] = ["bun-sockets", "deno", "workerd"];
