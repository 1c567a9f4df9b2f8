import { useApp } from "ink";
import { useEffect } from "react";
import { toRestartError } from "../../core/index.ts";
import type { State } from "../state.ts";
import type { Effects } from "./effects.ts";

/** Ends the UI when the person has left, and gives the terminal to the shell when asked to. */
export function useLeaving({ host, store }: Effects, { left, suspensions }: State): void {
  const { exit, suspendTerminal } = useApp();
  useEffect(() => {
    if (left !== undefined) exit();
  }, [left, exit]);
  useEffect(() => {
    const { suspend } = host;
    if (suspensions === 0 || suspend === undefined) return;
    suspendTerminal(suspend).catch((caught: unknown) => {
      store.dispatch({ type: "said", message: toRestartError(caught).message });
    });
  }, [suspensions, suspendTerminal, host, store]);
}
