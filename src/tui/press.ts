import { type Binding, findBinding } from "./bindings.ts";
import { moves } from "./moves.ts";
import type { Screen, TextField } from "./screen.ts";
import { screens } from "./screens/index.ts";
import { type Overlay, route, type State } from "./state.ts";
import type { Store } from "./store.ts";

/** The screen that is shown. */
export function screenOf(state: State): Screen | undefined {
  const { screen } = route(state);
  return screens.find(({ id }) => id === screen);
}

const leave: Binding = { keys: ["ctrl-c"], label: "leave", action: () => ({ type: "interrupted" }) };
const suspend: Binding = {
  keys: ["ctrl-z"],
  label: "shell; fg comes back",
  action: () => ({ type: "suspended" }),
};

/** Keys that work on every screen. */
const everywhere: readonly Binding[] = [
  {
    keys: ["P"],
    label: "progress of restarts",
    hint: true,
    when: (state) => state.runs.runs.length > 0 && route(state).screen !== "progress",
    action: () => ({ type: "run.view" }),
  },
  { keys: ["?"], label: "help", hint: true, action: () => ({ type: "overlay.opened", overlay: "help" }) },
  {
    keys: ["esc", "q"],
    label: "back",
    hint: true,
    when: ({ routes }) => routes.length > 1,
    action: () => ({ type: "back" }),
  },
  {
    keys: ["q"],
    label: "quit",
    hint: true,
    when: ({ routes }) => routes.length === 1,
    action: () => ({ type: "back" }),
  },
  suspend,
  leave,
];

const close: Binding = { keys: ["esc"], label: "cancel", hint: true, action: () => ({ type: "back" }) };

const overlays: Readonly<Record<Overlay, readonly Binding[]>> = {
  help: [
    { keys: ["esc", "q", "?"], label: "close", hint: true, action: () => ({ type: "overlay.closed" }) },
    ...moves((by) => ({ type: "overlay.scrolled", by })).map((binding, index) => ({ ...binding, hint: index < 2 })),
    leave,
  ],
  filter: [
    { keys: ["enter"], label: "keep", hint: true, action: () => ({ type: "overlay.closed" }) },
    { ...close, label: "clear" },
    { keys: ["down"], label: "down", action: () => ({ type: "list.moved", by: 1 }) },
    { keys: ["up"], label: "up", action: () => ({ type: "list.moved", by: -1 }) },
    leave,
  ],
  namespace: [
    { keys: ["enter"], label: "take", hint: true, action: () => ({ type: "picker.entered" }) },
    close,
    { keys: ["down"], label: "down", hint: true, action: () => ({ type: "picker.moved", by: 1 }) },
    { keys: ["up"], label: "up", hint: true, action: () => ({ type: "picker.moved", by: -1 }) },
    leave,
  ],
  quit: [
    { keys: ["y"], label: "leave", hint: true, action: () => ({ type: "left", exitCode: 0 }) },
    { keys: ["n", "esc", "q", "enter"], label: "stay", hint: true, action: () => ({ type: "overlay.closed" }) },
    leave,
  ],
};

/** The keys of the screen itself and those of every screen, the screen's first. */
export function screenBindings(state: State): readonly Binding[] {
  return [...(screenOf(state)?.bindings ?? []), ...everywhere];
}

/** The keys that work at this moment: what is typed into a field presses none. */
export function bindingsOf(state: State): readonly Binding[] {
  if (state.overlay !== undefined) return overlays[state.overlay];
  const bindings = screenBindings(state);
  if (fieldOf(state) === undefined) return bindings;
  return bindings.flatMap((binding) => {
    const keys = binding.keys.filter((key) => key.length > 1 && key !== "space");
    return keys.length === 0 ? [] : [{ ...binding, keys }];
  });
}

/** The field that takes what is typed at this moment. */
export function fieldOf(state: State): TextField | undefined {
  if (state.overlay === "filter") {
    const { filter } = state.list;
    return {
      typed: (text) => ({ type: "list.filtered", text: `${filter}${text}` }),
      erased: { type: "list.filtered", text: filter.slice(0, -1) },
    };
  }
  if (state.overlay === "namespace") {
    return { typed: (text) => ({ type: "picker.typed", text }), erased: { type: "picker.erased" } };
  }
  return state.overlay === undefined ? screenOf(state)?.text?.(state) : undefined;
}

/** Does what one key does now. */
export function press(store: Store, key: string): void {
  const state = store.getState();
  const field = fieldOf(state);
  if (field !== undefined && key === "backspace") {
    store.dispatch(field.erased);
    return;
  }
  // What was said was about the key before.
  if (state.message !== "") store.dispatch({ type: "said", message: "" });
  const action = findBinding(bindingsOf(state), key, state)?.action(state);
  if (action !== undefined) store.dispatch(action);
}
