import { useCallback, useEffect, useRef } from "react";
import { type RunEvent, type RunHandle, toRestartError } from "../../core/index.ts";
import { createBatcher } from "../batcher.ts";
import type { State } from "../state.ts";
import type { Effects } from "./effects.ts";

/** Milliseconds between two looks at what came of a run. */
const interval = 100;

/** Follows the runs that have begun; gives the function that hands over a new one. */
export function useRuns({ host, store }: Effects, { runs }: State): (handle: RunHandle) => void {
  const handles = useRef(new Map<string, RunHandle>());
  const begun = useCallback(
    (handle: RunHandle): void => {
      const { id, plan } = handle;
      handles.current.set(id, handle);
      store.dispatch({ type: "run.started", plan, at: host.clock.now() });
      const never = new AbortController().signal;
      const batcher = createBatcher<RunEvent>(host.clock, interval, never, (events) =>
        store.dispatch({ type: "run.events", id, events }),
      );
      const follow = async (): Promise<void> => {
        try {
          for await (const event of handle.events()) batcher.add([event]);
          batcher.flush();
        } catch (caught) {
          batcher.flush();
          store.dispatch({ type: "run.failed", id, error: toRestartError(caught), at: host.clock.now() });
        }
      };
      void follow();
    },
    [host, store],
  );
  const told = useRef(new Set<string>());
  useEffect(() => {
    for (const { id, drainAsked } of runs.runs) {
      if (!drainAsked || told.current.has(id)) continue;
      told.current.add(id);
      handles.current.get(id)?.drain();
    }
  }, [runs]);
  useEffect(() => {
    const left = handles.current;
    return () => {
      // Nobody is there to see what would start next.
      for (const handle of left.values()) {
        handle.drain();
        handle.leave();
      }
    };
  }, []);
  return begun;
}
