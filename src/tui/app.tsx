import { Box, useWindowSize } from "ink";
import { type ReactNode, useEffect, useMemo, useReducer, useSyncExternalStore } from "react";
import { Lines } from "./components/lines.tsx";
import type { Effects } from "./hooks/effects.ts";
import { useCatalogs } from "./hooks/use-catalogs.ts";
import { useKeys } from "./hooks/use-keys.ts";
import { useLeaving } from "./hooks/use-leaving.ts";
import { useLogs } from "./hooks/use-logs.ts";
import { useNamespaces } from "./hooks/use-namespaces.ts";
import { usePlan } from "./hooks/use-plan.ts";
import { useRuns } from "./hooks/use-runs.ts";
import { useWake, WakerContext } from "./hooks/use-wake.ts";
import { useWorkloadView } from "./hooks/use-workload-view.ts";
import { footerLines } from "./lines/footer-lines.ts";
import { headerLines } from "./lines/header-lines.ts";
import { helpLines } from "./lines/help-lines.ts";
import type { Line } from "./lines/line.ts";
import { pickerLines } from "./lines/picker-lines.ts";
import { bindingsOf, screenBindings, screenOf } from "./press.ts";
import type { ScreenProps } from "./screen.ts";
import type { State } from "./state.ts";
import { quitQuestion } from "./text.ts";

/** The root: what the state says, drawn to the size of the terminal, and what the state asks for, done. */
export function App(effects: Effects): ReactNode {
  const { host, store } = effects;
  const state = useSyncExternalStore(store.subscribe, store.getState);
  const [, wake] = useReducer((count: number) => count + 1, 0);
  const waker = useMemo(() => ({ clock: host.clock, wake }), [host]);
  const { columns, rows } = useWindowSize();
  useEffect(() => store.dispatch({ type: "resized", rows, columns }), [store, rows, columns]);
  useKeys(effects);
  useLeaving(effects, state);
  useCatalogs(effects, state);
  useNamespaces(effects, state);
  usePlan(effects, state, useRuns(effects, state));
  useWorkloadView(effects, state);
  useLogs(effects, state);
  const look = { colour: host.colour, ascii: host.ascii };
  return (
    <WakerContext value={waker}>
      <Frame state={state} columns={columns} rows={rows} now={host.clock.now()} look={look} />
    </WakerContext>
  );
}

const smallest = { columns: 40, rows: 8 };

/** A whole frame, exactly as high as the terminal: one row more and every frame would be drawn anew. */
export function Frame({ state, columns, rows, now, look }: ScreenProps): ReactNode {
  const large = rows >= 15;
  const head = headerLines(state, columns, large ? 2 : 1, now);
  useWake(head.next);
  if (columns < smallest.columns || rows < smallest.rows) {
    const text = `too small: ${columns}x${rows}, needs ${smallest.columns}x${smallest.rows}`;
    return <Lines lines={[{ text }]} columns={columns} look={look} />;
  }
  const foot = footerLines(state, bindingsOf(state), columns, large ? 2 : 1);
  const body = rows - head.lines.length - foot.length;
  const over = overlayLines(state, columns, body);
  const screen = screenOf(state);
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Lines lines={head.lines} columns={columns} look={look} />
      <Box flexDirection="column" height={body} overflow="hidden">
        {over === undefined && screen !== undefined ? (
          <screen.Component state={state} columns={columns} rows={body} now={now} look={look} />
        ) : (
          <Lines lines={over ?? []} columns={columns} look={look} />
        )}
      </Box>
      <Lines lines={foot} columns={columns} look={look} />
    </Box>
  );
}

function overlayLines(state: State, columns: number, rows: number): readonly Line[] | undefined {
  switch (state.overlay) {
    case "help":
      return helpLines(screenOf(state) ?? { title: "" }, screenBindings(state), state, columns, rows);
    case "namespace":
      return pickerLines(state.picker, columns, rows);
    case "quit":
      return ["", ...quitQuestion(state)].map((text) => ({ text: ` ${text}` }));
    default:
      return undefined;
  }
}
