import { readFileSync } from "node:fs";
import { Terminal } from "@xterm/headless";

/** A program on a pty whose output is timed where it is read, before any terminal draws it. */
export interface WatchedTerminal {
  readonly pid: number;
  /** Milliseconds from the start to the first text on the screen. */
  readonly firstFrame: () => Promise<number>;
  /** Milliseconds from the start, or from `since`, to the chunk that brought `text`. */
  readonly shows: (text: string | RegExp, since?: number) => Promise<number>;
  /** Milliseconds from a key to the next output. */
  readonly press: (key: string) => Promise<number>;
  readonly write: (keys: string) => number;
  readonly bytes: () => number;
  readonly end: (keys: string) => Promise<void>;
}

export function watchTerminal(command: readonly string[], env: Readonly<Record<string, string>>): WatchedTerminal {
  const size = { cols: 120, rows: 40 };
  const emulator = new Terminal({ ...size, allowProposedApi: true });
  let bytes = 0;
  let drawn = performance.now();
  let waiting: ((at: number) => void)[] = [];
  let looking: (() => boolean)[] = [];
  const started = performance.now();
  const child = Bun.spawn([...command], {
    env: { PATH: process.env["PATH"] ?? "", TERM: "xterm-256color", ...env },
    terminal: {
      ...size,
      data: (_terminal, chunk) => {
        const at = performance.now();
        bytes += chunk.length;
        for (const settle of waiting.splice(0)) settle(at);
        emulator.write(chunk, () => {
          drawn = at;
          looking = looking.filter((look) => !look());
        });
      },
    },
  });
  const screen = (): string =>
    Array.from(
      { length: size.rows },
      (_, row) => emulator.buffer.active.getLine(row)?.translateToString(true) ?? "",
    ).join("\n");
  const until = (isSo: () => boolean, what: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the screen never shows ${what}:\n${screen()}`)), 60_000);
      const look = () => {
        if (!isSo()) return false;
        clearTimeout(timer);
        resolve(drawn);
        return true;
      };
      if (!look()) looking.push(look);
    });
  return {
    pid: child.pid,
    firstFrame: async () => (await until(() => screen().trim() !== "", "anything")) - started,
    shows: async (text, since = started) =>
      (await until(() => (typeof text === "string" ? screen().includes(text) : text.test(screen())), String(text))) -
      since,
    press: (key) =>
      new Promise((resolve) => {
        const pressed = performance.now();
        waiting = [...waiting, (at) => resolve(at - pressed)];
        child.terminal?.write(key);
      }),
    write: (keys) => {
      child.terminal?.write(keys);
      return performance.now();
    },
    bytes: () => bytes,
    end: async (keys) => {
      child.terminal?.write(keys);
      await child.exited;
    },
  };
}

/** CPU of a process so far in milliseconds, and its resident memory in MiB (proc(5)). */
export function usageOf(pid: number): { readonly cpu: number; readonly memory: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]);
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return { cpu: ticks * 10, memory: Number(resident) / 1024 };
}
