import { describe, expect, it } from "vitest";
import { RestartError, toRestartError } from "../../src/kube/error.ts";

const known = new RestartError("Forbidden", "no");
const abort = new AbortController();
abort.abort();

describe("toRestartError", () => {
  it.each([
    { name: "one of ours", given: known, reason: "Forbidden", message: "no" },
    { name: "an abort", given: abort.signal.reason, reason: "Canceled", message: "canceled" },
    {
      name: "another error",
      given: new TypeError("x is\u001b[31m undefined\n"),
      reason: "Unknown",
      message: "x is undefined",
    },
    { name: "a text", given: "boom", reason: "Unknown", message: "boom" },
    { name: "nothing", given: undefined, reason: "Unknown", message: "undefined" },
  ])("makes $reason of $name", ({ given, reason, message }) => {
    expect(toRestartError(given)).toMatchObject({ name: "RestartError", reason, message });
  });

  it("keeps what was caught", () => {
    const cause = new TypeError("x");
    expect(toRestartError(cause).cause).toBe(cause);
    expect(toRestartError(known)).toBe(known);
  });
});
