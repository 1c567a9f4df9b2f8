import { describe, expect, it } from "vitest";
import { findingSentence } from "../../../src/words/findings.ts";
import { createStage } from "../simulated.ts";
import { app, findingsOf } from "./stage.ts";

type Options = NonNullable<Parameters<typeof app>[0]>;

/** The cluster has three nodes of 16 cores and 62.8Gi. */
async function found(options: Options, change: (node: Record<string, never>) => object = (node) => node) {
  const stage = await createStage();
  await stage.apply(app(options));
  for (const node of stage.sim.store.list("nodes")) stage.sim.store.update("nodes", change(node as never) as never);
  return findingsOf(stage, "no-room", [options.kind ?? "Deployment"]);
}

async function sentence(options: Options, change?: (node: Record<string, never>) => object) {
  const [finding] = await found(options, change);
  return finding && findingSentence({ ...finding, code: "no-room" }, "deployment.apps/web");
}

function apart(more: object = {}) {
  const labelSelector = { matchLabels: { app: "web" } };
  const term = { topologyKey: "kubernetes.io/hostname", labelSelector, ...more };
  return { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
}

const on = (operator: string, values: readonly string[] = []) => {
  const matchExpressions = [{ key: "kubernetes.io/hostname", operator, values }];
  const nodeSelectorTerms = [{ matchExpressions }];
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
};

const asking = (requests: Readonly<Record<string, string>>) => ({ container: { resources: { requests } } });
const tainted = (node: Record<string, never>) => ({
  ...node,
  spec: { taints: [{ key: "team", value: "db", effect: "NoSchedule" }] },
});
const tolerating = (toleration: object) => ({
  pod: { nodeSelector: { "kubernetes.io/os": "linux" }, tolerations: [toleration] },
});

describe("pods that keep apart", () => {
  const four = [{ level: "warn", evidence: { why: "anti-affinity", nodes: "3", pods: "4" } }];

  it.each([
    ["every node has one", { pod: apart() }],
    ["their namespace is named", { pod: apart({ namespaces: ["shop"] }) }],
    ["they do so in all namespaces", { pod: apart({ namespaceSelector: {} }) }],
  ])("have no room when %s", async (_, options) => {
    expect(await found(options)).toEqual(four);
  });

  it("count only the nodes that they may go to", async () => {
    const selected = { ...apart(), nodeSelector: { "kubernetes.io/hostname": "node-1" } };
    const one = { evidence: { why: "anti-affinity", nodes: "1", pods: "2" } };
    expect(await found({ pod: selected, spec: { replicas: 1 } })).toMatchObject([one]);
    const affine = { affinity: { ...apart().affinity, ...on("NotIn", ["node-2", "node-3"]) } };
    expect(await found({ pod: affine, spec: { replicas: 1 } })).toMatchObject([one]);
    const cordoned = (node: Record<string, never>) =>
      Object(node["metadata"]).name === "node-3" ? { ...node, spec: { unschedulable: true } } : node;
    expect(await found({ pod: apart(), spec: { replicas: 2 } }, cordoned)).toMatchObject([
      { evidence: { nodes: "2" } },
    ]);
  });

  it("are said in one sentence", async () => {
    expect(await sentence({ pod: apart() })).toBe(
      "pods of deployment.apps/web keep apart and 3 nodes can take one each: there is no room for the 4 of a rolling update",
    );
  });

  it.each([
    ["a node is free", { pod: apart(), spec: { replicas: 2 } }],
    [
      "an old one goes first",
      { pod: apart(), spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } } },
    ],
    ["all go first", { pod: apart(), spec: { strategy: { type: "Recreate" } } }],
    ["they do so only among the pods of one revision", { pod: apart({ matchLabelKeys: ["pod-template-hash"] }) }],
    ["they keep from pods of other namespaces", { pod: apart({ namespaces: ["other"] }) }],
    ["they keep from other pods", { pod: apart({ labelSelector: { matchLabels: { app: "db" } } }) }],
    ["they keep apart by zone", { pod: apart({ topologyKey: "topology.kubernetes.io/zone" }) }],
    ["no new one comes first", { kind: "StatefulSet", pod: apart() }],
  ])("have room when %s", async (_, options) => {
    expect(await found(options)).toEqual([]);
  });
});

describe("a pod that asks for more than there is", () => {
  it("is said with what the largest node has", async () => {
    expect(await found(asking({ memory: "900Gi" }))).toEqual([
      {
        level: "warn",
        evidence: {
          why: "resources",
          nodes: "3",
          resource: "memory",
          requested: "900Gi",
          largest: "65841032Ki",
        },
      },
    ]);
    expect(await sentence(asking({ memory: "900Gi" }))).toBe(
      "a pod of deployment.apps/web asks for 900Gi memory, and of the 3 nodes that could take it the largest has 65841032Ki",
    );
  });

  it("is one of a StatefulSet, too, and one that asks for what no node has at all", async () => {
    expect(await found({ kind: "StatefulSet", ...asking({ cpu: "16500m" }) })).toMatchObject([{ level: "warn" }]);
    expect(await found(asking({ "nvidia.com/gpu": "1" }))).toMatchObject([
      { evidence: { resource: "nvidia.com/gpu", requested: "1", largest: "0" } },
    ]);
  });

  it("is one that finds on no node all of it together", async () => {
    let turn = 0;
    const mixed = (node: Record<string, never>) => {
      turn += 1;
      const allocatable = turn === 1 ? { cpu: "32", memory: "8Gi" } : { cpu: "4", memory: "256Gi" };
      return { ...node, status: { ...Object(node["status"]), allocatable } };
    };
    expect(await sentence(asking({ cpu: "20", memory: "100Gi" }), mixed)).toBe(
      "a pod of deployment.apps/web asks for more memory and cpu than any one of the 3 nodes that could take it has together",
    );
  });

  it("is not one that a node has room for", async () => {
    expect(await found(asking({ cpu: "16", memory: "60Gi" }))).toEqual([]);
  });
});

describe("a pod that no node takes", () => {
  const none = [{ level: "warn", evidence: { why: "nodes", all: "3" } }];

  it.each<[string, Options, ((node: Record<string, never>) => object)?]>([
    ["none is selected", { pod: { nodeSelector: { disk: "ssd" } } }],
    ["none fits its affinity", { pod: { affinity: on("DoesNotExist") } }],
    ["a taint is not tolerated", { pod: { nodeSelector: { "kubernetes.io/os": "linux" } } }, tainted],
    ["another value is tolerated", tolerating({ key: "team", value: "web" }), tainted],
    ["another effect is tolerated", tolerating({ operator: "Exists", effect: "NoExecute" }), tainted],
    ["all are cordoned", asking({ cpu: "1" }), (node) => ({ ...node, spec: { unschedulable: true } })],
  ])("is found when %s", async (_, options, change) => {
    expect(await found(options, change)).toEqual(none);
  });

  it.each<[string, Options]>([
    ["by key and value", tolerating({ key: "team", value: "db", effect: "NoSchedule" })],
    ["by key", tolerating({ key: "team", operator: "Exists" })],
    ["with all taints", tolerating({ operator: "Exists" })],
  ])("is not one that tolerates the taint %s", async (_, options) => {
    expect(await found(options, tainted)).toEqual([]);
  });

  it("is nobody's trouble who asks for nothing: the nodes are not even read", async () => {
    const stage = await createStage();
    await stage.apply(app());
    expect(await findingsOf(stage, "no-room")).toEqual([]);
    expect(stage.sim.requests.filter(({ path }) => path.includes("/nodes"))).toEqual([]);
  });
});
