import { expect, it } from "vitest";
import { tolerateLostTerminal } from "../../src/runtime/raw-mode.ts";

it("tells of a terminal that is gone instead of failing whoever gives it back", () => {
  let lost = 0;
  let there = true;
  const asked: boolean[] = [];
  const input = {
    setRawMode: (raw: boolean): unknown => {
      if (!there) throw new Error("setRawMode failed with errno: 5");
      asked.push(raw);
      return undefined;
    },
  };
  tolerateLostTerminal(input, () => {
    lost += 1;
  });
  input.setRawMode(true);
  expect({ asked, lost }).toEqual({ asked: [true], lost: 0 });
  there = false;
  expect(input.setRawMode(false)).toBe(input);
  expect(lost).toBe(1);
});
