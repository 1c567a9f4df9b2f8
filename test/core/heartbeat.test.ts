import { describe, expect, it } from "vitest";
import { withHeartbeat } from "../../src/core/heartbeat.ts";
import { createVirtualClock } from "../virtual-clock.ts";

describe("a source with a heartbeat", () => {
  it("says so when it is silent, and passes everything on in order", async () => {
    const clock = createVirtualClock(0);
    async function* source() {
      yield { value: 1 };
      await clock.sleep(150_000);
      yield { value: 2 };
    }
    const seen: unknown[] = [];
    const read = async () => {
      for await (const item of withHeartbeat(source, clock, 60_000, new AbortController().signal)) seen.push(item);
    };
    await clock.runUntil(read());
    expect(seen).toEqual([{ value: 1 }, { pulse: "silence" }, { pulse: "silence" }, { value: 2 }]);
  });

  it("tells a signal at once, one time, and goes on", async () => {
    const clock = createVirtualClock(0);
    const stop = new AbortController();
    async function* source() {
      await clock.sleep(1000);
      stop.abort();
      await clock.sleep(1000);
      yield { value: 1 };
    }
    const seen: [number, unknown][] = [];
    const read = async () => {
      for await (const item of withHeartbeat(source, clock, 60_000, stop.signal)) seen.push([clock.now(), item]);
    };
    await clock.runUntil(read());
    expect(seen).toEqual([
      [1000, { pulse: "signal" }],
      [2000, { value: 1 }],
    ]);
  });

  it("closes the source when its reader leaves", async () => {
    let closed = false;
    async function* source() {
      try {
        yield { value: 1 };
      } finally {
        closed = true;
      }
    }
    for await (const _ of withHeartbeat(source, createVirtualClock(0), 60_000, new AbortController().signal)) break;
    expect(closed).toBe(true);
  });

  it("holds up nobody who leaves while the source waits", async () => {
    const clock = createVirtualClock(0);
    let ended = -1;
    async function* source(left: AbortSignal) {
      try {
        await clock.sleep(3_600_000, left);
        yield { value: 1 };
      } finally {
        ended = clock.now();
      }
    }
    const read = async () => {
      for await (const _ of withHeartbeat(source, clock, 60_000, new AbortController().signal)) break;
    };
    await clock.runUntil(read());
    expect(ended).toBe(60_000);
  });
});
