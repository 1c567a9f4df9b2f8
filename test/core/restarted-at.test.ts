import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextRestartedAt } from "../../src/core/restarted-at.ts";

const noon = Date.parse("2026-11-25T12:00:00.900Z");

describe("the value of the next restart", () => {
  const table: readonly { name: string; present: string | undefined; want: string }[] = [
    { name: "is now in whole seconds when there is none", present: undefined, want: "2026-11-25T12:00:00Z" },
    { name: "is now when the present one is earlier", present: "2026-11-25T11:59:59Z", want: "2026-11-25T12:00:00Z" },
    {
      name: "is a second later when the present one is equal",
      present: "2026-11-25T12:00:00Z",
      want: "2026-11-25T12:00:01Z",
    },
    {
      name: "is a second later when the present one lies ahead",
      present: "2026-11-25T12:30:00Z",
      want: "2026-11-25T12:30:01Z",
    },
    { name: "reads kubectl's local time zone", present: "2026-11-25T07:00:00-05:00", want: "2026-11-25T12:00:01Z" },
    {
      name: "drops fractions of the present one and still is later",
      present: "2026-11-25T12:00:05.7Z",
      want: "2026-11-25T12:00:06Z",
    },
    { name: "ignores what is no time", present: "yes please", want: "2026-11-25T12:00:00Z" },
  ];
  it.each(table)("$name", ({ present, want }) => {
    expect(nextRestartedAt(noon, present)).toBe(want);
  });

  it("is strictly later than any time that is there", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }), (present) => {
        expect(Date.parse(nextRestartedAt(noon, present.toISOString()))).toBeGreaterThan(present.getTime());
      }),
    );
  });
});
