import { describe, expect, it } from "vitest";
import { labelSelectorMatches, labelSelectorText, parseSelectors } from "../../../src/sim/api/selectors.ts";
import { isFailure } from "../../../src/sim/api/status.ts";
import type { KubeObject } from "../../../src/sim/object.ts";
import { findResource } from "../../../src/sim/resources.ts";

const pod: KubeObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "web-1",
    namespace: "shop",
    uid: "u",
    resourceVersion: "1",
    creationTimestamp: "2026-11-25T12:00:00Z",
    labels: { app: "web", tier: "front", "example.com/size": "7" },
  },
  spec: { nodeName: "node-1" },
  status: { phase: "Running" },
};

function select(query: string): boolean | string {
  const pods = findResource("pods");
  if (pods === undefined) throw new Error("no pods");
  const matches = parseSelectors(pods, new URLSearchParams(query));
  if (isFailure(matches)) return matches.message;
  return matches === undefined || matches(pod);
}

describe("selectors", () => {
  it.each([
    ["labelSelector=app=web", true],
    ["labelSelector=app==web,tier!=back", true],
    ["labelSelector=app=api", false],
    ["labelSelector=app in (api, web)", true],
    ["labelSelector=app notin (api,web)", false],
    ["labelSelector=zone notin (a)", true],
    ["labelSelector=app", true],
    ["labelSelector=!app", false],
    ["labelSelector=!zone,tier in (front)", true],
    ["labelSelector=example.com/size>6,example.com/size<8", true],
    ["labelSelector=app=", false],
    ["labelSelector=app in ()", false],
    ["fieldSelector=metadata.name=web-1,status.phase!=Failed", true],
    ["fieldSelector=spec.nodeName=node-2", false],
    ["labelSelector=app=web&fieldSelector=metadata.name=other", false],
  ])("%s", (query, want) => {
    expect(select(query.replaceAll("==", "%3D%3D"))).toBe(want);
  });

  it.each([
    ["labelSelector=a===", "unable to parse requirement: found '=', expected: identifier"],
    ["labelSelector=a in b", "unable to parse requirement: found 'b' expected: '('"],
    ["labelSelector=,", "found ',', expected: !, identifier, or 'end of string'"],
    ["labelSelector=a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ["labelSelector=a=b,", "found '', expected: identifier after ','"],
    ["fieldSelector=spec.foo=1", "field label not supported: spec.foo"],
    ["fieldSelector=a", "invalid selector: 'a'; can't understand 'a'"],
  ])("%s is refused", (query, want) => {
    expect(select(query)).toBe(want);
  });
});

it.each([
  ["-a=b", '<nil>: Invalid value: "-a": name part must consist of'],
  ["a=-b", 'values[0][a]: Invalid value: "-b": a valid label must be'],
])("the selector %s names what is no label", (selector, want) => {
  expect(select(`labelSelector=${selector}`)).toContain(`unable to parse requirement: ${want}`);
});

describe("a LabelSelector", () => {
  const selector = {
    matchLabels: { tier: "front", app: "web" },
    matchExpressions: [
      { key: "zone", operator: "DoesNotExist" },
      { key: "tier", operator: "In", values: ["front", "edge"] },
    ],
  };

  it("matches labels and expressions", () => {
    expect(labelSelectorMatches(selector, { app: "web", tier: "front" })).toBe(true);
    expect(labelSelectorMatches(selector, { app: "web", tier: "front", zone: "a" })).toBe(false);
    expect(labelSelectorMatches({}, {})).toBe(true);
    expect(labelSelectorMatches(undefined, {})).toBe(false);
  });

  it("is printed as kubectl prints it", () => {
    expect(labelSelectorText(selector)).toBe("app=web,tier=front,tier in (edge,front),!zone");
  });
});
