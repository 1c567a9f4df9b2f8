import { useEffect, useRef } from "react";
import { type Catalog, type CatalogOptions, openCatalog, toRestartError } from "../../core/index.ts";
import type { State } from "../state.ts";
import { ownNamespaces } from "../text.ts";
import type { Effects } from "./effects.ts";

/** Keeps a live view open of every cluster that is open, and of no other. */
export function useCatalogs({ store, open }: Effects, { opened, namespaces, entries, refreshes }: State): void {
  const catalogs = useRef(new Map<string, Catalog>());
  const failed = useRef(new Map<string, () => void>());
  useEffect(() => {
    const ended = new AbortController();
    const watch = async (cluster: string): Promise<void> => {
      failed.current.delete(cluster);
      try {
        const api = await open(cluster);
        if (ended.signal.aborted) return;
        const catalog = openCatalog(api, optionsOf(cluster, namespaces, entries));
        catalogs.current.set(cluster, catalog);
        const tell = () => store.dispatch({ type: "list.snapshot", cluster, snapshot: catalog.snapshot() });
        const unsubscribe = catalog.subscribe(tell);
        ended.signal.addEventListener("abort", () => {
          unsubscribe();
          catalogs.current.delete(cluster);
          // It ends by itself, and nobody waits for it.
          void catalog.close();
        });
        tell();
      } catch (caught) {
        if (ended.signal.aborted) return;
        failed.current.set(cluster, () => void watch(cluster));
        store.dispatch({ type: "list.openFailed", cluster, error: toRestartError(caught) });
      }
    };
    for (const cluster of opened) void watch(cluster);
    return () => ended.abort();
  }, [store, open, opened, namespaces, entries]);
  useEffect(() => {
    if (refreshes === 0) return;
    for (const catalog of catalogs.current.values()) catalog.refresh();
    for (const again of [...failed.current.values()]) again();
  }, [refreshes]);
}

function optionsOf(cluster: string, namespaces: State["namespaces"], entries: State["entries"]): CatalogOptions {
  if (namespaces === "all") return {};
  return { namespaces: namespaces ?? ownNamespaces([cluster], entries) };
}
