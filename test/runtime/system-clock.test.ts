import { describe, expect, it } from "vitest";
import { createSystemClock } from "../../src/runtime/system-clock.ts";

describe("the system clock", () => {
  it("sleeps at least as long as it was asked to", async () => {
    const clock = createSystemClock();
    const start = performance.now();
    await clock.sleep(20);
    expect(performance.now() - start).toBeGreaterThan(18);
  });

  it("wakes at once with the reason of an abort", async () => {
    const abort = new AbortController();
    const reason = new Error("stop");
    const sleeping = createSystemClock().sleep(3_600_000, abort.signal);
    abort.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(createSystemClock().sleep(1, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("leaves nothing behind that keeps the process alive", async () => {
    const source = `import { createSystemClock } from "${import.meta.dirname}/../../src/runtime/system-clock.ts";
      const abort = new AbortController();
      createSystemClock().sleep(3_600_000, abort.signal).catch(() => console.log("stopped"));
      abort.abort();`;
    const child = Bun.spawn([process.execPath, "-e", source], { stdout: "pipe" });
    expect([await new Response(child.stdout).text(), await child.exited]).toEqual(["stopped\n", 0]);
  });

  it("sleeps on through more days than a timer can hold", async () => {
    const abort = new AbortController();
    let awake = false;
    const sleeping = createSystemClock()
      .sleep(2 ** 31 + 1_000, abort.signal)
      .finally(() => {
        awake = true;
      });
    await createSystemClock().sleep(20);
    expect(awake).toBe(false);
    abort.abort();
    await expect(sleeping).rejects.toThrow();
  });
});
