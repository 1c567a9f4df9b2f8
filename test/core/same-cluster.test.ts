import { expect, it } from "vitest";
import type { PlanTarget } from "../../src/core/plan.ts";
import { sameCluster } from "../../src/core/same-cluster.ts";

interface Seen {
  readonly context: string;
  readonly identity?: string;
  readonly server?: string;
  /** UID by name. */
  readonly holds: Readonly<Record<string, string>>;
}

function groupsOf(seen: readonly Seen[]): readonly (readonly string[])[] {
  const targets = seen.flatMap(({ context, identity = "", holds }) =>
    Object.entries(holds).map(
      ([name, uid]): PlanTarget => ({
        ref: { cluster: context, apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name, uid },
        clusterUid: identity,
        generation: 1,
        resourceVersion: "7",
        replicas: 1,
        affected: 1,
        strategy: "RollingUpdate",
        templateHash: "",
        previousRestartedAt: undefined,
        restartedAt: "2026-11-25T12:00:00Z",
        forecast: undefined,
        findings: [],
      }),
    ),
  );
  return sameCluster(targets, (context) => seen.find((one) => one.context === context)?.server ?? `https://${context}`);
}

const table: readonly { readonly name: string; readonly seen: readonly Seen[]; readonly groups: string[][] }[] = [
  {
    name: "contexts of two clusters are no group",
    seen: [
      { context: "a", identity: "1", server: "https://proxy", holds: { web: "u1" } },
      { context: "b", identity: "2", server: "https://proxy", holds: { db: "u2" } },
    ],
    groups: [],
  },
  {
    name: "equal identities are one cluster, whatever the address",
    seen: [
      { context: "a", identity: "1", holds: { web: "u1" } },
      { context: "other", identity: "2", holds: { web: "u3" } },
      { context: "b", identity: "1", holds: { db: "u2" } },
    ],
    groups: [["a", "b"]],
  },
  {
    name: "one object seen from two contexts is one cluster, though its identity is hidden",
    seen: [
      { context: "a", holds: { web: "u1" } },
      { context: "b", holds: { db: "u2", web: "u1" } },
    ],
    groups: [["a", "b"]],
  },
  {
    name: "one address is one cluster where an identity is hidden",
    seen: [
      { context: "a", identity: "1", server: "https://API.example:6443/", holds: { web: "u1" } },
      { context: "b", server: "https://api.example:6443", holds: { db: "u2" } },
    ],
    groups: [["a", "b"]],
  },
  {
    name: "a proxy's address is no cluster where one name stands for two objects",
    seen: [
      { context: "a", server: "https://proxy", holds: { web: "u1" } },
      { context: "b", server: "https://proxy", holds: { web: "u2" } },
    ],
    groups: [],
  },
  {
    name: "a context that joins two others makes one group, in the order of the targets",
    seen: [
      { context: "c", identity: "1", server: "https://one", holds: { web: "u1" } },
      { context: "a", server: "https://two", holds: { db: "u2" } },
      { context: "x", identity: "9", holds: { web: "u9" } },
      { context: "b", identity: "1", server: "https://two", holds: { job: "u3" } },
    ],
    groups: [["c", "a", "b"]],
  },
  {
    name: "names keep the order of the targets where a later context joins groups",
    seen: [
      { context: "a", identity: "1", holds: { web: "u1" } },
      { context: "b", identity: "2", holds: { db: "u2" } },
      { context: "c", identity: "1", holds: { web: "u1" } },
      { context: "d", holds: { web: "u1", db: "u2" } },
    ],
    groups: [["a", "b", "c", "d"]],
  },
  {
    name: "groups keep the order of their first context",
    seen: [
      { context: "a", identity: "1", holds: { web: "u1" } },
      { context: "b", identity: "2", holds: { db: "u2" } },
      { context: "c", identity: "2", holds: { db: "u2" } },
      { context: "d", identity: "1", holds: { web: "u1" } },
    ],
    groups: [
      ["a", "d"],
      ["b", "c"],
    ],
  },
];

it.each(table)("$name", ({ seen, groups }) => {
  expect(groupsOf(seen)).toEqual(groups);
});
