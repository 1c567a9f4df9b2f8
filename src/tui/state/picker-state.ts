import type { RestartError } from "../../core/index.ts";

/** The choice of namespaces: from a list where it may be read, by typing everywhere. */
export interface PickerState {
  /** Undefined while they are not read, and where they may not be. */
  readonly names: readonly string[] | undefined;
  readonly error: RestartError | undefined;
  readonly field: string;
  readonly cursor: number;
}

export type PickerAction =
  | { readonly type: "picker.listed"; readonly names: readonly string[] }
  | { readonly type: "picker.failed"; readonly error: RestartError }
  | { readonly type: "picker.typed"; readonly text: string }
  | { readonly type: "picker.erased" }
  | { readonly type: "picker.moved"; readonly by: number };

export const emptyPicker: PickerState = { names: undefined, error: undefined, field: "", cursor: 0 };

/** The names that what was typed leaves, an exact one first. */
export function choices({ names = [], field }: PickerState): readonly string[] {
  const found = names.filter((name) => name.includes(field));
  return found.includes(field) ? [field, ...found.filter((name) => name !== field)] : found;
}

/** What Enter takes: the name under the cursor, else what was typed, which may be several names. */
export function chosenNamespaces(picker: PickerState): readonly string[] {
  const name = choices(picker)[picker.cursor];
  return name === undefined ? picker.field.split(/[\s,]+/).filter(Boolean) : [name];
}

export function reducePicker(picker: PickerState, action: PickerAction): PickerState {
  switch (action.type) {
    case "picker.listed":
      return { ...picker, names: [...action.names].sort(), error: undefined };
    case "picker.failed":
      return { ...picker, error: action.error };
    case "picker.typed":
      return { ...picker, field: `${picker.field}${action.text}`, cursor: 0 };
    case "picker.erased":
      return { ...picker, field: picker.field.slice(0, -1), cursor: 0 };
    case "picker.moved": {
      const last = Math.max(0, choices(picker).length - 1);
      return { ...picker, cursor: Math.max(0, Math.min(last, picker.cursor + action.by)) };
    }
  }
}
