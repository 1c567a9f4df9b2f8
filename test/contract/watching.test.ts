import { expect, it } from "vitest";
import type { ClusterUnderTest, Manifest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { openWatch } from "./watch-reader.ts";

const configMap = (name: string, labels: Readonly<Record<string, string>> = {}): Manifest => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels } },
});

const mine = "labelSelector=of%3Dtest";
const of = { of: "test" };

async function listed(start: () => Promise<ClusterUnderTest>) {
  const cluster = await start();
  await cluster.apply(configMap("a", of));
  const path = `/api/v1/namespaces/${cluster.namespace}/configmaps`;
  const { body } = await cluster.request(`${path}?${mine}`);
  const version: string = body.metadata.resourceVersion;
  const change = (name: string, metadata: object) =>
    cluster.request(`${path}/${name}`, {
      method: "PATCH",
      headers: { "content-type": "application/merge-patch+json" },
      body: JSON.stringify({ metadata }),
    });
  return { cluster, path, version, change };
}

describeOnEveryCluster("a watch", (start) => {
  it("tells what happened since a version, and what enters and leaves its selector", async () => {
    const { cluster, path, version, change } = await listed(start);
    await cluster.apply(configMap("b"), configMap("c", of));
    await change("b", { labels: of });
    await change("c", { annotations: { changed: "yes" } });
    await change("b", { labels: { of: null } });
    await cluster.request(`${path}/a`, { method: "DELETE" });
    const watch = await openWatch(cluster, `${path}?watch=1&${mine}&resourceVersion=${version}`);
    expect(watch.status).toBe(200);
    const seen: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      const event = await watch.next();
      seen.push(`${event?.type} ${event?.object.metadata.name}`);
    }
    expect(seen).toEqual(["ADDED c", "ADDED b", "MODIFIED c", "DELETED b", "DELETED a"]);
    await watch.close();
  });

  it("without a version begins with what is there", async () => {
    const { cluster, path } = await listed(start);
    const watch = await openWatch(cluster, `${path}?watch=1&${mine}`);
    const event = await watch.next();
    expect([event?.type, event?.object.metadata.name]).toEqual(["ADDED", "a"]);
    await watch.close();
  });

  it("says where the initial events end", async () => {
    const { cluster, path } = await listed(start);
    const query = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    const watch = await openWatch(cluster, `${path}?${query}&${mine}`);
    expect((await watch.next())?.object.metadata.name).toBe("a");
    const mark = await watch.next();
    expect(mark?.type).toBe("BOOKMARK");
    expect(mark?.object.kind).toBe("ConfigMap");
    expect(mark?.object.metadata.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
    expect(Number(mark?.object.metadata.resourceVersion)).toBeGreaterThan(0);
    await watch.close();
  });

  it("wants a match for its initial events", async () => {
    const { cluster, path } = await listed(start);
    const answer = await cluster.request(`${path}?watch=1&sendInitialEvents=true`);
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  });

  it("ends by itself after timeoutSeconds", async () => {
    const { cluster, path, version } = await listed(start);
    const begun = cluster.clock.now();
    const watch = await openWatch(cluster, `${path}?watch=1&${mine}&resourceVersion=${version}&timeoutSeconds=1`);
    expect(await watch.next()).toBeUndefined();
    const lasted = cluster.clock.now() - begun;
    expect([lasted >= 900, lasted < 10_000]).toEqual([true, true]);
  });

  it("from a version that is not there yet waits and ends", async () => {
    const { cluster, path } = await listed(start);
    const watch = await openWatch(cluster, `${path}?watch=1&resourceVersion=99999999&timeoutSeconds=1`);
    expect(watch.status).toBe(200);
    expect(await watch.next()).toBeUndefined();
  });

  it("from a version that is kept no more is one error", async () => {
    const cluster = await start();
    const watch = await openWatch(cluster, `${await cluster.forgetful()}?watch=1&resourceVersion=1`);
    expect(watch.status).toBe(200);
    expect(await watch.next()).toEqual({
      type: "ERROR",
      object: {
        ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason: "Expired", code: 410 },
        message: expect.stringMatching(/^too old resource version: 1 \(\d+\)$/),
      },
    });
    expect(await watch.next()).toBeUndefined();
  });

  it.each(["", "&resourceVersion=0"])("that takes bookmarks marks the end of what is there (%s)", async (version) => {
    const { cluster, path } = await listed(start);
    const watch = await openWatch(cluster, `${path}?watch=1&${mine}&allowWatchBookmarks=true${version}`);
    expect((await watch.next())?.type).toBe("ADDED");
    const mark = await watch.next();
    expect([mark?.type, mark?.object.metadata.annotations]).toEqual([
      "BOOKMARK",
      { "k8s.io/initial-events-end": "true" },
    ]);
    await watch.close();
  });

  it("of rows carries the objects' metadata", async () => {
    const { cluster, path } = await listed(start);
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    const response = await cluster.settle(
      cluster.api.cluster.fetch(`${path}?watch=1&${mine}`, { headers: { accept } }),
    );
    const reader = response.body?.getReader();
    const first = await cluster.settle(reader?.read() ?? Promise.reject(new Error("there is no body")));
    const event = JSON.parse(new TextDecoder().decode(first.value).split("\n")[0] ?? "");
    expect([event.type, event.object.kind]).toEqual(["ADDED", "Table"]);
    expect(event.object.rows[0].object.metadata.name).toBe("a");
    await reader?.cancel();
  });
});
