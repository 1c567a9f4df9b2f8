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
      const reads = opened.map(async (name) => listNamespaces(await open(name), ended.signal));
      const lists = await Promise.allSettled(reads);
      if (ended.signal.aborted) return;
      const names = lists.flatMap((list) => (list.status === "fulfilled" ? list.value : []));
      const refusal = lists.find((list) => list.status === "rejected");
      // One cluster that tells nothing does not keep the names of the others away.
      if (names.length > 0 || refusal === undefined) {
        store.dispatch({ type: "picker.listed", names: [...new Set(names)] });
      } else store.dispatch({ type: "picker.failed", error: toRestartError(refusal.reason) });
    };
    void read();
    return () => ended.abort();
  }, [choosing, opened, open, store]);
}
