import { expect, it } from "vitest";
import { nextAge, shortAge } from "../../../src/tui/lines/short-age.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

it.each([
  [-5, "0s"],
  [0, "0s"],
  [59 * second + 999, "59s"],
  [minute, "1m"],
  [59 * minute, "59m"],
  [hour, "1h"],
  [47 * hour, "47h"],
  [48 * hour, "2d"],
  [400 * 24 * hour, "400d"],
])("an age of %d ms reads %s, and changes when it says so", (age, text) => {
  expect(shortAge(age)).toBe(text);
  const next = nextAge(0, Math.max(0, age));
  expect(shortAge(next - 1)).toBe(text);
  expect(shortAge(next)).not.toBe(text);
});
