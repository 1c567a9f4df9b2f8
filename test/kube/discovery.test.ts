import { describe, expect, it } from "vitest";
import { discover } from "../../src/kube/discovery.ts";
import { RestartError } from "../../src/kube/error.ts";
import { createScriptedApi, json, rejection, type SentRequest, text } from "./scripted-api.ts";

const verbs = ["get", "list", "patch"];

const aggregatedCore = {
  kind: "APIGroupDiscoveryList",
  apiVersion: "apidiscovery.k8s.io/v2",
  metadata: {},
  items: [
    {
      metadata: { name: null },
      versions: [
        {
          version: "v1",
          freshness: "Current",
          resources: [
            {
              resource: "pods",
              responseKind: { group: "", version: "", kind: "Pod" },
              scope: "Namespaced",
              singularResource: "pod",
              verbs,
              shortNames: ["po"],
              categories: ["all"],
              subresources: [{ subresource: "log", responseKind: null, verbs: ["get"] }],
            },
            { resource: "nodes", responseKind: { kind: "Node" }, scope: "Cluster", singularResource: "node", verbs },
          ],
        },
      ],
    },
  ],
};

const aggregatedGroups = {
  kind: "APIGroupDiscoveryList",
  metadata: {},
  items: [
    {
      metadata: { name: "argoproj.io" },
      versions: [
        {
          version: "v1alpha1",
          resources: [{ resource: "rollouts", responseKind: { kind: "Rollout" }, scope: "Namespaced", verbs }],
        },
        {
          version: "v1alpha0",
          resources: [{ resource: "rollouts", responseKind: { kind: "Rollout" }, scope: "Namespaced", verbs }],
        },
      ],
    },
    { metadata: { name: "metrics.k8s.io" }, versions: [{ version: "v1beta1", freshness: "Stale" }] },
  ],
};

const legacyAnswers: Readonly<Record<string, () => Response>> = {
  "/api": () => json({ kind: "APIVersions", versions: ["v1"] }),
  "/apis": () =>
    json({
      kind: "APIGroupList",
      apiVersion: "v1",
      groups: [
        {
          name: "argoproj.io",
          versions: [{ version: "v1alpha1" }, { version: "v1alpha0" }],
          preferredVersion: { version: "v1alpha1" },
        },
        { name: "metrics.k8s.io", versions: [{ version: "v1beta1" }] },
      ],
    }),
  "/api/v1": () =>
    json({
      kind: "APIResourceList",
      resources: [
        {
          name: "pods",
          singularName: "pod",
          namespaced: true,
          kind: "Pod",
          verbs,
          shortNames: ["po"],
          categories: ["all"],
        },
        { name: "pods/log", singularName: "", namespaced: true, kind: "Pod", verbs: ["get"] },
        { name: "nodes", singularName: "node", namespaced: false, kind: "Node", verbs },
      ],
    }),
  "/apis/argoproj.io/v1alpha1": () =>
    json({ kind: "APIResourceList", resources: [{ name: "rollouts", namespaced: true, kind: "Rollout", verbs }] }),
  "/apis/argoproj.io/v1alpha0": () =>
    json({ kind: "APIResourceList", resources: [{ name: "rollouts", namespaced: true, kind: "Rollout", verbs }] }),
  "/apis/metrics.k8s.io/v1beta1": () => text("service unavailable\n", 503),
};

const none = { singular: "", shortNames: [], categories: [], subresources: [] };
const rollouts = { ...none, group: "argoproj.io", resource: "rollouts", kind: "Rollout", namespaced: true, verbs };
const core = { group: "", version: "v1", preferred: true };
const want = [
  {
    ...core,
    resource: "pods",
    singular: "pod",
    kind: "Pod",
    namespaced: true,
    verbs,
    shortNames: ["po"],
    categories: ["all"],
    subresources: ["log"],
  },
  { ...none, ...core, resource: "nodes", singular: "node", kind: "Node", namespaced: false, verbs },
  { ...rollouts, version: "v1alpha1", preferred: true },
  { ...rollouts, version: "v1alpha0", preferred: false },
];

const byPath = (answers: Readonly<Record<string, () => Response>>) =>
  Array.from(
    { length: 20 },
    () => (request: SentRequest) => answers[request.path]?.() ?? text("404 page not found\n", 404),
  );

describe("discover", () => {
  it("reads aggregated discovery in two requests", async () => {
    const api = createScriptedApi(
      byPath({ "/api": () => json(aggregatedCore), "/apis": () => json(aggregatedGroups) }),
    );
    const broken: string[] = [];
    expect(await discover(api, { onBroken: (groupVersion) => broken.push(groupVersion) })).toEqual(want);
    expect(broken).toEqual(["metrics.k8s.io/v1beta1"]);
    expect(api.sent.map(({ path }) => path)).toEqual(["/api", "/apis"]);
    expect(api.sent[0]?.headers?.["accept"]).toBe(
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList," +
        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json",
    );
  });

  it("finds the same without aggregation, and goes on past a broken group", async () => {
    const api = createScriptedApi(byPath(legacyAnswers));
    const broken: { groupVersion: string; error: RestartError }[] = [];
    const options = {
      attempts: 1,
      onBroken: (groupVersion: string, error: RestartError) => broken.push({ groupVersion, error }),
    };
    expect(await discover(api, options)).toEqual(want);
    expect(broken).toEqual([{ groupVersion: "metrics.k8s.io/v1beta1", error: expect.any(RestartError) }]);
  });

  it("rejects when the groups themselves cannot be read", async () => {
    const api = createScriptedApi(byPath({ "/api": legacyAnswers["/api"] ?? (() => json({})) }));
    expect(await rejection(discover(api, { attempts: 1 }))).toMatchObject({ reason: "NotFound" });
  });

  it("rejects a page", async () => {
    const page = () => new Response("<html>", { headers: { "content-type": "text/html" } });
    const api = createScriptedApi(byPath({ "/api": page, "/apis": page }));
    expect(await rejection(discover(api))).toMatchObject({ reason: "UnexpectedAnswer" });
  });

  it("rejects with the signal's reason when it is aborted half-way", async () => {
    const abort = new AbortController();
    const reason = new RestartError("Canceled", "stop");
    const answers = {
      ...legacyAnswers,
      "/api/v1": () => {
        abort.abort(reason);
        return text("", 503);
      },
    };
    expect(await rejection(discover(createScriptedApi(byPath(answers)), { signal: abort.signal }))).toBe(reason);
  });
});
