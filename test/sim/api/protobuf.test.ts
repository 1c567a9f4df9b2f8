import { describe, expect, it } from "vitest";
import { readBinaryObject } from "../../../src/sim/api/protobuf.ts";
import { bench } from "./simulated.ts";

// Bodies that kubectl 1.32 sent.
const rows = [
  {
    name: "kubectl create deployment web --image nginx:1 --port 80",
    path: "/apis/apps/v1/namespaces/default/deployments",
    body:
      "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EroBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEogBCAESDAoKCgNh" +
      "cHASA3dlYhpuChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEk4SMAoFbmdpbngSB25naW54OjEqADIKCgAQABhQIgAqAEIA" +
      "agByAIABAIgBAJABAKIBABoAMgBCAEoAUgBYAGAAaACCAQCKAQCaAQDCAQAiAgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA==",
    want: {
      kind: "Deployment",
      metadata: { name: "web", labels: { app: "web" } },
      spec: { replicas: 1, template: { spec: { containers: [{ image: "nginx:1", ports: [{ containerPort: 80 }] }] } } },
    },
  },
  {
    name: "kubectl create pdb web --selector=app=web --min-available=50%",
    path: "/apis/policy/v1/namespaces/default/poddisruptionbudgets",
    body:
      "azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSPAoTCgN3ZWISABoAIgAqADIAOABCABIZCgkIARAAGgM1MCUS" +
      "DAoKCgNhcHASA3dlYhoKCAAYACAAKAAwABoAIgA=",
    want: { metadata: { name: "web" }, spec: { minAvailable: "50%", selector: { matchLabels: { app: "web" } } } },
  },
  {
    name: "kubectl create quota q --hard=pods=50,requests.cpu=2",
    path: "/api/v1/namespaces/default/resourcequotas",
    body:
      "azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRI6ChEKAXESABoAIgAqADIAOABCABIjCgwKBHBvZHMSBAoCNTAKEwoMcmVxdWVzdHMu" +
      "Y3B1EgMKATIaABoAIgA=",
    want: { spec: { hard: { pods: "50", "requests.cpu": "2" } } },
  },
  {
    name: "kubectl create secret generic s --from-literal a=b",
    path: "/api/v1/namespaces/default/secrets",
    body: "azhzAAoMCgJ2MRIGU2VjcmV0Eh0KEQoBcxIAGgAiACoAMgA4AEIAEgYKAWESAWIaABoAIgA=",
    want: { data: { a: "Yg==" }, type: "Opaque" },
  },
  {
    name: "kubectl auth can-i patch deploy/web",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body:
      "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSTAoQCgASABoAIgAqADIAOABC" +
      "ABIuCiwKB2RlZmF1bHQSBXBhdGNoGgRhcHBzIgAqC2RlcGxveW1lbnRzMgA6A3dlYhoICAASABoAIAAaACIA",
    want: { spec: { resourceAttributes: { verb: "patch", name: "web" } }, status: { allowed: true } },
  },
];

const bytesOf = (body: string) => Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
const headers = { "content-type": "application/vnd.kubernetes.protobuf" };

describe("the binary encoding of", () => {
  it.each(rows)("$name is understood", async ({ path, body, want }) => {
    const { sim } = bench();
    const request = new Request(`http://sim.example${path}?fieldValidation=Strict`, {
      method: "POST",
      headers,
      body: bytesOf(body),
    });
    const answer = await sim.handle(request);
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject(want);
  });

  it("a new Deployment leaves out what kubectl left empty", () => {
    const { document } = readBinaryObject(bytesOf(rows[0]?.body ?? "")) ?? {};
    expect(document?.["metadata"]).not.toHaveProperty("creationTimestamp");
  });

  it("nothing is an unknown format", async () => {
    const { sim } = bench();
    const url = "http://sim.example/api/v1/namespaces/default/configmaps";
    const answer = await sim.handle(new Request(url, { method: "POST", headers, body: "k8s" }));
    expect(answer.status).toBe(415);
  });
});
