import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/kube/error.ts";
import {
  formatLabelSelector,
  fromLabelSelector,
  type LabelRequirement,
  matchesLabels,
  parseLabelSelector,
} from "../../src/kube/selector.ts";

type Labels = Readonly<Record<string, string>>;

const rows: readonly {
  readonly given: string;
  readonly want: string;
  readonly hit: readonly Labels[];
  readonly miss: readonly Labels[];
}[] = [
  { given: "", want: "", hit: [{}, { a: "b" }], miss: [] },
  { given: " \t ", want: "", hit: [{}], miss: [] },
  { given: "app=web", want: "app=web", hit: [{ app: "web" }], miss: [{}, { app: "x" }, { App: "web" }] },
  { given: " app == web ", want: "app=web", hit: [{ app: "web" }], miss: [{ app: "we" }] },
  { given: "app!=web", want: "app!=web", hit: [{}, { app: "x" }], miss: [{ app: "web" }] },
  { given: "app=", want: "app=", hit: [{ app: "" }], miss: [{}, { app: "x" }] },
  { given: "app=,b", want: "app=,b", hit: [{ app: "", b: "1" }], miss: [{ app: "" }] },
  { given: "app!=", want: "app!=", hit: [{}, { app: "x" }], miss: [{ app: "" }] },
  { given: "env in (b,a)", want: "env in (a,b)", hit: [{ env: "a" }, { env: "b" }], miss: [{}, { env: "c" }] },
  { given: "env in (a)", want: "env=a", hit: [{ env: "a" }], miss: [{}] },
  { given: "env in (a,)", want: "env in (,a)", hit: [{ env: "" }, { env: "a" }], miss: [{}] },
  { given: "env in ()", want: "env=", hit: [{ env: "" }], miss: [{}, { env: "a" }] },
  { given: "env notin (a,b)", want: "env notin (a,b)", hit: [{}, { env: "c" }], miss: [{ env: "a" }] },
  { given: "canary", want: "canary", hit: [{ canary: "" }], miss: [{}] },
  { given: "!canary", want: "!canary", hit: [{}], miss: [{ canary: "" }] },
  { given: "! canary , app=web", want: "!canary,app=web", hit: [{ app: "web" }], miss: [{ app: "web", canary: "x" }] },
  { given: "weight>5", want: "weight>5", hit: [{ weight: "6" }], miss: [{}, { weight: "5" }, { weight: "x" }] },
  { given: "weight < 5", want: "weight<5", hit: [{ weight: "-4" }], miss: [{}, { weight: "5" }] },
  { given: "in in (in,notin)", want: "in in (in,notin)", hit: [{ in: "notin" }], miss: [{ in: "x" }] },
  {
    given: "app.kubernetes.io/name=web,b.c/D_e.f-g",
    want: "app.kubernetes.io/name=web,b.c/D_e.f-g",
    hit: [{ "app.kubernetes.io/name": "web", "b.c/D_e.f-g": "" }],
    miss: [{ name: "web" }],
  },
  { given: "toString", want: "toString", hit: [{ toString: "x" } as unknown as Labels], miss: [{}] },
];

const broken = [
  { given: "app=web,", position: 9 },
  { given: ",app=web", position: 1 },
  { given: "app=web,,b", position: 9 },
  { given: "app=web b", position: 9 },
  { given: "app in a", position: 8 },
  { given: "app in (a", position: 10 },
  { given: "app in (a b)", position: 11 },
  { given: "app on (a)", position: 5 },
  { given: "!app=web", position: 5 },
  { given: "!!app", position: 2 },
  { given: "app===web", position: 6 },
  { given: "=web", position: 1 },
  { given: "weight>x", position: 8 },
  { given: "weight>", position: 8 },
  { given: "-app=web", position: 1 },
  { given: "a/b/c=web", position: 1 },
  { given: "/name=web", position: 1 },
  { given: "A.B/name=web", position: 1 },
  { given: "app=we/b", position: 5 },
  { given: "app=-", position: 5 },
  { given: `app=${"a".repeat(64)}`, position: 5 },
  { given: `${"a".repeat(64)}=x`, position: 1 },
  { given: "app=ä", position: 5 },
  { given: "app in (a,b!)", position: 12 },
];

describe("parseLabelSelector", () => {
  it.each(rows)("reads '$given'", ({ given, want, hit, miss }) => {
    const selector = parseLabelSelector(given);
    expect(formatLabelSelector(selector)).toBe(want);
    for (const labels of hit) expect(matchesLabels(selector, labels), JSON.stringify(labels)).toBe(true);
    for (const labels of miss) expect(matchesLabels(selector, labels), JSON.stringify(labels)).toBe(false);
  });

  it.each(broken)("refuses '$given' at position $position", ({ given, position }) => {
    expect(() => parseLabelSelector(given)).toThrow(
      expect.objectContaining({ reason: "Usage", detail: { position: String(position) } }),
    );
  });

  it("says what is wrong", () => {
    expect(() => parseLabelSelector("app in (a b)")).toThrow(
      'label selector "app in (a b)": found "b", expected , or ) at position 11',
    );
  });

  it("either reads a text or refuses it with a place within, and formats what it read to the same", () => {
    const pieces = fc.array(
      fc.constantFrom("a", "in", "notin", "=", "!", "(", ")", ",", ">", "<", " ", "7", "x/y", "\u0000"),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((parts) => parts.join("")),
          fc.string(),
        ),
        (given) => {
          try {
            const text = formatLabelSelector(parseLabelSelector(given));
            expect(formatLabelSelector(parseLabelSelector(text))).toBe(text);
          } catch (error) {
            if (!(error instanceof RestartError)) throw error;
            expect(error.reason).toBe("Usage");
            const position = Number(error.detail.position);
            expect(position).toBeGreaterThanOrEqual(1);
            expect(position).toBeLessThanOrEqual(given.length + 1);
          }
        },
      ),
    );
  });
});

const key = fc.constantFrom("a", "b", "app.kubernetes.io/name");
const value = fc.constantFrom("", "x", "y-z", "7");
const requirement: fc.Arbitrary<LabelRequirement> = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom("In" as const, "NotIn" as const),
    values: fc.uniqueArray(value, { minLength: 1 }),
  }),
  fc.record({ key, operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const), values: fc.constant([]) }),
);

describe("formatLabelSelector", () => {
  it("writes a text that selects the same", () => {
    fc.assert(
      fc.property(fc.array(requirement), fc.dictionary(key, value), (selector, labels) => {
        const again = parseLabelSelector(formatLabelSelector(selector));
        expect(matchesLabels(again, labels)).toBe(matchesLabels(selector, labels));
      }),
    );
  });

  it("writes the selector of an object, in one order", () => {
    const selector = {
      matchLabels: { tier: "web", app: "shop" },
      matchExpressions: [
        { key: "env", operator: "In", values: ["b", "a"] },
        { key: "old", operator: "DoesNotExist" },
      ],
    };
    expect(formatLabelSelector(selector)).toBe("!old,app=shop,env in (a,b),tier=web");
    expect(formatLabelSelector({})).toBe("");
  });

  it.each([
    { operator: "Near", values: ["a"] },
    { operator: "In", values: [] },
  ])("refuses $operator with $values", ({ operator, values }) => {
    expect(() => fromLabelSelector({ matchExpressions: [{ key: "a", operator, values }] })).toThrow(RestartError);
  });
});
