import { setImmediate } from "node:timers/promises";

/**
 * Stops this process as Ctrl-Z does and resolves when the shell has continued it. Whoever calls it has given the terminal
 * back before. Where nobody could continue it (no job control) the kernel ignores the signal, and it resolves at once.
 */
export async function suspendProcess(): Promise<void> {
  process.kill(process.pid, "SIGTSTP");
  // Everything here stands still until SIGCONT, so the next turn is already after it.
  await setImmediate();
}
