import { expect, it } from "vitest";
import { humanDuration } from "../../../src/sim/api/duration.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

// The rows are those of apimachinery's own test of HumanDuration.
it.each([
  [-2, "<invalid>"],
  [0, "0s"],
  [119, "119s"],
  [2 * minute, "2m"],
  [2 * minute + 1, "2m1s"],
  [9 * minute + 59, "9m59s"],
  [10 * minute + 5, "10m"],
  [3 * hour, "3h"],
  [3 * hour + 5 * minute, "3h5m"],
  [8 * hour + 5 * minute, "8h"],
  [2 * day, "2d"],
  [2 * day + 3 * hour, "2d3h"],
  [8 * day + 3 * hour, "8d"],
  [729 * day, "729d"],
  [730 * day, "2y"],
  [731 * day, "2y1d"],
  [8 * 365 * day + day, "8y"],
])("%i seconds are %s", (seconds, want) => {
  expect(humanDuration(seconds * 1000)).toBe(want);
});
