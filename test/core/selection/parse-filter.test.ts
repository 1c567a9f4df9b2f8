import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFilter } from "../../../src/core/selection/parse-filter.ts";
import type { Predicate } from "../../../src/core/selection/predicate.ts";
import { RestartError } from "../../../src/kube/error.ts";

const day = 86_400_000;

function refusal(text: string): RestartError {
  try {
    parseFilter(text);
  } catch (error) {
    if (error instanceof RestartError) return error;
  }
  throw new Error(`${text} was accepted`);
}

describe("a filter", () => {
  const table: readonly (readonly [text: string, want: readonly Predicate[]])[] = [
    ["web", [{ type: "word", text: "web" }]],
    ["WEB", [{ type: "word", text: "web" }]],
    ["web-*", [{ type: "name", pattern: "web-*" }]],
    ["!web", [{ type: "not", predicate: { type: "word", text: "web" } }]],
    ["^web", [{ type: "not", predicate: { type: "name", pattern: "web" } }]],
    [
      "^deploy/web-*",
      [
        {
          type: "not",
          predicate: {
            type: "all",
            predicates: [
              { type: "kind", apiVersion: "apps/v1", kind: "Deployment" },
              { type: "name", pattern: "web-*" },
            ],
          },
        },
      ],
    ],
    ["kind:sts", [{ type: "kind", apiVersion: "apps/v1", kind: "StatefulSet" }]],
    [
      "kind:deploy,ds",
      [
        {
          type: "any",
          predicates: [
            { type: "kind", apiVersion: "apps/v1", kind: "Deployment" },
            { type: "kind", apiVersion: "apps/v1", kind: "DaemonSet" },
          ],
        },
      ],
    ],
    ["ns:shop", [{ type: "namespace", pattern: "shop" }]],
    ["image:shop.example/app:1*", [{ type: "image", pattern: "shop.example/app:1*" }]],
    ["image:@sha256:ab*", [{ type: "image", pattern: "@sha256:ab*" }]],
    ["owner:flux", [{ type: "owner", owner: "flux" }]],
    ["strategy:Recreate", [{ type: "strategy", pattern: "recreate" }]],
    ["uses:cm/app-*", [{ type: "uses", kind: "ConfigMap", pattern: "app-*" }]],
    ["is:stale", [{ type: "is", state: "stale" }]],
    ["ready<1", [{ type: "count", count: "ready", comparison: "<", value: 1 }]],
    ["ready<desired", [{ type: "count", count: "ready", comparison: "<", value: "desired" }]],
    ["updated!=desired", [{ type: "count", count: "updated", comparison: "!=", value: "desired" }]],
    ["available==0", [{ type: "count", count: "available", comparison: "=", value: 0 }]],
    ["restarts>=5", [{ type: "restarts", comparison: ">=", value: 5 }]],
    ["restarted>7d", [{ type: "age", age: "restarted", comparison: ">", milliseconds: 7 * day }]],
    ["age<=1d12h", [{ type: "age", age: "age", comparison: "<=", milliseconds: 1.5 * day }]],
    ["podage>30d", [{ type: "age", age: "podage", comparison: ">", milliseconds: 30 * day }]],
    ["restarted-before:2026-11-01", [{ type: "restartedBefore", time: Date.UTC(2026, 10, 1) }]],
    ["restarted-before:90s", [{ type: "age", age: "restarted", comparison: ">", milliseconds: 90_000 }]],
    [
      "  ready<1\t!kind:sts ",
      [
        { type: "count", count: "ready", comparison: "<", value: 1 },
        { type: "not", predicate: { type: "kind", apiVersion: "apps/v1", kind: "StatefulSet" } },
      ],
    ],
  ];
  it.each(table)("reads %s", (text, want) => {
    expect(parseFilter(text).map(({ predicate }) => predicate)).toEqual(want);
  });

  const refused: readonly (readonly [text: string, position: number, says: string, nearest: string | undefined])[] = [
    ["", 1, "no condition", undefined],
    ["   ", 1, "no condition", undefined],
    ["web redy<1", 5, '"redy" cannot be compared', "ready"],
    ["app=web", 1, '"app" cannot be compared', undefined],
    ["ready<", 1, "needs a value", undefined],
    ["ready<many", 7, '"many" is no whole number', undefined],
    ["ready<-1", 7, '"-1" is no whole number', undefined],
    ["restarted>7", 11, '"7" is no age', undefined],
    ["restarted=7d", 1, "no age stays the same", undefined],
    ["web knd:sts", 5, 'no key "knd"', "kind"],
    ["kind:pod", 6, 'no kind "pod"', undefined],
    ["kind:sts,deplyo", 10, 'no kind "deplyo"', "deploy"],
    ["kind:", 1, "a value is missing", undefined],
    ["owner:fluxx", 7, 'no owner "fluxx"', "flux"],
    ["uses:web", 6, "is not secret/NAME", undefined],
    ["uses:secret/", 12, "a name is missing", undefined],
    ["web ! api", 5, "nothing behind !", undefined],
    ["!!", 2, "nothing behind !", undefined],
    ["web || api", 5, "is in no name", undefined],
    ["restarted-before:soon", 18, "is no time", undefined],
  ];
  it.each(refused)("refuses %j at position %i", (text, position, says, nearest) => {
    const error = refusal(text);
    expect(error.reason).toBe("Usage");
    expect(error.message).toContain(says);
    expect(error.detail).toMatchObject({ expression: text, position: String(position) });
    expect(error.detail["nearest"]).toBe(nearest);
  });

  it("throws nothing but Usage with a place inside the text", () => {
    const part = fc.oneof(
      fc.constantFrom(
        ..."! ^ : , < <= >= = != kind: ns: image: uses: secret/ ready restarted 7d 1 web * ? / is: owner:".split(" "),
      ),
      fc.string({ maxLength: 4 }),
      fc.constant(" "),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join("");
        try {
          parseFilter(text);
        } catch (error) {
          if (!(error instanceof RestartError)) throw error;
          expect(error.reason).toBe("Usage");
          const position = Number(error.detail["position"]);
          expect(position).toBeGreaterThanOrEqual(1);
          expect(position).toBeLessThanOrEqual(Math.max(1, text.length));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
