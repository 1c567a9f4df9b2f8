import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FieldRequirement, formatFieldSelector, parseFieldSelector } from "../../src/kube/field-selector.ts";

const rows: readonly { readonly given: string; readonly want: readonly FieldRequirement[] }[] = [
  { given: "", want: [] },
  { given: "metadata.name=web", want: [{ field: "metadata.name", operator: "=", value: "web" }] },
  { given: "metadata.name==web", want: [{ field: "metadata.name", operator: "=", value: "web" }] },
  {
    given: "metadata.name!=web,,status.phase=",
    want: [
      { field: "metadata.name", operator: "!=", value: "web" },
      { field: "status.phase", operator: "=", value: "" },
    ],
  },
  { given: String.raw`a=x\,y\=z\\`, want: [{ field: "a", operator: "=", value: String.raw`x,y=z\ `.trim() }] },
];

describe("parseFieldSelector", () => {
  it.each(rows)("reads '$given'", ({ given, want }) => {
    expect(parseFieldSelector(given)).toEqual(want);
  });

  it.each([
    { given: "metadata.name", position: 1 },
    { given: "a=b,metadata.name", position: 5 },
    { given: "=web", position: 1 },
    { given: "a b=c", position: 1 },
    { given: "a=b=c", position: 4 },
    { given: String.raw`a=b,c=\d`, position: 7 },
    { given: "a=b\\", position: 4 },
  ])("refuses '$given' at position $position", ({ given, position }) => {
    expect(() => parseFieldSelector(given)).toThrow(
      expect.objectContaining({ reason: "Usage", detail: { position: String(position) } }),
    );
  });

  it("reads back what it writes", () => {
    const requirement = fc.record({
      field: fc.constantFrom("metadata.name", "spec.nodeName"),
      operator: fc.constantFrom("=" as const, "!=" as const),
      value: fc.oneof(
        fc.string(),
        fc.array(fc.constantFrom("\\", ",", "=", "a")).map((parts) => parts.join("")),
      ),
    });
    fc.assert(
      fc.property(fc.array(requirement), (selector) => {
        expect(parseFieldSelector(formatFieldSelector(selector))).toEqual(selector);
      }),
    );
  });
});
