import { expect } from "vitest";
import { workload } from "../../core/simulated.ts";
import { call, forms, fullPath, type SixFields, seedPath, web } from "./call.ts";
import { expectOfBoth } from "./expectations.ts";
import { everywhere, type Manifest, onBun, type Row, type ServerUnderTest } from "./row.ts";

const refused = ["failed_precondition", "invalid_argument"];

/** A workload in a state in which a restart would be a lie. */
const inState = (
  number: number,
  name: string,
  object: Manifest,
  fields: Partial<SixFields>,
  message: RegExp,
  codes: string | readonly string[] = "failed_precondition",
): Row => ({
  number,
  name,
  where: onBun,
  run: async (server) => {
    await server.api.apply(object);
    for (const told of await expectOfBoth(server, fields, codes, name)) expect(told.message).toMatch(message);
  },
});

/** Two restarts in one second; what is said of them has to be true of the template. */
async function twice(server: ServerUnderTest, path: string, send: () => Promise<readonly { readonly code: string }[]>) {
  const before = server.api.generation();
  const codes = (await send()).map(({ code }) => code);
  expect(
    codes.filter((code) => code !== "ok" && code !== "aborted"),
    path,
  ).toEqual([]);
  const done = codes.filter((code) => code === "ok").length;
  expect(done).toBeGreaterThan(0);
  expect(server.api.generation() - before, `${path}: moves of the template`).toBe(done);
}

/** 115 to 124: what is in the cluster. */
export const stateRows: readonly Row[] = [
  {
    number: 115,
    name: "objects that have no pods to replace",
    where: onBun,
    run: async (server) => {
      for (const resource of ["pods", "configmaps", "secrets", "nodes", "namespaces", "services"]) {
        const told = await expectOfBoth(server, { group: "", resource }, refused, resource);
        for (const { message } of told) expect(message).toMatch(/cannot be restarted/);
      }
    },
  },
  {
    number: 116,
    name: "ReplicaSets, Jobs and CronJobs",
    where: onBun,
    run: async (server) => {
      for (const [group, resource] of [
        ["apps", "replicasets"],
        ["batch", "jobs"],
        ["batch", "cronjobs"],
      ] as const) {
        await expectOfBoth(server, { group, resource }, "failed_precondition", resource);
      }
    },
  },
  {
    number: 117,
    name: "a custom resource without a pod template, and one that keeps what it is sent",
    where: onBun,
    run: async (server) => {
      server.api.answer(({ url }) => discovery(new URL(url).pathname));
      for (const resource of ["widgets", "blobs"]) {
        const fields = { group: "shop.example", version: "v1", resource };
        await expectOfBoth(server, fields, "failed_precondition", resource);
      }
    },
  },
  {
    number: 118,
    name: "a resource or a group that the cluster does not serve",
    where: onBun,
    run: async (server) => {
      for (const fields of [
        { resource: "gadgets" },
        { group: "absent.example", resource: "deployments" },
        { group: "absent.example", resource: "gadgets" },
        { version: "v7" },
      ]) {
        await expectOfBoth(server, fields, "not_found", JSON.stringify(fields));
      }
    },
  },
  {
    number: 119,
    name: "a workload that is not there",
    where: onBun,
    run: async (server) => {
      for (const fields of [{ name: "absent" }, { namespace: "absent" }, { resource: "statefulsets" }]) {
        await expectOfBoth(server, fields, "not_found", JSON.stringify(fields));
      }
    },
  },
  {
    number: 119,
    name: "a workload that is deleted between the reading and the restart",
    where: onBun,
    patches: 8,
    run: async (server) => {
      const gone = { kind: "Status", apiVersion: "v1", status: "Failure", reason: "NotFound", code: 404 };
      server.api.answer(({ method }) =>
        method === "PATCH"
          ? Response.json({ ...gone, message: 'deployments.apps "web" not found' }, { status: 404 })
          : undefined,
      );
      await expectOfBoth(server, {}, "not_found", "deleted");
    },
  },
  {
    number: 120,
    name: "a workload that is being deleted",
    where: onBun,
    run: async (server) => {
      const object = workload("Deployment", "leaving");
      await server.api.apply({ ...object, metadata: { ...object.metadata, finalizers: ["shop.example/wait"] } });
      const path = "/apis/apps/v1/namespaces/shop/deployments/leaving";
      await server.api.sim.handle(new Request(`https://stage.example${path}`, { method: "DELETE" }));
      await expectOfBoth(server, { name: "leaving" }, "failed_precondition", "being deleted");
    },
  },
  inState(
    121,
    "a paused Deployment",
    workload("Deployment", "paused", { spec: { paused: true } }),
    { name: "paused" },
    /resume/,
  ),
  inState(
    122,
    "a StatefulSet whose pods are replaced by hand",
    workload("StatefulSet", "manual", { spec: { updateStrategy: { type: "OnDelete" } } }),
    { name: "manual", resource: "statefulsets" },
    /OnDelete/,
  ),
  inState(
    122,
    "a DaemonSet whose pods are replaced by hand",
    workload("DaemonSet", "manual", { spec: { updateStrategy: { type: "OnDelete" } } }),
    { name: "manual", resource: "daemonsets" },
    /OnDelete/,
  ),
  {
    number: 123,
    name: "two restarts in one second, one after the other and at once",
    where: everywhere,
    patches: "own",
    run: async (server) => {
      for (const path of [seedPath, fullPath]) {
        await twice(server, path, async () => [await call(server, { path }), await call(server, { path })]);
        await twice(server, path, () => Promise.all(forms.map((form) => call(server, { path, form }))));
      }
    },
  },
  {
    number: 124,
    name: "a server whose clock is behind the last restart",
    where: onBun,
    options: { behind: 3_600_000 },
    patches: "own",
    run: async (server) => {
      const later = new Date(Date.now() + 1_800_000).toISOString().replace(/\.\d+/, "");
      const { spec, ...object } = workload("Deployment", "ahead") as Manifest & { spec: { template: object } };
      const annotations = { "kubectl.kubernetes.io/restartedAt": later };
      const template = { ...spec.template, metadata: { labels: { app: "ahead" }, annotations } };
      await server.api.apply({ ...object, spec: { ...spec, template } });
      for (let time = 1; time <= 2; time += 1) {
        const before = server.api.generation("deployments.apps", "ahead");
        expect((await call(server, { message: { ...web, name: "ahead" } })).code).toBe("ok");
        expect(server.api.generation("deployments.apps", "ahead")).toBe(before + 1);
      }
    },
  },
];

/** Two custom resources, as the API server would tell of them. */
function discovery(path: string): Response | undefined {
  const group = { name: "shop.example", versions: [{ groupVersion: "shop.example/v1", version: "v1" }] };
  if (path === "/apis" || path === "/api") {
    const groups = path === "/apis" ? [group] : [];
    return Response.json({ kind: "APIGroupList", apiVersion: "v1", groups, versions: path === "/api" ? ["v1"] : [] });
  }
  if (path === "/api/v1") return Response.json({ kind: "APIResourceList", groupVersion: "v1", resources: [] });
  if (path !== "/apis/shop.example/v1") return undefined;
  const verbs = ["get", "list", "patch", "watch"];
  const resources = ["widgets", "blobs"].map((name) => ({
    name,
    singularName: "",
    namespaced: true,
    kind: name,
    verbs,
  }));
  return Response.json({ kind: "APIResourceList", apiVersion: "v1", groupVersion: "shop.example/v1", resources });
}
