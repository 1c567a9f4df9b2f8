import { describe, expect, it } from "vitest";
import { nameSuffix, templateHash } from "../../../src/sim/controllers/template-hash.ts";

describe("the hash of a pod template", () => {
  it("is the same whatever the order of keys, and another for another value", () => {
    const first = templateHash({ metadata: { labels: { a: "1", b: "2" } }, spec: { containers: [] } });
    expect(templateHash({ spec: { containers: [] }, metadata: { labels: { b: "2", a: "1" } } })).toBe(first);
    expect(templateHash({ spec: { containers: [] }, metadata: { labels: { b: "2", a: "2" } } })).not.toBe(first);
  });

  it("and the end of a pod's name have no vowels, so no words", () => {
    for (let index = 0; index < 50; index += 1) {
      expect(templateHash({ index })).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{6,10}$/);
      expect(nameSuffix(() => index / 50)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    }
  });
});
