import type { KubeApi } from "../../src/kube/cluster.ts";
import { answerOf, type LimitedUser, type Manifest, type Rule } from "./cluster-under-test.ts";
import { waitFor } from "./wait-for.ts";

interface Binding {
  readonly namespace: string;
  readonly create: (manifest: Manifest) => Promise<void>;
  readonly allowed: KubeApi;
}

/** Gives a user of the real control plane these rights, and waits until they hold. */
export async function bind(
  user: LimitedUser,
  rules: readonly Rule[],
  { namespace, create, allowed }: Binding,
): Promise<void> {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const subjects = [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: user }];
  for (const everywhere of [false, true]) {
    const given = rules.filter((rule) => (rule.everywhere ?? false) === everywhere);
    if (given.length === 0) continue;
    const prefix = everywhere ? "Cluster" : "";
    // Those of the whole cluster outlive the namespace for a moment.
    const metadata = { name: everywhere ? `${namespace}-${user}` : user };
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: `${prefix}Role`, name: metadata.name };
    const plain = given.map(({ everywhere: _, ...rule }) => rule);
    await create({ apiVersion, kind: `${prefix}Role`, metadata, rules: plain });
    await create({ apiVersion, kind: `${prefix}RoleBinding`, metadata, subjects, roleRef });
  }
  for (const { verbs, apiGroups, resources, resourceNames, everywhere } of rules) {
    const attributes = {
      verb: verbs[0],
      group: apiGroups[0],
      resource: resources[0],
      ...(resourceNames === undefined ? {} : { name: resourceNames[0] }),
      ...(everywhere ? {} : { namespace }),
    };
    await waitFor.until(`${user} may ${verbs[0]} ${resources[0]}`, () => mayDo(allowed, attributes));
  }
}

async function mayDo({ cluster }: KubeApi, resourceAttributes: object): Promise<boolean> {
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes },
  };
  const { body } = await cluster
    .fetch("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(review),
    })
    .then(answerOf);
  return body.status.allowed === true;
}
