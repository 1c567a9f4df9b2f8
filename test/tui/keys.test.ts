import type { Key } from "ink";
import { describe, expect, it } from "vitest";
import { keyNames, typedText } from "../../src/tui/keys.ts";

const none = { ctrl: false, meta: false, shift: false } as Key;

describe("what Ink read", () => {
  it.each([
    ["j", {}, ["j"]],
    ["G", { shift: true }, ["G"]],
    [" ", {}, ["space"]],
    ["", { return: true }, ["enter"]],
    ["", { escape: true, meta: true }, ["esc"]],
    ["", { upArrow: true }, ["up"]],
    ["", { pageDown: true }, ["pagedown"]],
    ["", { tab: true }, ["tab"]],
    ["", { tab: true, shift: true }, ["shift-tab"]],
    ["", { backspace: true }, ["backspace"]],
    ["", { delete: true }, ["backspace"]],
    ["d", { ctrl: true }, ["ctrl-d"]],
    ["\u001c", {}, ["ctrl-\\"]],
    ["x", { meta: true }, ["alt-x"]],
    ["jk", {}, ["j", "k"]],
    // Held down over a slow line.
    ["jjjjjj", {}, ["j", "j", "j", "j", "j", "j"]],
    // Pasted without brackets.
    ["rrrrrr", {}, []],
    ["kubectl", {}, []],
  ] as const)("%j with %j presses %j", (input, key, names) => {
    expect(keyNames(input, { ...none, ...key })).toEqual(names);
  });

  it.each([
    ["web", {}, "web"],
    ["web\rrm", {}, "webrm"],
    ["", { return: true }, ""],
    ["u", { ctrl: true }, ""],
    ["支", {}, "支"],
  ])("%j with %j types %j", (input, key, text) => {
    expect(typedText(input, { ...none, ...key })).toBe(text);
  });
});
