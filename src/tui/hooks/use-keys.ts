import { useInput, usePaste } from "ink";
import { useRef } from "react";
import { keyNames, typedText } from "../keys.ts";
import { fieldOf, press } from "../press.ts";
import type { Effects } from "./effects.ts";

/** Milliseconds: an Enter that follows text faster than this was pasted with it. */
const fastReturn = 30;

/** Turns what Ink reads into actions. What is pasted is text for a field, or nothing. */
export function useKeys({ host, store }: Effects): void {
  const typedAt = useRef(Number.NEGATIVE_INFINITY);
  useInput((input, key) => {
    const now = host.clock.now();
    const text = typedText(input, key);
    const field = fieldOf(store.getState());
    if (text !== "" && field !== undefined) {
      typedAt.current = now;
      store.dispatch(field.typed(text));
      return;
    }
    for (const name of keyNames(input, key)) {
      if (name === "enter" && now - typedAt.current < fastReturn) continue;
      // A quick hand or a slow line brings the key that opens a field and what is typed into it in one piece.
      const opened = fieldOf(store.getState());
      if (opened !== undefined && text !== "") store.dispatch(opened.typed(name === "space" ? " " : name));
      else press(store, name);
    }
    if (text !== "") typedAt.current = now;
  });
  usePaste((pasted) => {
    typedAt.current = host.clock.now();
    const field = fieldOf(store.getState());
    const [line = ""] = pasted.trim().split(/[\r\n]/);
    if (field !== undefined && line !== "") store.dispatch(field.typed(line.replace(/\p{Cc}/gu, "")));
  });
}
