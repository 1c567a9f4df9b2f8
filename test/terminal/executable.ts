import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Terminal } from "@xterm/headless";
import { createSimulatedCluster, type SimulatedCluster } from "../../src/sim/cluster.ts";
import { renderKubeconfig, serveClusters, systemClock } from "../../src/sim/host.ts";
import { workload } from "../core/simulated.ts";

/** The compiled file; `scripts/build` makes it. */
export const executable = join(import.meta.dirname, "../../dist/restart");

/** A served simulated cluster with a kubeconfig, as the executable meets it. */
export interface Scene {
  readonly cluster: SimulatedCluster;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly patches: () => number;
  readonly close: () => Promise<void>;
}

/** `delay` is what a new pod takes to become ready, in milliseconds; `name` is the cluster's and its context's. */
export async function createScene(delay = 100, name = "dev"): Promise<Scene> {
  const cluster = createSimulatedCluster({ clock: systemClock, seed: 7, name });
  const post = async (path: string, object: object) => {
    const headers = { "content-type": "application/json" };
    const request = new Request(`https://dev.example${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(object),
    });
    const response = await cluster.handle(request);
    if (!response.ok) throw new Error(await response.text());
  };
  await post("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  for (const deployment of ["web", "api"]) {
    const trouble = { "fake/ready-delay": String(delay) };
    await post("/apis/apps/v1/namespaces/shop/deployments", workload("Deployment", deployment, { trouble }));
  }
  await until(() => readyPods(cluster) === 6);
  const served = await serveClusters([cluster]);
  const folder = mkdtempSync(join(tmpdir(), "restart-terminal-"));
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, renderKubeconfig(served.entries, "shop"));
  return {
    cluster,
    folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, KUBECONFIG: kubeconfig, TERM: "xterm-256color" },
    patches: () =>
      cluster.requests.filter(({ method, query }) => method === "PATCH" && !query.includes("dryRun=All")).length,
    close: async () => {
      await served.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readyPods({ store }: SimulatedCluster): number {
  return store.list("pods", "shop").filter(({ status }) => JSON.stringify(status).includes('"ready":true')).length;
}

/** Waits for something that another process brings about. */
export async function until(isSo: () => boolean, milliseconds = 20_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!isSo()) {
    if (Date.now() > end) throw new Error("it did not come about in time");
    await Bun.sleep(10);
  }
}

/** The executable on a terminal, read through a terminal emulator. */
export interface OnTerminal {
  /** What a person would see, scrolled-off lines first, without trailing blanks. */
  readonly screen: () => string;
  readonly shows: (text: string | RegExp) => Promise<void>;
  /** Waits until the screen does not show it. */
  readonly hides: (text: string | RegExp) => Promise<void>;
  readonly type: (keys: string) => void;
  /** One key after the other, no faster than fingers. */
  readonly press: (...keys: readonly string[]) => Promise<void>;
  /** Every byte so far, as the program wrote it. */
  readonly written: () => Uint8Array;
  readonly resize: (cols: number, rows: number) => void;
  /** How the program has left the terminal, or holds it. */
  readonly modes: () => TerminalModes;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly hangUp: () => void;
  readonly exited: Promise<number>;
}

export interface TerminalModes {
  readonly alternateScreen: boolean;
  readonly cursorHidden: boolean;
  readonly bracketedPaste: boolean;
  /** Keys arrive one by one and are not echoed. */
  readonly raw: boolean;
}

/** A terminal as a program found it. */
export const untouched: TerminalModes = {
  alternateScreen: false,
  cursorHidden: false,
  bracketedPaste: false,
  raw: false,
};

/** Milliseconds. */
const betweenKeys = 40;

// Of termios: read line by line, and echoed.
const canonicalAndEcho = 0o2 | 0o10;

export function onTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  size: { readonly cols?: number; readonly rows?: number; readonly command?: readonly string[] } = {},
): OnTerminal {
  const { cols = 100, rows = 30 } = size;
  const emulator = new Terminal({ cols, rows, allowProposedApi: true, scrollback: 1000 });
  let pending = 0;
  let cursorHidden = false;
  const written: Uint8Array[] = [];
  const child = Bun.spawn([...(size.command ?? [executable]), ...args], {
    env: { ...env },
    terminal: {
      cols,
      rows,
      data: (_terminal, bytes) => {
        pending += 1;
        written.push(bytes);
        const told = new TextDecoder()
          .decode(bytes)
          .match(/\[\?25[hl]/g)
          ?.at(-1);
        if (told !== undefined) cursorHidden = told.endsWith("l");
        emulator.write(bytes, () => {
          pending -= 1;
        });
      },
    },
  });
  const screen = () => {
    const { active } = emulator.buffer;
    const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? "");
    return lines.join("\n").trimEnd();
  };
  return {
    screen,
    written: () => Buffer.concat(written),
    shows: async (text) => {
      const matches = () => (typeof text === "string" ? screen().includes(text) : text.test(screen()));
      await until(matches).catch((cause: unknown) => {
        throw new Error(`the screen does not show ${text}:\n${screen()}`, { cause });
      });
    },
    hides: async (text) => {
      const matches = () => (typeof text === "string" ? screen().includes(text) : text.test(screen()));
      await until(() => !matches()).catch((cause: unknown) => {
        throw new Error(`the screen still shows ${text}:\n${screen()}`, { cause });
      });
    },
    resize: (columns, lines) => {
      emulator.resize(columns, lines);
      child.terminal?.resize(columns, lines);
    },
    modes: () => ({
      alternateScreen: emulator.buffer.active.type === "alternate",
      cursorHidden,
      bracketedPaste: emulator.modes.bracketedPasteMode,
      raw: ((child.terminal?.localFlags ?? canonicalAndEcho) & canonicalAndEcho) !== canonicalAndEcho,
    }),
    type: (keys) => {
      child.terminal?.write(keys);
    },
    press: async (...keys) => {
      for (const key of keys) {
        await Bun.sleep(betweenKeys);
        child.terminal?.write(key);
      }
    },
    signal: (name) => child.kill(name),
    hangUp: () => child.terminal?.close(),
    exited: child.exited.then(async (code) => {
      await until(() => pending === 0);
      return code;
    }),
  };
}

/** What a shell pipeline did; `$restart` is the executable. */
export interface Piped {
  readonly out: string;
  readonly err: string;
  readonly exitCode: number;
}

export async function inShell(script: string, env: Readonly<Record<string, string>>, folder?: string): Promise<Piped> {
  const child = Bun.spawn(["bash", "-c", script], {
    env: { ...env, restart: executable },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    ...(folder !== undefined && { cwd: folder }),
  });
  const [out, err, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { out, err, exitCode };
}
