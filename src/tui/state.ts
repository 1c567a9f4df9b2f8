import type { ClusterEntry, WorkloadRef, WorkloadRow } from "../core/index.ts";
import { runSummary } from "../words/outcomes.ts";
import { type DetailAction, type DetailState, reduceDetail } from "./state/detail-state.ts";
import { current, emptyList, type ListAction, type ListState, marked, reduceList } from "./state/list-state.ts";
import { type LogsAction, type LogsState, type LogsSubject, reduceLogs } from "./state/logs-state.ts";
import {
  chosenNamespaces,
  emptyPicker,
  type PickerAction,
  type PickerState,
  reducePicker,
} from "./state/picker-state.ts";
import { type PlanAction, type PlanState, reducePlan } from "./state/plan-state.ts";
import { emptyRuns, type RunsAction, type RunsState, reduceRuns, runsInFlight } from "./state/runs-state.ts";

/** Where a person is; the last of the stack is shown. */
export type Route =
  | { readonly screen: "contexts" }
  | { readonly screen: "workloads" }
  | { readonly screen: "detail" }
  | { readonly screen: "pods" }
  | { readonly screen: "logs" }
  | { readonly screen: "plan" }
  | { readonly screen: "progress" };

export type ScreenId = Route["screen"];

/** What lies over the screen, or takes the keys. */
export type Overlay = "help" | "filter" | "namespace" | "quit";

export interface State {
  readonly entries: readonly ClusterEntry[];
  /** Name of the kubeconfig's current context. */
  readonly currentContext: string | undefined;
  readonly contextCursor: number;
  /** Contexts that are marked, to be opened together. */
  readonly contextMarks: ReadonlySet<string>;
  /** Contexts that are open, in the order in which they were opened. */
  readonly opened: readonly string[];
  /** `all`, named ones, or undefined for each context's own. */
  readonly namespaces: readonly string[] | "all" | undefined;
  readonly list: ListState;
  /** The workload whose details, pods or logs are on the stack. */
  readonly detail: DetailState | undefined;
  readonly logs: LogsState | undefined;
  readonly plan: PlanState | undefined;
  readonly runs: RunsState;
  readonly routes: readonly Route[];
  readonly overlay: Overlay | undefined;
  readonly picker: PickerState;
  /** First line of the help in sight. */
  readonly scroll: number;
  /** Of the terminal. */
  readonly rows: number;
  readonly columns: number;
  /** Said in the line above the keys until the next key. */
  readonly message: string;
  /** Grows when somebody asks to try again what was refused. */
  readonly refreshes: number;
  /** Grows when somebody asks for the shell. */
  readonly suspensions: number;
  readonly readOnly: boolean;
  readonly version: string;
  /** The person has left; with the exit code. */
  readonly left: number | undefined;
}

export type Action =
  | ListAction
  | PlanAction
  | RunsAction
  | PickerAction
  | DetailAction
  | LogsAction
  /** Without a workload it is about the row under the cursor. */
  | {
      readonly type: "workload.asked";
      readonly screen: "detail" | "pods" | "logs";
      readonly ref?: WorkloadRef & { readonly uid: string };
      /** Whose log; without it the one that needs looking at first. */
      readonly pod?: Pick<LogsSubject, "pod" | "containers">;
    }
  | { readonly type: "context.moved"; readonly by: number }
  | { readonly type: "context.marked" }
  | { readonly type: "context.opened" }
  | { readonly type: "namespaces.set"; readonly namespaces: State["namespaces"] }
  | { readonly type: "overlay.opened"; readonly overlay: Overlay }
  | { readonly type: "overlay.closed" }
  | { readonly type: "overlay.scrolled"; readonly by: number }
  | { readonly type: "picker.entered" }
  | { readonly type: "resized"; readonly rows: number; readonly columns: number }
  | { readonly type: "suspended" }
  /** Ctrl-C: leaves, but asks first while something is under way. */
  | { readonly type: "interrupted" }
  | { readonly type: "plan.asked" }
  | { readonly type: "run.view" }
  | { readonly type: "refreshed" }
  | { readonly type: "back" }
  | { readonly type: "said"; readonly message: string }
  | { readonly type: "left"; readonly exitCode: number };

export interface InitialState {
  readonly entries: readonly ClusterEntry[];
  readonly currentContext: string | undefined;
  readonly opened: readonly string[];
  readonly namespaces: State["namespaces"];
  readonly readOnly: boolean;
  readonly version: string;
  readonly rows: number;
  readonly columns: number;
}

export function initialState({ entries, currentContext, opened, ...rest }: InitialState): State {
  const at = entries.findIndex(({ name }) => name === currentContext);
  return {
    ...rest,
    entries,
    currentContext,
    opened,
    contextCursor: Math.max(0, at),
    contextMarks: new Set(),
    list: emptyList,
    detail: undefined,
    logs: undefined,
    plan: undefined,
    runs: emptyRuns,
    routes: opened.length === 0 ? [{ screen: "contexts" }] : [{ screen: "contexts" }, { screen: "workloads" }],
    overlay: undefined,
    picker: emptyPicker,
    scroll: 0,
    message: "",
    refreshes: 0,
    suspensions: 0,
    left: undefined,
  };
}

export function route({ routes }: State): Route {
  return routes.at(-1) ?? { screen: "contexts" };
}

/** Rows that head and foot leave to a screen. */
export function bodyRows({ rows }: State): number {
  return Math.max(1, rows - (rows >= 15 ? 4 : 2));
}

/** What `r` is about: the marked rows, else the one under the cursor. */
export function subjects(state: State): readonly WorkloadRow[] {
  const some = marked(state.list);
  if (some.length > 0) return some.map(({ row }) => row);
  const one = current(state.list);
  return one === undefined ? [] : [one.row];
}

/** The clusters among these workloads that do not answer at present: what is shown of them is old. */
export function silentClusters({ list }: State, refs: readonly WorkloadRef[]): readonly string[] {
  const names = [...new Set(refs.map(({ cluster }) => cluster))];
  return names.filter((name) => {
    const sources = list.catalogs.get(name)?.sources ?? [];
    return sources.some(({ state }) => state === "lost" || state === "auth-needed");
  });
}

export function reduce(state: State, action: Action): State {
  if (isListAction(action)) return { ...state, list: reduceList(state.list, action) };
  if (isPlanAction(action)) return reduceWithPlan(state, action);
  if (isPickerAction(action)) return { ...state, picker: reducePicker(state.picker, action) };
  if (isRunsAction(action)) return reduceWithRuns(state, action);
  if (isDetailAction(action)) return reduceWithDetail(state, action);
  if (isLogsAction(action)) return { ...state, logs: reduceLogs(state.logs, action) };
  switch (action.type) {
    case "context.moved": {
      const last = Math.max(0, state.entries.length - 1);
      return { ...state, contextCursor: Math.max(0, Math.min(last, state.contextCursor + action.by)) };
    }
    case "context.marked":
      return markContext(state);
    case "context.opened":
      return openContexts(state);
    case "namespaces.set": {
      const list = reduceList(state.list, { type: "list.reset" });
      return { ...state, namespaces: action.namespaces, overlay: undefined, message: "", list };
    }
    case "overlay.opened":
      return { ...state, overlay: action.overlay, picker: emptyPicker, scroll: 0, message: "" };
    case "overlay.closed":
      return { ...state, overlay: undefined };
    case "overlay.scrolled":
      return { ...state, scroll: Math.max(0, state.scroll + action.by) };
    case "picker.entered": {
      const namespaces = chosenNamespaces(state.picker);
      return namespaces.length === 0
        ? { ...state, overlay: undefined }
        : reduce(state, { type: "namespaces.set", namespaces });
    }
    case "resized":
      return { ...state, rows: action.rows, columns: action.columns };
    case "suspended":
      return { ...state, suspensions: state.suspensions + 1 };
    case "interrupted":
      // Asked a second time it is meant.
      return runsInFlight(state.runs).length > 0 && state.overlay !== "quit"
        ? { ...state, overlay: "quit" }
        : { ...state, left: state.left ?? 130 };
    case "plan.asked":
      return askForPlan(state);
    case "workload.asked":
      return askForWorkload(state, action);
    case "run.view":
      return showRun(state);
    case "refreshed":
      return { ...state, refreshes: state.refreshes + 1, message: "" };
    case "back":
      return goBack(state);
    case "said":
      return { ...state, message: action.message };
    case "left":
      return { ...state, left: state.left ?? action.exitCode };
  }
}

function markContext(state: State): State {
  const name = state.entries[state.contextCursor]?.name;
  if (name === undefined) return state;
  const contextMarks = new Set(state.contextMarks);
  if (!contextMarks.delete(name)) contextMarks.add(name);
  return reduce({ ...state, contextMarks }, { type: "context.moved", by: 1 });
}

function openContexts(state: State): State {
  const entry = state.entries[state.contextCursor];
  if (entry === undefined) return state;
  const several = state.entries.map(({ name }) => name).filter((name) => state.contextMarks.has(name));
  const names = several.length > 0 ? several : [entry.name];
  const next: State = {
    ...state,
    message: "",
    contextMarks: new Set(),
    routes: [...state.routes, { screen: "workloads" }],
  };
  const same = names.length === state.opened.length && names.every((name) => state.opened.includes(name));
  // Marks and filter belong to what was seen: other clusters begin without any.
  return same ? next : { ...next, opened: names, list: emptyList };
}

function askForPlan(state: State): State {
  if (state.readOnly) return { ...state, message: "read-only: nothing can be restarted" };
  const rows = subjects(state);
  if (rows.length === 0) return { ...state, message: "there is nothing to restart here" };
  const refs = rows.map(({ ref }) => ref);
  const silent = silentClusters(state, refs);
  if (silent.length > 0) {
    return { ...state, message: `${silent.join(", ")} does not answer: nothing is restarted on what was seen before` };
  }
  const shown = new Set(state.list.visible.map(({ row }) => row.uid));
  const plan = reducePlan(state.plan, {
    type: "plan.open",
    subjects: rows.map(({ ref, uid }) => ({ ref, hidden: !shown.has(uid) })),
    clusters: state.entries.filter(({ name }) => refs.some(({ cluster }) => cluster === name)),
  });
  return { ...state, plan, message: "", routes: [...state.routes, { screen: "plan" }] };
}

function reduceWithPlan(state: State, action: PlanAction): State {
  if (action.type === "plan.accepted" && state.readOnly) return state;
  const opens = action.type === "plan.open" && route(state).screen !== "plan";
  const plan = reducePlan(state.plan, action);
  const closes = plan === undefined && route(state).screen === "plan";
  const { routes, message } = state;
  return {
    ...state,
    plan,
    message: opens ? "" : message,
    routes: opens ? [...routes, { screen: "plan" }] : closes ? routes.slice(0, -1) : routes,
  };
}

function reduceWithRuns(state: State, action: RunsAction): State {
  const runs = reduceRuns(state.runs, action);
  if (action.type === "run.events") {
    const seen = route(state).screen === "progress" && state.runs.shown === action.id;
    const end = action.events.find((event) => event.type === "run.finished");
    return {
      ...state,
      runs,
      ...(end !== undefined && !seen && { message: `restarted ${runSummary(end)}; P shows it` }),
    };
  }
  if (action.type !== "run.started") return { ...state, runs };
  // What was marked is under way now; marks that stayed would be restarted once more by the next key.
  const routes = [
    ...state.routes.filter(({ screen }) => screen !== "plan" && screen !== "progress"),
    { screen: "progress" as const },
  ];
  return { ...state, runs, plan: undefined, routes, list: reduceList(state.list, { type: "list.unmarked" }) };
}

function askForWorkload(
  state: State,
  { screen, ref = current(state.list)?.row.ref, pod }: Extract<Action, { readonly type: "workload.asked" }>,
): State {
  if (ref === undefined) return { ...state, message: "there is no workload here" };
  const detail = reduceDetail(state.detail, { type: "detail.open", ref });
  const next: State = { ...state, detail, message: "", routes: [...state.routes, { screen }] };
  if (screen !== "logs") return next;
  const { cluster, namespace } = ref;
  const subject = { cluster, namespace, pod: "", containers: [], ...pod };
  const logs = reduceLogs(state.logs, { type: "logs.open", subject });
  return {
    ...next,
    logs: detail?.view === undefined ? logs : reduceLogs(logs, { type: "logs.known", view: detail.view }),
  };
}

function reduceWithDetail(state: State, action: DetailAction): State {
  const detail = reduceDetail(state.detail, action);
  if (action.type !== "detail.view" || detail === state.detail) return { ...state, detail };
  return { ...state, detail, logs: reduceLogs(state.logs, { type: "logs.known", view: action.view }) };
}

/** Forgets what no screen on the stack is about any more. */
function settled(state: State): State {
  const on = (...ids: readonly ScreenId[]) => state.routes.some(({ screen }) => ids.includes(screen));
  const next = on("detail", "pods", "logs") ? state : { ...state, detail: undefined };
  return on("logs") ? next : { ...next, logs: reduceLogs(next.logs, { type: "logs.left" }) };
}

function showRun(state: State): State {
  const run = runsInFlight(state.runs).at(-1) ?? state.runs.runs.at(-1);
  if (run === undefined) return { ...state, message: "nothing was restarted yet" };
  const runs = reduceRuns(state.runs, { type: "run.show", id: run.id });
  return {
    ...state,
    runs,
    routes: [...state.routes.filter(({ screen }) => screen !== "progress"), { screen: "progress" }],
  };
}

function goBack(state: State): State {
  if (state.overlay === "filter") return { ...reduce(state, { type: "list.filtered", text: "" }), overlay: undefined };
  if (state.overlay !== undefined) return { ...state, overlay: undefined };
  if (route(state).screen === "workloads" && state.list.filter !== "") {
    return reduce(state, { type: "list.filtered", text: "" });
  }
  if (route(state).screen === "plan") return reduceWithPlan(state, { type: "plan.closed" });
  if (state.routes.length > 1) return settled({ ...state, routes: state.routes.slice(0, -1), message: "" });
  return askToQuit(state);
}

function askToQuit(state: State): State {
  return runsInFlight(state.runs).length > 0 ? { ...state, overlay: "quit" } : { ...state, left: 0 };
}

function isListAction(action: Action): action is ListAction {
  return action.type.startsWith("list.");
}

function isPlanAction(action: Action): action is PlanAction {
  return action.type.startsWith("plan.") && action.type !== "plan.asked";
}

function isPickerAction(action: Action): action is PickerAction {
  return action.type.startsWith("picker.") && action.type !== "picker.entered";
}

function isRunsAction(action: Action): action is RunsAction {
  return action.type.startsWith("run.") && action.type !== "run.view";
}

function isDetailAction(action: Action): action is DetailAction {
  return action.type.startsWith("detail.");
}

function isLogsAction(action: Action): action is LogsAction {
  return action.type.startsWith("logs.");
}
