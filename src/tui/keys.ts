import type { Key } from "ink";

/** More characters in one piece than fingers type: a paste without its brackets. */
const burst = 3;

/**
 * What Ink read as names of keys, in order. Several plain characters may come in one piece; a longer piece is a paste,
 * and a paste presses no keys.
 */
export function keyNames(input: string, key: Key): readonly string[] {
  const named = specialKey(key);
  if (named !== undefined) return [named];
  if (key.ctrl) return [`ctrl-${input}`];
  if (key.meta) return [`alt-${input}`];
  const characters = Array.from(input);
  const [first = ""] = characters;
  // A key that is held down comes in one piece over a slow line; these do nothing but move.
  const held = (first === "j" || first === "k") && characters.every((character) => character === first);
  return characters.length > burst && !held ? [] : characters.map(characterName);
}

function characterName(character: string): string {
  if (character === " ") return "space";
  return character === "\u001c" ? "ctrl-\\" : character;
}

function specialKey(key: Key): string | undefined {
  const names: readonly (readonly [boolean, string])[] = [
    [key.return, "enter"],
    [key.escape, "esc"],
    [key.upArrow, "up"],
    [key.downArrow, "down"],
    [key.leftArrow, "left"],
    [key.rightArrow, "right"],
    [key.pageUp, "pageup"],
    [key.pageDown, "pagedown"],
    [key.home, "home"],
    [key.end, "end"],
    [key.tab, key.shift ? "shift-tab" : "tab"],
    [key.backspace || key.delete, "backspace"],
  ];
  return names.find(([pressed]) => pressed)?.[1];
}

/**
 * The pieces that a person has typed one after the other when a slow line brings an Enter together with its neighbours.
 * A longer piece is a paste: a field takes its first line, and nothing else takes any of it.
 */
export function splitEnter(input: string, intoField: boolean): readonly string[] {
  const at = input.indexOf("\r");
  if (at < 0 || input.length === 1) return [input];
  if (input.length > burst) return intoField && at > 0 ? [input.slice(0, at)] : [];
  return Array.from(input);
}

/** Text for a field: what can be seen, on one line. */
export function typedText(input: string, key: Key): string {
  if (key.ctrl || key.meta || specialKey(key) !== undefined) return "";
  return input.replace(/\p{Cc}/gu, "");
}
