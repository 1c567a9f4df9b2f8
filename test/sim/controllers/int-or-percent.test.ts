import { describe, expect, it } from "vitest";
import { resolveFenceposts } from "../../../src/sim/controllers/int-or-percent.ts";

describe("the limits of a rolling update", () => {
  it.each([
    { maxSurge: "25%", maxUnavailable: "25%", replicas: 10, surge: 3, unavailable: 2 },
    { maxSurge: "25%", maxUnavailable: "25%", replicas: 1, surge: 1, unavailable: 0 },
    { maxSurge: 0, maxUnavailable: "25%", replicas: 1, surge: 0, unavailable: 1 },
    { maxSurge: "1%", maxUnavailable: "0%", replicas: 3, surge: 1, unavailable: 0 },
    { maxSurge: 5, maxUnavailable: 3, replicas: 2, surge: 5, unavailable: 3 },
    { maxSurge: "x", maxUnavailable: 0, replicas: 2, surge: 0, unavailable: 1 },
  ])("are $surge and $unavailable for $maxSurge/$maxUnavailable of $replicas", ({ surge, unavailable, ...given }) => {
    const { maxSurge, maxUnavailable, replicas } = given;
    expect(resolveFenceposts(maxSurge, maxUnavailable, replicas)).toEqual({ surge, unavailable });
  });
});
