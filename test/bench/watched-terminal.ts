import { readFileSync } from "node:fs";
import { Terminal } from "@xterm/headless";

/** A program on a pty whose output is timed where it is read, before any terminal draws it. */
export interface WatchedTerminal {
  readonly pid: number;
  /** Milliseconds from the start to the first whole frame. */
  readonly firstFrame: () => Promise<number>;
  /** Milliseconds from the start to the end of the first frame whose lines are as asked. */
  readonly shows: (what: string, isSo: (lines: readonly string[]) => boolean) => Promise<number>;
  /** Milliseconds from a key to the end of the frame in which another row is highlighted. */
  readonly move: (key: string) => Promise<number>;
  /** Milliseconds from keys to the end of the first frame whose lines are as asked; they must not be so already. */
  readonly type: (keys: string, isSo: (lines: readonly string[]) => boolean) => Promise<number>;
  readonly press: (keys: string) => void;
  readonly bytes: () => number;
  /** Presses these and waits for the end of the program. */
  readonly end: (keys: string) => Promise<void>;
  /** Ends the program at once, unless it has ended. */
  readonly kill: () => void;
}

const size = { cols: 120, rows: 40 };
const patience = 60_000;

export function watchTerminal(command: readonly string[], env: Readonly<Record<string, string>>): WatchedTerminal {
  const emulator = new Terminal({ ...size, allowProposedApi: true });
  let bytes = 0;
  let drawn = performance.now();
  const looking = new Set<() => void>();
  const started = performance.now();
  const child = Bun.spawn([...command], {
    env: { PATH: process.env["PATH"] ?? "", TERM: "xterm-256color", ...env },
    terminal: {
      ...size,
      data: (_terminal, chunk) => {
        const at = performance.now();
        bytes += chunk.length;
        emulator.write(chunk, () => {
          drawn = at;
          // A frame may come in pieces; it is there once its end is.
          if (!emulator.modes.synchronizedOutputMode) for (const look of [...looking]) look();
        });
      },
    },
  });
  const press = (keys: string) => void child.terminal?.write(keys);
  const lines = (): readonly string[] =>
    Array.from({ length: size.rows }, (_, row) => emulator.buffer.active.getLine(row)?.translateToString(true) ?? "");
  const until = (isSo: () => boolean, what: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!isSo()) return;
        clearTimeout(timer);
        looking.delete(look);
        resolve(drawn);
      };
      const timer = setTimeout(() => {
        looking.delete(look);
        reject(new Error(`the screen does not show ${what}:\n${lines().join("\n")}`));
      }, patience);
      looking.add(look);
      look();
    });
  /** The highlighted row and what it says; empty when there is none. */
  const highlighted = (): string => {
    const buffer = emulator.buffer.active;
    const row = Array.from({ length: size.rows }, (_, index) => index).find(
      (index) => buffer.getLine(index)?.getCell(4)?.isInverse() !== 0,
    );
    return row === undefined ? "" : `${row} ${buffer.getLine(row)?.translateToString(true)}`;
  };
  return {
    pid: child.pid,
    firstFrame: async () => (await until(() => lines().some((line) => line !== ""), "anything")) - started,
    shows: async (what, isSo) => (await until(() => isSo(lines()), what)) - started,
    move: async (key) => {
      const before = highlighted();
      const pressed = performance.now();
      press(key);
      return (await until(() => !["", before].includes(highlighted()), `another row after ${key}`)) - pressed;
    },
    type: async (keys, isSo) => {
      if (isSo(lines())) throw new Error(`the screen shows what ${keys} should bring before it is pressed`);
      const pressed = performance.now();
      press(keys);
      return (await until(() => isSo(lines()), `what ${keys} should bring`)) - pressed;
    },
    press,
    bytes: () => bytes,
    end: async (keys) => {
      press(keys);
      await child.exited;
    },
    kill: () => child.kill("SIGKILL"),
  };
}

/** CPU of a process so far in seconds, and its resident memory in MiB (proc(5)). */
export function usageOf(pid: number): { readonly cpu: number; readonly memory: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]);
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return { cpu: ticks / 100, memory: Number(resident) / 1024 };
}
