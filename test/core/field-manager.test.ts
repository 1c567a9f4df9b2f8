import { describe, expect, it } from "vitest";
import { fieldManager } from "../../src/core/field-manager.ts";

const path = ["f:spec", "f:restartAt"];
const owning = { "f:spec": { "f:restartAt": {}, "f:replicas": {} } };

describe("the manager of a field", () => {
  it.each([
    ["nobody", "without entries", undefined, undefined],
    [
      "nobody",
      "when only a neighbour is owned",
      [{ manager: "helm", fieldsV1: { "f:spec": { "f:replicas": {} } } }],
      undefined,
    ],
    [
      "nobody",
      "when the entry's fields cannot be read",
      [{ manager: "helm", fieldsV1: "f:spec" }, { manager: "x" }],
      undefined,
    ],
    [
      "its owner",
      "among others",
      [
        { manager: "helm", fieldsV1: {} },
        { manager: "ops", fieldsV1: owning },
      ],
      "ops",
    ],
    [
      "the latest",
      "of several that wrote the same value",
      [
        { manager: "late", time: "2026-03-02T00:00:00Z", fieldsV1: owning },
        { manager: "early", time: "2026-03-01T00:00:00Z", fieldsV1: owning },
      ],
      "late",
    ],
  ])("is %s %s", (_, __, entries, manager) => {
    expect(fieldManager(entries, path)).toBe(manager);
  });
});
