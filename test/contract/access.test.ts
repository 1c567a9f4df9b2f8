import { expect, it } from "vitest";
import { answerOf, type ClusterUnderTest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment } from "./manifests.ts";
import { patch, restartBody } from "./patch.ts";

const body = restartBody("2026-11-25T12:00:00Z");

/** The cluster as one user of it sees it. */
async function seenBy(
  cluster: ClusterUnderTest,
  ...[user, rules]: Parameters<ClusterUnderTest["as"]>
): Promise<Pick<ClusterUnderTest, "request" | "namespace">> {
  const { cluster: entry } = await cluster.as(user, rules);
  return {
    namespace: cluster.namespace,
    request: (path, init = {}) => cluster.settle(entry.fetch(path, init).then(answerOf)),
  };
}

function review(seen: Pick<ClusterUnderTest, "request" | "namespace">, name?: string) {
  const resourceAttributes = {
    verb: "patch",
    group: "apps",
    resource: "deployments",
    namespace: seen.namespace,
    ...(name === undefined ? {} : { name }),
  };
  return seen.request("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes },
    }),
  });
}

describeOnEveryCluster("what a user may not do", (start) => {
  it("is refused with the same sentence, dry run or not, object or none", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web"));
    const nobody = await seenBy(cluster, "nobody", []);
    for (const [name, query] of [
      ["web", ""],
      ["web", "dryRun=All"],
      ["nope", ""],
    ] as const) {
      const answer = await patch(nobody, `deployments/${name}`, body, { query });
      expect([answer.status, answer.body.reason]).toEqual([403, "Forbidden"]);
      expect(answer.body.message).toBe(
        `deployments.apps "${name}" is forbidden: User "nobody" cannot patch resource "deployments" ` +
          `in API group "apps" in the namespace "${cluster.namespace}"`,
      );
      expect(answer.body.details).toMatchObject({ name, group: "apps", kind: "deployments" });
    }
    expect((await cluster.patches()).filter(({ status = 403 }) => status < 300)).toEqual([]);
  });

  it("is allowed for a named object only, and a review without the name proves nothing", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web"), deployment("other"));
    const patcher = await seenBy(cluster, "patcher", [
      { verbs: ["patch"], apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web"] },
    ]);
    expect((await patch(patcher, "deployments/web", body)).status).toBe(200);
    expect((await patch(patcher, "deployments/other", body)).status).toBe(403);
    const named = await review(patcher, "web");
    expect([named.status, named.body.status.allowed]).toEqual([201, true]);
    expect((await review(patcher, "other")).body.status).toEqual({ allowed: false });
    expect((await review(patcher)).body.status).toEqual({ allowed: false });
  });

  it("is told by a rules review", async () => {
    const cluster = await start();
    const patcher = await seenBy(cluster, "patcher", [
      { verbs: ["patch", "get"], apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web"] },
    ]);
    const answer = await patcher.request("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectRulesReview",
        spec: { namespace: cluster.namespace },
      }),
    });
    expect(answer.status).toBe(201);
    expect(answer.body.status.incomplete).toBe(false);
    expect(answer.body.status.resourceRules).toContainEqual({
      verbs: ["patch", "get"],
      apiGroups: ["apps"],
      resources: ["deployments"],
      resourceNames: ["web"],
    });
  });

  it("is asked who one is", async () => {
    const cluster = await start();
    const reader = await seenBy(cluster, "reader", []);
    const answer = await reader.request("/apis/authentication.k8s.io/v1/selfsubjectreviews", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" }),
    });
    expect(answer.status).toBe(201);
    expect(answer.body.status.userInfo).toMatchObject({ username: "reader", uid: "reader" });
    expect(answer.body.status.userInfo.groups).toContain("system:authenticated");
  });
});

describeOnEveryCluster("a token", (start) => {
  it("that is not known is refused, whatever it asks for", async () => {
    const cluster = await start();
    for (const path of [`/apis/apps/v1/namespaces/${cluster.namespace}/deployments`, "/version"]) {
      const answer = await cluster.withToken("rubbish", path);
      expect([answer.status, answer.body]).toEqual([
        401,
        {
          ...{ kind: "Status", apiVersion: "v1", metadata: {} },
          ...{ status: "Failure", message: "Unauthorized", reason: "Unauthorized", code: 401 },
        },
      ]);
    }
  });

  it("that is missing may ask for the version and nothing else", async () => {
    const cluster = await start();
    expect((await cluster.withToken(undefined, "/version")).status).toBe(200);
    const path = `/apis/apps/v1/namespaces/${cluster.namespace}/deployments`;
    const answer = await cluster.withToken(undefined, path);
    expect([answer.status, answer.body.reason]).toEqual([403, "Forbidden"]);
    expect(answer.body.message).toBe(
      `deployments.apps is forbidden: User "system:anonymous" cannot list resource "deployments" ` +
        `in API group "apps" in the namespace "${cluster.namespace}"`,
    );
  });
});

describeOnEveryCluster("an admission policy", (start) => {
  const message = "change freeze until Monday";

  it("refuses with 422 though it says forbidden, a dry run too", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web"));
    const name = `freeze-${cluster.namespace}.example.com`;
    await cluster.addPolicy({ name, action: "deny", message });
    for (const query of ["", "dryRun=All"]) {
      const answer = await patch(cluster, "deployments/web", body, { query });
      expect([answer.status, answer.body.reason]).toEqual([422, "Invalid"]);
      const text =
        `ValidatingAdmissionPolicy '${name}' with binding 'freeze-${cluster.namespace}-deny' ` +
        `denied request: ${message}`;
      expect(answer.body.message).toBe(`deployments.apps "web" is forbidden: ${text}`);
      expect(answer.body.details.causes).toEqual([{ message: text }]);
    }
  });

  it("refuses with 403 where it gives that reason", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web"));
    const name = `stop-${cluster.namespace}.example.com`;
    await cluster.addPolicy({ name, action: "deny", message, reason: "Forbidden" });
    const answer = await patch(cluster, "deployments/web", body);
    expect([answer.status, answer.body.reason]).toEqual([403, "Forbidden"]);
    expect(answer.body.message).toContain(`denied request: ${message}`);
  });

  it("warns in a header, in a dry run too", async () => {
    const cluster = await start();
    await cluster.apply(deployment("web"));
    const name = `hint-${cluster.namespace}.example.com`;
    await cluster.addPolicy({ name, action: "warn", message });
    for (const query of ["dryRun=All", ""]) {
      const answer = await patch(cluster, "deployments/web", body, { query });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("warning")).toBe(
        `299 - "Validation failed for ValidatingAdmissionPolicy '${name}' with binding ` +
          `'hint-${cluster.namespace}-warn': ${message}"`,
      );
    }
  });
});
