import { expect, it } from "vitest";
import type { ClusterUnderTest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment, workload } from "./manifests.ts";
import { mergePatch, patch, pathOf, restartBody, restartedAt, strategicMergePatch } from "./patch.ts";

const t0 = "2026-11-25T12:00:00Z";
const t1 = "2026-11-25T12:00:01Z";

async function withWeb(start: () => Promise<ClusterUnderTest>, replicas = 0) {
  const cluster = await start();
  await cluster.applyReady(deployment("web", { spec: { replicas } }));
  const look = async () => (await cluster.request(pathOf("deployments/web", cluster.namespace))).body;
  return { cluster, look, web: await look() };
}

describeOnEveryCluster("preconditions in the body of a PATCH", (start) => {
  const types = [strategicMergePatch, mergePatch];
  const otherUid = "00000000-0000-0000-0000-000000000000";

  it.each(types)("lets the object's own uid and version pass (%s)", async (type) => {
    const { cluster, web } = await withWeb(start);
    const { uid, resourceVersion } = web.metadata;
    const answer = await patch(cluster, "deployments/web", restartBody(t0, { uid, resourceVersion }), { type });
    expect(answer.status).toBe(200);
    expect(answer.body.spec.template.metadata.annotations[restartedAt]).toBe(t0);
    expect(answer.body.metadata.generation).toBe(web.metadata.generation + 1);
  });

  it.each(types)("answers 422 with two causes at metadata.uid for another uid (%s)", async (type) => {
    const { cluster } = await withWeb(start);
    const answer = await patch(cluster, "deployments/web", restartBody(t0, { uid: otherUid }), { type });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ kind: "Status", reason: "Invalid" });
    expect(answer.body.message).toContain(
      `Deployment.apps "web" is invalid: metadata.uid: Invalid value: "${otherUid}": field is immutable`,
    );
    expect(answer.body.details).toMatchObject({ name: "web", group: "apps", kind: "Deployment" });
    expect(answer.body.details.causes.map(({ field }: { field: string }) => field)).toEqual([
      "metadata.uid",
      "metadata.uid",
    ]);
  });

  it.each(["StatefulSet", "DaemonSet"] as const)("says the same of a %s", async (kind) => {
    const cluster = await start();
    await cluster.apply(workload(kind, "db"));
    const answer = await patch(cluster, `${kind.toLowerCase()}s/db`, restartBody(t0, { uid: otherUid }));
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain(`${kind}.apps "db" is invalid: metadata.uid: Invalid value: "${otherUid}"`);
  });

  it("answers 409 for an old version, also when the uid is wrong too", async () => {
    const { cluster, web } = await withWeb(start);
    await patch(cluster, "deployments/web", restartBody(t0));
    const { resourceVersion } = web.metadata;
    for (const metadata of [{ resourceVersion }, { resourceVersion, uid: otherUid }]) {
      const answer = await patch(cluster, "deployments/web", restartBody(t1, metadata));
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({
        reason: "Conflict",
        message:
          'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; ' +
          "please apply your changes to the latest version and try again",
        details: { name: "web", group: "apps", kind: "deployments" },
      });
    }
  });

  it("takes an empty version for none, and stumbles over one that is no number", async () => {
    const { cluster } = await withWeb(start);
    expect((await patch(cluster, "deployments/web", restartBody(t0, { resourceVersion: "" }))).status).toBe(200);
    const answer = await patch(cluster, "deployments/web", restartBody(t1, { resourceVersion: "abc" }));
    expect(answer.status).toBe(500);
    expect(answer.body.message).toBe('strconv.ParseUint: parsing "abc": invalid syntax');
    expect(answer.body.reason).toBeUndefined();
  });

  it("wants the name and the namespace of the address", async () => {
    const { cluster } = await withWeb(start);
    const name = await patch(cluster, "deployments/web", restartBody(t0, { name: "other" }));
    expect([name.status, name.body.reason, name.body.message]).toEqual([
      400,
      "BadRequest",
      "the name of the object (other) does not match the name on the URL (web)",
    ]);
    const namespace = await patch(cluster, "deployments/web", restartBody(t0, { namespace: "other" }));
    expect([namespace.status, namespace.body.message]).toEqual([
      400,
      "the namespace of the provided object does not match the namespace sent on the request",
    ]);
  });

  it("answers 404 with details for an object that is not there", async () => {
    const { cluster } = await withWeb(start);
    const answer = await patch(cluster, "deployments/nope", restartBody(t0));
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({
      reason: "NotFound",
      message: 'deployments.apps "nope" not found',
      details: { name: "nope", group: "apps", kind: "deployments" },
    });
  });

  it("refuses a JSON patch whose test fails", async () => {
    const { cluster } = await withWeb(start);
    const operations = [
      { op: "test", path: "/metadata/uid", value: otherUid },
      { op: "add", path: "/metadata/labels", value: { a: "b" } },
    ];
    const answer = await patch(cluster, "deployments/web", operations, { type: "application/json-patch+json" });
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain("the server rejected our request due to an error in our request");
  });

  it("refuses a DELETE of another uid", async () => {
    const { cluster, web } = await withWeb(start);
    const answer = await cluster.request(pathOf("deployments/web", cluster.namespace), {
      method: "DELETE",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid: otherUid } }),
    });
    expect([answer.status, answer.body.reason]).toEqual([409, "Conflict"]);
    expect(answer.body.message).toContain(
      `the UID in the precondition (${otherUid}) does not match the UID in record (${web.metadata.uid}). ` +
        "The object might have been deleted and then recreated",
    );
  });
});

describeOnEveryCluster("the value of a restart", (start) => {
  it.each([strategicMergePatch, mergePatch])("changes nothing when it is there already (%s)", async (type) => {
    const { cluster, look } = await withWeb(start, 2);
    const first = await patch(cluster, "deployments/web", restartBody(t0), { query: "fieldManager=restart" });
    await cluster.until("the rollout is over and noted", async () => {
      const { metadata, status } = await look();
      const { observedGeneration, updatedReplicas, replicas, availableReplicas, terminatingReplicas = 0 } = status;
      const counts = [updatedReplicas, replicas, availableReplicas, terminatingReplicas];
      const { reason } = status.conditions.find(({ type }: { type: string }) => type === "Progressing");
      const isComplete = counts.join() === "2,2,2,0" && reason === "NewReplicaSetAvailable";
      return isComplete && observedGeneration === metadata.generation;
    });
    const before = await look();
    const again = await patch(cluster, "deployments/web", restartBody(t0), { type, query: "fieldManager=somebody" });
    expect(again.status).toBe(200);
    expect(again.body.metadata.generation).toBe(first.body.metadata.generation);
    expect(again.body.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    const managers = again.body.metadata.managedFields.map(({ manager }: { manager: string }) => manager);
    expect(managers).toContain("restart");
    expect(managers).not.toContain("somebody");
  });

  it("may be earlier than the last one, or no time at all", async () => {
    const { cluster } = await withWeb(start);
    for (const value of [t1, "2020-01-01T00:00:00Z", "not a time"]) {
      const before = (await cluster.request(pathOf("deployments/web", cluster.namespace))).body.metadata.generation;
      const answer = await patch(cluster, "deployments/web", restartBody(value));
      expect([answer.status, answer.body.metadata.generation]).toEqual([200, before + 1]);
    }
  });

  it("may not be a number", async () => {
    const { cluster } = await withWeb(start);
    const answer = await patch(cluster, "deployments/web", restartBody(5));
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain("cannot convert int64 to string");
  });

  it("is answered with the next generation by a dry run, which stores nothing", async () => {
    const { cluster, look, web } = await withWeb(start);
    const answer = await patch(cluster, "deployments/web", restartBody(t0), { query: "dryRun=All" });
    expect(answer.status).toBe(200);
    expect(answer.body.metadata.generation).toBe(web.metadata.generation + 1);
    expect(answer.body.metadata.resourceVersion).toBe(web.metadata.resourceVersion);
    expect((await look()).metadata).toEqual(web.metadata);
    expect(await cluster.patches()).toEqual([]);
  });

  it("uses an earlier value's ReplicaSet again", async () => {
    const { cluster, look } = await withWeb(start, 2);
    const rolled = async (value: string) => {
      const { body } = await patch(cluster, "deployments/web", restartBody(value));
      await cluster.until(`the rollout of ${value} is over`, async () => {
        const { status } = await look();
        const done = status.observedGeneration === body.metadata.generation && status.updatedReplicas === 2;
        return done && status.replicas === 2 && status.availableReplicas === 2;
      });
    };
    for (const value of [t0, t1, t0]) await rolled(value);
    const { body } = await cluster.request(`/apis/apps/v1/namespaces/${cluster.namespace}/replicasets`);
    expect(body.items).toHaveLength(3);
    const current = body.items.find(({ spec }: { spec: { replicas: number } }) => spec.replicas === 2);
    expect(current.spec.template.metadata.annotations[restartedAt]).toBe(t0);
    expect(current.metadata.annotations["deployment.kubernetes.io/revision"]).toBe("4");
    expect(current.metadata.annotations["deployment.kubernetes.io/revision-history"]).toBe("2");
  });
});
