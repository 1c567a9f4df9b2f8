import { useEffect } from "react";
import { listNamespaces, toRestartError } from "../../core/index.ts";
import type { State } from "../state.ts";
import type { Effects } from "./effects.ts";

/** Reads the names of the namespaces while somebody chooses among them. */
export function useNamespaces({ store, open }: Effects, { overlay, opened }: State): void {
  const choosing = overlay === "namespace";
  useEffect(() => {
    if (!choosing) return;
    const ended = new AbortController();
    const read = async (): Promise<void> => {
      try {
        const lists = await Promise.all(opened.map(async (name) => listNamespaces(await open(name), ended.signal)));
        if (ended.signal.aborted) return;
        store.dispatch({ type: "picker.listed", names: [...new Set(lists.flat())] });
      } catch (caught) {
        if (!ended.signal.aborted) store.dispatch({ type: "picker.failed", error: toRestartError(caught) });
      }
    };
    void read();
    return () => ended.abort();
  }, [choosing, opened, open, store]);
}
