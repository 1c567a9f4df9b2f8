import type { ClusterUnderTest, Manifest, Policy } from "./cluster-under-test.ts";

/** A policy for updates of Deployments in one namespace of a real API server, and its binding. */
export function policyManifests({ name, action, message, reason }: Policy, namespace: string): readonly Manifest[] {
  const apiVersion = "admissionregistration.k8s.io/v1";
  const binding = `${name.split(".")[0]}-${action}`;
  return [
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
          resourceRules: [
            { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["deployments"] },
          ],
        },
        validations: [{ expression: "false", message, ...(reason === undefined ? {} : { reason }) }],
      },
    },
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name: binding },
      spec: { policyName: name, validationActions: [action === "deny" ? "Deny" : "Warn"] },
    },
  ];
}

/** A policy works some 0.6 s after its binding was created; a dry run that it judges shows when. */
export async function policyHolds(
  { message }: Policy,
  namespace: string,
  request: ClusterUnderTest["request"],
): Promise<boolean> {
  const list = await request(`/apis/apps/v1/namespaces/${namespace}/deployments`);
  const name = list.body.items[0]?.metadata.name;
  if (name === undefined) throw new Error("a policy needs a Deployment in the namespace to be seen at work");
  const { headers, text } = await request(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}?dryRun=All`, {
    method: "PATCH",
    headers: { "content-type": "application/merge-patch+json" },
    body: JSON.stringify({ metadata: { annotations: { "test/policy": "seen" } } }),
  });
  return text.includes(message) || (headers.get("warning") ?? "").includes(message);
}
