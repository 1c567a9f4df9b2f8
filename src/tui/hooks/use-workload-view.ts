import { useEffect, useRef } from "react";
import { type OpenWorkloadView, openWorkloadView, toRestartError } from "../../core/index.ts";
import type { State } from "../state.ts";
import type { Effects } from "./effects.ts";

/** Keeps a live view of the workload that is looked at. */
export function useWorkloadView({ store, open }: Effects, { detail, refreshes }: State): void {
  const ref = detail?.ref;
  const current = useRef<OpenWorkloadView>(undefined);
  useEffect(() => {
    if (ref === undefined) return;
    const ended = new AbortController();
    const watch = async (): Promise<void> => {
      try {
        const api = await open(ref.cluster);
        if (ended.signal.aborted) return;
        const view = openWorkloadView(api, ref, { signal: ended.signal });
        current.current = view;
        const tell = () => store.dispatch({ type: "detail.view", ref, view: view.snapshot() });
        const unsubscribe = view.subscribe(tell);
        ended.signal.addEventListener("abort", unsubscribe, { once: true });
        tell();
      } catch (caught) {
        if (!ended.signal.aborted) store.dispatch({ type: "detail.failed", ref, error: toRestartError(caught) });
      }
    };
    void watch();
    return () => {
      ended.abort();
      current.current = undefined;
    };
  }, [ref, store, open]);
  useEffect(() => {
    if (refreshes > 0) current.current?.refresh();
  }, [refreshes]);
}
