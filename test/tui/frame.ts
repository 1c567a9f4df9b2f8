import { PassThrough } from "node:stream";
import { Terminal } from "@xterm/headless";
import type { ClusterEntry } from "../../src/core/index.ts";
import type { SimulatedCluster } from "../../src/sim/cluster.ts";
import { runTui } from "../../src/tui/index.ts";
import type { TuiHost, TuiResult } from "../../src/tui/tui-host.ts";
import type { VirtualClock } from "../virtual-clock.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The whole UI in this process, read through a terminal emulator. */
export interface Screen {
  /** The frame as a person sees it, a string a row, without trailing blanks. */
  readonly lines: () => Promise<readonly string[]>;
  readonly text: () => Promise<string>;
  /** Sends one piece of input and lets everything settle. */
  readonly press: (...keys: readonly string[]) => Promise<void>;
  /** The same in no time: what comes together was pasted. */
  readonly burst: (...pieces: readonly string[]) => Promise<void>;
  /** Lets virtual time pass until the frame shows it. */
  readonly shows: (text: string | RegExp) => Promise<void>;
  readonly resize: (size: Size) => Promise<void>;
  /** Everything that was written, with its control sequences. */
  readonly written: () => string;
  readonly result: Promise<TuiResult>;
  readonly quit: () => Promise<TuiResult>;
}

export const keys = {
  enter: "\r",
  escape: "\u001b",
  down: "\u001b[B",
  up: "\u001b[A",
  ctrl: (letter: string) => String.fromCharCode(letter.toUpperCase().charCodeAt(0) - 64),
} as const;

/** What `source` opens for one context. */
export interface Context extends Partial<ClusterEntry> {
  readonly name: string;
  /** Answers its requests; one without is never reached. */
  readonly handle?: SimulatedCluster["handle"] | undefined;
  readonly openError?: Error;
}

export function source(contexts: readonly Context[], current?: string): TuiHost["clusters"] {
  return {
    entries: contexts.map((context) => ({
      clusterName: context.name,
      server: `https://${context.name}.example`,
      userName: "dev",
      namespace: "shop",
      ...context,
    })),
    current,
    open: async (name) => {
      const found = contexts.find((each) => each.name === name);
      if (found?.openError !== undefined) throw found.openError;
      const handle = found?.handle ?? (() => new Promise<Response>(() => undefined));
      return {
        name,
        uid: undefined,
        server: `https://${name}.example`,
        fetch: (path, init) => handle(new Request(`https://${name}.example${path}`, init as RequestInit)),
      };
    },
  };
}

/** Opens the UI on a fake terminal. `clock` is virtual: nothing happens but by `press` and `shows`. */
export async function openScreen(
  clock: VirtualClock,
  clusters: TuiHost["clusters"],
  options: Partial<TuiHost> & { readonly size?: Size } = {},
): Promise<Screen> {
  const { size = { columns: 80, rows: 24 }, ...host } = options;
  const terminal = new Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true, convertEol: true });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true as const,
    setRawMode: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
  });
  let written = "";
  const stdout = Object.assign(new PassThrough(), {
    columns: size.columns,
    rows: size.rows,
    isTTY: true as const,
    write: (text: string, done?: unknown): boolean => {
      written += text;
      terminal.write(text);
      const last = typeof done === "function" ? done : undefined;
      last?.();
      return true;
    },
  });
  const quitting = new AbortController();
  const result = runTui({
    clusters,
    contexts: [],
    namespaces: undefined,
    runs: { start: () => Promise.reject(new Error("no run was expected")) },
    clock,
    random: () => 0.5,
    stdin,
    stdout,
    version: "0.1.0",
    colour: false,
    ascii: false,
    readOnly: false,
    fieldManager: "restart",
    suspend: undefined,
    quit: quitting.signal,
    ...host,
  });
  const settle = async () => {
    await clock.advance(0);
    // React draws, Ink writes, and the emulator parses what was written.
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => terminal.write("", resolve));
  };
  const lines = async () => {
    await settle();
    const { active } = terminal.buffer;
    return Array.from({ length: terminal.rows }, (_, row) =>
      (active.getLine(active.viewportY + row)?.translateToString(true) ?? "").trimEnd(),
    );
  };
  const text = async () => (await lines()).join("\n");
  await settle();
  return {
    lines,
    text,
    written: () => written,
    result,
    press: async (...pieces) => {
      for (const piece of pieces) {
        stdin.write(piece);
        await settle();
        // As fast as fingers are, and longer than Ink holds a lone Escape.
        await clock.advance(50);
        if (piece === keys.escape) await new Promise((resolve) => setTimeout(resolve, 25));
        await settle();
      }
    },
    burst: async (...pieces) => {
      for (const piece of pieces) {
        stdin.write(piece);
        await settle();
      }
    },
    shows: async (wanted) => {
      for (let step = 0; step < 400; step += 1) {
        const frame = await text();
        if (typeof wanted === "string" ? frame.includes(wanted) : wanted.test(frame)) return;
        await clock.advance(100);
      }
      throw new Error(`it does not show ${String(wanted)}:\n${await text()}`);
    },
    resize: async ({ columns, rows }) => {
      terminal.resize(columns, rows);
      Object.assign(stdout, { columns, rows });
      stdout.emit("resize");
      await settle();
    },
    quit: async () => {
      quitting.abort();
      return result;
    },
  };
}
