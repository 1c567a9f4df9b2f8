import type { ContainerState } from "../pods.ts";

// Linux, all architectures that Kubernetes runs on (man 7 signal).
const names: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  5: "SIGTRAP",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  10: "SIGUSR1",
  11: "SIGSEGV",
  12: "SIGUSR2",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
  24: "SIGXCPU",
  25: "SIGXFSZ",
  31: "SIGSYS",
};

/** Name of the signal that ended a container; runtimes mostly tell it by an exit code of 128 and more. */
export function signalOf({ signal, exitCode = 0 }: Pick<ContainerState, "signal" | "exitCode">): string | undefined {
  return names[signal || exitCode - 128];
}
