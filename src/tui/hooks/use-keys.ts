import { type Key, useInput, usePaste } from "ink";
import { useRef } from "react";
import { keyNames, splitEnter, typedText } from "../keys.ts";
import { fieldOf, press } from "../press.ts";
import type { Effects } from "./effects.ts";

/** Milliseconds: an Enter that follows text faster than this was pasted with it. */
const fastReturn = 30;

/** Turns what Ink reads into actions. What is pasted is text for a field, or nothing. */
export function useKeys({ host, store }: Effects): void {
  const typedAt = useRef(Number.NEGATIVE_INFINITY);
  useInput((input, key) => {
    const pieces = key.ctrl || key.meta ? [input] : splitEnter(input, fieldOf(store.getState()) !== undefined);
    // Behind an Enter that came in the same piece stands what the next screen is to get.
    const together = pieces.length > 1;
    for (const piece of pieces) take(piece, together && piece === "\r" ? { ...key, return: true } : key, together);
  });
  const take = (input: string, key: Key, typed: boolean): void => {
    const now = host.clock.now();
    const text = typedText(input, key);
    const field = fieldOf(store.getState());
    if (text !== "" && field !== undefined) {
      typedAt.current = now;
      store.dispatch(field.typed(text));
      return;
    }
    for (const name of keyNames(input, key)) {
      if (name === "enter" && !typed && now - typedAt.current < fastReturn) continue;
      // A quick hand or a slow line brings the key that opens a field and what is typed into it in one piece.
      const opened = fieldOf(store.getState());
      if (opened !== undefined && text !== "") store.dispatch(opened.typed(name === "space" ? " " : name));
      else press(store, name);
    }
    if (text !== "") typedAt.current = now;
  };
  usePaste((pasted) => {
    typedAt.current = host.clock.now();
    const field = fieldOf(store.getState());
    const [line = ""] = pasted.trim().split(/[\r\n]/);
    if (field !== undefined && line !== "") store.dispatch(field.typed(line.replace(/\p{Cc}/gu, "")));
  });
}
