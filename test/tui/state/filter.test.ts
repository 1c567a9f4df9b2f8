import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyFilter, readFilter } from "../../../src/tui/state/filter.ts";
import { entryOf } from "../../../src/tui/state/list-entry.ts";
import { row } from "../rows.ts";

const few = { desired: 3, replicas: 3, updated: 3, ready: 1, available: 1 };
const entries = [
  row("web", { manager: "flux" }),
  row("web-canary", { counts: few }),
  row("db", {
    kind: "StatefulSet",
    namespace: "payments",
    manager: "helm",
    images: ["shop.example/postgres:16"],
    strategy: "Recreate",
  }),
  row("agent", { kind: "DaemonSet", namespace: "kube-system", cluster: "prod-eu", phase: { phase: "paused" } }),
].map(entryOf);

function found(text: string): readonly string[] {
  return entries.filter(readFilter(text)).map((entry) => entry.row.ref.name);
}

describe("a filter", () => {
  it.each([
    ["", ["web", "web-canary", "db", "agent"]],
    ["WEB", ["web", "web-canary"]],
    ["web canary", ["web-canary"]],
    ["canary web", ["web-canary"]],
    ["web !canary", ["web"]],
    ["!", ["web", "web-canary", "db", "agent"]],
    ["shop/w", ["web", "web-canary"]],
    ["kind:sts", ["db"]],
    ["kind:daemonset", ["agent"]],
    ["kind:", ["web", "web-canary", "db", "agent"]],
    ["ns:pay", ["db"]],
    ["!ns:shop", ["db", "agent"]],
    ["owner:flux", ["web"]],
    ["cluster:prod", ["agent"]],
    ["postgres", ["db"]],
    ["ready<3", ["web-canary"]],
    ["ready<=1", ["web-canary"]],
    ["ready=3", ["web", "db", "agent"]],
    ["ready>1 kind:dp", ["web"]],
    ["ready<desired", ["web-canary"]],
    ["ready!=desired !db", ["web-canary"]],
    ["available>2 kind:sts", ["db"]],
    ["image:postgres", ["db"]],
    ["image:app:1 web", ["web", "web-canary"]],
    ["*-canary", ["web-canary"]],
    ["web*", ["web", "web-canary"]],
    ["^web", ["web-canary", "db", "agent"]],
    ["is:not-ready", ["web-canary"]],
    ["is:paused", ["agent"]],
    ["strategy:recreate", ["db"]],
    ["image:", ["web", "web-canary", "db", "agent"]],
    ["ready<", ["web", "web-canary", "db", "agent"]],
    ["is:stale", []],
    ["nothing:here", []],
    [".*", []],
  ])("%s", (text, expected) => {
    expect(found(text)).toEqual(expected);
  });
});

it("typed letter by letter finds what it finds at once", () => {
  const word = fc.constantFrom(
    "w",
    "we",
    "web",
    "ca",
    "!",
    "!web",
    "kind:",
    "dp",
    "ready<3",
    "ns:sh",
    "a",
    " ",
    "-",
    "/",
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (parts) => {
      const text = parts.join("");
      let before = { text: "", entries: applyFilter(entries, "", undefined) };
      for (let length = 1; length <= text.length; length += 1) {
        const typed = text.slice(0, length);
        before = { text: typed, entries: applyFilter(entries, typed, before) };
      }
      expect(before.entries).toEqual(applyFilter(entries, text, undefined));
    }),
  );
});
