import { expect, it } from "vitest";
import type { ClusterUnderTest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";

const apiVersion = "coordination.k8s.io/v1";
const renewTime = "2026-11-25T12:00:00.000000Z";

function leases({ namespace, request }: ClusterUnderTest) {
  const path = `/apis/${apiVersion}/namespaces/${namespace}/leases`;
  const send = (method: "POST" | "PUT" | "PATCH" | "DELETE", at: string, body: unknown, type = "application/json") =>
    request(at, { method, headers: { "content-type": type }, body: JSON.stringify(body) });
  const lease = (
    metadata: Readonly<Record<string, unknown>> = {},
    spec: object = { holderIdentity: "a", renewTime },
  ) => ({
    ...{ apiVersion, kind: "Lease", metadata: { name: "lock", ...metadata }, spec },
  });
  return {
    lease,
    create: (body: object = lease()) => send("POST", path, body),
    put: (body: object) => send("PUT", `${path}/lock`, body),
    patch: (body: object) => send("PATCH", `${path}/lock`, body, "application/merge-patch+json"),
    remove: (preconditions: object) =>
      send("DELETE", `${path}/lock`, { kind: "DeleteOptions", apiVersion: "v1", preconditions }),
    look: () => request(`${path}/lock`),
  };
}

const modified =
  'Operation cannot be fulfilled on leases.coordination.k8s.io "lock": the object has been modified; ' +
  "please apply your changes to the latest version and try again";

describeOnEveryCluster("a Lease as a lock", (start) => {
  it("is created once", async () => {
    const { create } = leases(await start());
    expect((await create()).status).toBe(201);
    const again = await create();
    expect([again.status, again.body.reason, again.body.message]).toEqual([
      ...[409, "AlreadyExists", 'leases.coordination.k8s.io "lock" already exists'],
    ]);
  });

  it("is not renewed over somebody else's renewal", async () => {
    const { create, lease, patch, put, remove } = leases(await start());
    const { resourceVersion, uid } = (await create()).body.metadata;
    expect((await patch({ metadata: { resourceVersion }, spec: { holderIdentity: "b" } })).status).toBe(200);
    for (const answer of [
      await patch({ metadata: { resourceVersion }, spec: { holderIdentity: "c" } }),
      await put(lease({ resourceVersion, uid })),
    ]) {
      expect([answer.status, answer.body.reason, answer.body.message]).toEqual([409, "Conflict", modified]);
    }
    const removal = await remove({ resourceVersion });
    expect([removal.status, removal.body.reason]).toEqual([409, "Conflict"]);
    expect(removal.body.message).toMatch(
      /the ResourceVersion in the precondition \(\d+\) does not match the ResourceVersion in record \(\d+\)\. The object might have been modified/,
    );
  });

  it("is not replaced without a version, and comes back by a PUT when it was gone", async () => {
    const { create, lease, look, patch, put, remove } = leases(await start());
    const { resourceVersion } = (await create()).body.metadata;
    const blind = await put(lease());
    expect([blind.status, blind.body.reason]).toEqual([422, "Invalid"]);
    expect(blind.body.message).toContain("metadata.resourceVersion: Invalid value: 0: must be specified for an update");
    expect((await remove({ resourceVersion })).status).toBe(200);
    expect((await patch({ metadata: { resourceVersion }, spec: { holderIdentity: "b" } })).status).toBe(404);
    expect((await put(lease({ resourceVersion }))).status).toBe(201);
    expect((await look()).status).toBe(200);
  });

  it.each(["2026-11-25T12:00:00Z", "2026-11-25T12:00:00.123Z"])(
    "wants six decimals of a second, not %s",
    async (time) => {
      const { create, lease } = leases(await start());
      const answer = await create(lease({}, { renewTime: time }));
      expect([answer.status, answer.body.reason]).toEqual([400, "BadRequest"]);
      expect(answer.body.message).toContain('Lease in version "v1" cannot be handled as a Lease: parsing time');
      expect(answer.body.message).toContain('as "2006-01-02T15:04:05.000000Z07:00"');
    },
  );

  it("is not created in a namespace on its way out", async () => {
    const cluster = await start();
    const { create } = leases(cluster);
    await cluster.apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "stays", finalizers: ["test.example/stays"] },
    });
    await cluster.request(`/api/v1/namespaces/${cluster.namespace}`, { method: "DELETE" });
    const answer = await create();
    expect([answer.status, answer.body.reason]).toEqual([403, "Forbidden"]);
    expect(answer.body.message).toContain(
      `unable to create new content in namespace ${cluster.namespace} because it is being terminated`,
    );
    expect(answer.body.details.causes[0]).toMatchObject({ reason: "NamespaceTerminating" });
    await cluster.request(`/api/v1/namespaces/${cluster.namespace}/configmaps/stays`, {
      method: "PATCH",
      headers: { "content-type": "application/merge-patch+json" },
      body: JSON.stringify({ metadata: { finalizers: null } }),
    });
  });
});
