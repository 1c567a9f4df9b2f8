import type { ReactNode } from "react";
import type { Binding } from "./bindings.ts";
import type { Action, ScreenId, State } from "./state.ts";

export interface ScreenProps {
  readonly state: State;
  readonly columns: number;
  /** Of the body, without head and foot. */
  readonly rows: number;
  /** Milliseconds of the clock. */
  readonly now: number;
  readonly look: Look;
}

export interface Look {
  readonly colour: boolean;
  readonly ascii: boolean;
}

/** One screen; a new one is a file here and its name in `screens/index.ts`. */
export interface Screen {
  readonly id: ScreenId;
  readonly title: string;
  readonly bindings: readonly Binding[];
  /** What its signs mean, for the help. */
  readonly legend?: readonly string[];
  /** Takes what is typed while it wants text; then only keys that are no characters are looked up. */
  readonly text?: (state: State) => TextField | undefined;
  readonly Component: (props: ScreenProps) => ReactNode;
}

export interface TextField {
  readonly typed: (text: string) => Action;
  readonly erased: Action;
}
