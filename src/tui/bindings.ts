import type { Action, State } from "./state.ts";

/** What a key does; help, the line of hints and the keys themselves all read this. */
export interface Binding {
  /** `j`, `down`, `ctrl-d`, `enter`, `esc`, `space` … */
  readonly keys: readonly string[];
  readonly label: string;
  /** Shown at the foot of the screen. */
  readonly hint?: boolean;
  /** Left out of hints and without effect while it is false. */
  readonly when?: (state: State) => boolean;
  readonly action: (state: State) => Action | undefined;
}

export function findBinding(bindings: readonly Binding[], key: string, state: State): Binding | undefined {
  return bindings.find(({ keys, when }) => keys.includes(key) && (when?.(state) ?? true));
}

/** A key as a person reads it on the keyboard. */
export function keyLabel(key: string): string {
  const names: Readonly<Record<string, string>> = {
    enter: "Enter",
    esc: "Esc",
    space: "Space",
    tab: "Tab",
    up: "Up",
    down: "Down",
    pagedown: "PgDn",
    pageup: "PgUp",
    home: "Home",
    end: "End",
  };
  return names[key] ?? key.replace(/^ctrl-(.*)/, (_, letter: string) => `Ctrl-${letter.toUpperCase()}`);
}
