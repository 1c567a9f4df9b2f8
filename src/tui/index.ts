import { type RenderOptions, render } from "ink";
import { createElement } from "react";
import { App } from "./app.tsx";
import { createOpenApi } from "./open-api.ts";
import { receiptLines } from "./receipt.ts";
import { initialState } from "./state.ts";
import { createStore } from "./store.ts";
import type { TuiHost, TuiResult } from "./tui-host.ts";

/** Frames a second: Ink's own throttle would let a key wait for the next frame. */
const unthrottled = 1000;

/**
 * Opens the UI on the alternate screen and resolves once the terminal is as it was. Rejects with what went wrong while
 * drawing; the terminal is as it was then, too.
 */
export async function runTui(host: TuiHost): Promise<TuiResult> {
  const { clusters, contexts, namespaces, readOnly, version, stdin, stdout } = host;
  const [only] = clusters.entries;
  const first = contexts.length === 0 && clusters.entries.length === 1 && only !== undefined ? [only.name] : contexts;
  const store = createStore(
    initialState({
      entries: clusters.entries,
      currentContext: clusters.current,
      opened: first,
      namespaces,
      readOnly,
      version,
      rows: stdout.rows,
      columns: stdout.columns,
    }),
  );
  const ink = render(createElement(App, { host, store, open: createOpenApi(host) }), {
    stdout: stdout as unknown as NonNullable<RenderOptions["stdout"]>,
    stdin: stdin as unknown as NonNullable<RenderOptions["stdin"]>,
    exitOnCtrlC: false,
    patchConsole: false,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    maxFps: unthrottled,
  });
  const quit = () => ink.unmount();
  host.quit.addEventListener("abort", quit, { once: true });
  if (host.quit.aborted) quit();
  try {
    await ink.waitUntilExit();
  } finally {
    host.quit.removeEventListener("abort", quit);
  }
  return { exitCode: store.getState().left ?? 0, receipt: receiptLines(store.getState().runs) };
}
