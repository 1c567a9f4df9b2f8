import { expect, it } from "vitest";
import type { ClusterUnderTest, Manifest } from "./cluster-under-test.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment, workload } from "./manifests.ts";

const configMap = (name: string, labels: Readonly<Record<string, string>> = {}): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, labels },
});

const names = (body: { readonly items: readonly { readonly metadata: { readonly name: string } }[] }) =>
  body.items.map(({ metadata }) => metadata.name);

describeOnEveryCluster("lists", (start) => {
  const five = ["a", "b", "c", "d", "e"];
  const filled = async () => {
    const cluster = await start();
    await cluster.apply(...five.map((name, index) => configMap(name, { half: index < 3 ? "first" : "second" })));
    const path = `/api/v1/namespaces/${cluster.namespace}/configmaps`;
    return { cluster, list: (query: string) => cluster.request(`${path}?${query}`) };
  };
  // Every real namespace gets one of its own.
  const own = (all: readonly string[]) => all.filter((name) => name !== "kube-root-ca.crt");

  it("come in pages that belong together", async () => {
    const { list, cluster } = await filled();
    const first = await list("limit=2");
    expect(names(first.body)).toEqual(["a", "b"]);
    expect(first.body.metadata.remainingItemCount).toBeGreaterThanOrEqual(3);
    await cluster.apply(configMap("bb"));
    const seen = names(first.body);
    let next: string = first.body.metadata.continue;
    while (next !== undefined) {
      const page = await list(`limit=2&continue=${encodeURIComponent(next)}`);
      expect(page.status).toBe(200);
      expect(page.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
      seen.push(...names(page.body));
      next = page.body.metadata.continue;
    }
    expect(own(seen)).toEqual(five);
  });

  it("refuse a bad continue token", async () => {
    const { list } = await filled();
    const answer = await list("limit=2&continue=rubbish");
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain("continue key is not valid");
  });

  it("are narrowed by labels and by name", async () => {
    const { list } = await filled();
    expect(names((await list(`labelSelector=${encodeURIComponent("half=second")}`)).body)).toEqual(["d", "e"]);
    expect(names((await list(`labelSelector=${encodeURIComponent("half in (first),half!=x")}`)).body)).toEqual([
      "a",
      "b",
      "c",
    ]);
    expect(names((await list("fieldSelector=metadata.name%3Dc")).body)).toEqual(["c"]);
  });

  it("refuse fields that nothing is selected by, and bad selectors", async () => {
    const { list } = await filled();
    const field = await list("fieldSelector=spec.colour%3Dred");
    expect([field.status, field.body.reason]).toEqual([400, "BadRequest"]);
    expect(field.body.message).toContain('"spec.colour" is not a known field selector');
    const label = await list(`labelSelector=${encodeURIComponent("a in (")}`);
    expect(label.status).toBe(400);
    expect(label.body.message).toContain("unable to parse requirement");
  });

  it("refuse a version that is not there yet", async () => {
    const { list } = await filled();
    const answer = await list("resourceVersion=99999999");
    expect(answer.status).toBe(504);
    expect(answer.body.message).toMatch(/^Timeout: Too large resource version: 99999999, current: \d+$/);
    expect(answer.body.details.causes[0].reason).toBe("ResourceVersionTooLarge");
    expect(answer.body.details.retryAfterSeconds).toBe(1);
  });

  it("refuse initial events", async () => {
    const { list } = await filled();
    const answer = await list("sendInitialEvents=true");
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain("sendInitialEvents is forbidden for list");
  });
});

describeOnEveryCluster("what is not there", (start) => {
  it("has details as an object and none as a resource", async () => {
    const cluster = await start();
    const { namespace, request } = cluster;
    const object = await request(`/apis/apps/v1/namespaces/${namespace}/deployments/nope`);
    expect([object.status, object.body.reason, object.body.message]).toEqual([
      404,
      "NotFound",
      'deployments.apps "nope" not found',
    ]);
    expect(object.body.details).toEqual({ name: "nope", group: "apps", kind: "deployments" });
    const resource = await request(`/apis/apps/v1/namespaces/${namespace}/gizmos/nope`);
    expect([resource.status, resource.body.reason, resource.body.details]).toEqual([404, "NotFound", {}]);
    expect(resource.body.message).toBe("the server could not find the requested resource");
    const group = await request("/apis/gizmo.example/v1/gizmos");
    expect(group.status).toBe(404);
    expect(group.headers.get("content-type")).toContain("text/plain");
    expect(group.text.trim()).toBe("404 page not found");
  });

  it("is an empty list in a namespace that does not exist", async () => {
    const cluster = await start();
    const answer = await cluster.request("/apis/apps/v1/namespaces/nowhere/deployments");
    expect([answer.status, answer.body.items]).toEqual([200, []]);
  });
});

describeOnEveryCluster("tables", (start) => {
  const table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
  const columns = async (cluster: ClusterUnderTest, resource: string) => {
    const path = `/apis/apps/v1/namespaces/${cluster.namespace}/${resource}?includeObject=None`;
    return cluster.request(path, { headers: { accept: table } });
  };

  it("show a Deployment as kubectl prints it", async () => {
    const cluster = await start();
    await cluster.applyReady(deployment("web"));
    const { body } = await columns(cluster, "deployments");
    expect(body.kind).toBe("Table");
    expect(body.columnDefinitions.map(({ name, priority }: Column) => [name, priority])).toEqual([
      ["Name", 0],
      ["Ready", 0],
      ["Up-to-date", 0],
      ["Available", 0],
      ["Age", 0],
      ["Containers", 1],
      ["Images", 1],
      ["Selector", 1],
    ]);
    const [row] = body.rows;
    expect(row.object).toBeNull();
    expect(row.cells.slice(0, 4)).toEqual(["web", "2/2", 2, 2]);
    expect(row.cells.slice(5)).toEqual(["app", "shop.example/app:1", "app=web"]);
  });

  it("show a StatefulSet and a DaemonSet", async () => {
    const cluster = await start();
    await cluster.applyReady(workload("StatefulSet", "db"), workload("DaemonSet", "agent"));
    const sets = await columns(cluster, "statefulsets");
    expect(sets.body.rows[0].cells.slice(0, 2)).toEqual(["db", "2/2"]);
    expect(sets.body.columnDefinitions.map(({ name }: Column) => name)).toEqual([
      ...["Name", "Ready", "Age", "Containers", "Images"],
    ]);
    const daemons = await columns(cluster, "daemonsets");
    expect(daemons.body.columnDefinitions.map(({ name }: Column) => name)).toEqual([
      ...["Name", "Desired", "Current", "Ready", "Up-to-date", "Available", "Node Selector", "Age"],
      ...["Containers", "Images", "Selector"],
    ]);
    const [row] = daemons.body.rows;
    expect(new Set(row.cells.slice(1, 6)).size).toBe(1);
    expect(row.cells[6]).toBe("<none>");
  });
});

interface Column {
  readonly name: string;
  readonly priority: number;
}

describeOnEveryCluster("headers", (start) => {
  it("carry a client's Audit-ID back, whatever it is", async () => {
    const cluster = await start();
    const id = `run 7;${"x".repeat(200)}`;
    const { headers } = await cluster.request("/version", { headers: { "audit-id": id } });
    expect(headers.get("audit-id")).toBe(id);
  });

  it("give the server's time and the flow of a refusal, too", async () => {
    const cluster = await start();
    const { headers, status } = await cluster.request(`/api/v1/namespaces/${cluster.namespace}/configmaps/nope`);
    expect(status).toBe(404);
    expect(Math.abs(Date.parse(headers.get("date") ?? "") - cluster.clock.now())).toBeLessThan(10_000);
    for (const name of ["audit-id", "x-kubernetes-pf-flowschema-uid", "x-kubernetes-pf-prioritylevel-uid"]) {
      expect(headers.get(name)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
