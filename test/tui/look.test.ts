import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { keys } from "./frame.ts";
import { openRestarting } from "./restarting.ts";
import { refused } from "./scene.ts";

const two = workload("Deployment", "web", {
  spec: {
    template: {
      metadata: { labels: { app: "web" } },
      spec: {
        containers: [
          { name: "app", image: "shop.example/app:1" },
          { name: "proxy", image: "shop.example/proxy:2" },
        ],
      },
    },
  },
});

describe("one workload at 80 by 24", () => {
  it("in detail", async () => {
    const { screen } = await openRestarting({ workloads: [workload("Deployment", "web")] });
    await screen.shows("web");
    await screen.press(keys.enter);
    await screen.shows("Available True");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                                         1
       sorted by name   user dev
       deployment.apps/web in shop on stage   complete
       Pods       3 wanted, 3 ready, 3 of the new revision, 3 available
       Strategy   RollingUpdate (surge 1, unavailable 0)
       Restarted  never
       Owner      nobody
       Image      shop.example/app:1

        REV POD                   STATE  RESTARTS   AGE  NODE
       NEW revision 56b88cdb45: 3 pods, 3 ready
        new web-56b88cdb45-5dcvw  ready         0   30s  node-3
        new web-56b88cdb45-9c5hl  ready         0   30s  node-1
        new web-56b88cdb45-tn9bd  ready         0   30s  node-2

       Conditions
         Available True: MinimumReplicasAvailable: Deployment has minimum
         availability.
         Progressing True: NewReplicaSetAvailable: ReplicaSet "web-56b88cdb45" has
         successfully progressed.

       Events

       r restart  p pods  l logs  ? help  Esc back"
    `);
  });

  it("with its pods", async () => {
    const { screen } = await openRestarting({ workloads: [workload("StatefulSet", "db")] });
    await screen.shows("db");
    await screen.press("p", "j");
    await screen.shows("db-2");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                                         1
       sorted by name   user dev
       Pods of statefulset.apps/db in shop on stage   3 of 3 pods ready
        REV POD   STATE  RESTARTS   AGE  NODE
        new db-0  ready         0   30s  node-2
      > new db-1  ready         0   29s  node-3
        new db-2  ready         0   28s  node-1
















       Enter log  r restart the workload  ? help  Esc back"
    `);
  });

  it("with the log of one container, and of the next", async () => {
    const { screen } = await openRestarting({ workloads: [two] });
    await screen.shows("web");
    await screen.press("l");
    await screen.shows("following");
    expect((await screen.text()).replace(/web-[a-z0-9-]+/g, "web-xyz")).toMatchInlineSnapshot(`
      " stage live   ns shop                                                         1
       sorted by name   user dev
       Log of pod web-xyz, container app (1 of 2) in shop on stage
       INFO GET /metrics 200 3ms
       INFO connection pool idle=8 busy=2
       INFO GET /api/v1/items?page=2 200 18ms
       INFO connection pool idle=8 busy=2
       INFO GET /healthz 200 1ms
       INFO GET /api/v1/items/815 404 6ms
       INFO connection pool idle=8 busy=2
       INFO GET /metrics 200 3ms
       INFO GET /healthz 200 1ms
       INFO POST /api/v1/items 201 34ms
       INFO connection pool idle=8 busy=2
       INFO GET /metrics 200 3ms
       INFO GET /api/v1/items?page=2 200 18ms
       INFO connection pool idle=8 busy=2
       INFO GET /api/v1/items?page=2 200 18ms
       INFO GET /healthz 200 1ms
       INFO cache refreshed entries=1204 took=41ms

       following, lines 6 to 22 of 22
       f follow or stand still  Tab next container  p before its last restart, or now
       ? help  Esc back"
    `);
    await screen.press("\t");
    await screen.shows("container proxy (2 of 2)");
    await screen.shows("following");
  });
});

describe("what is looked at", () => {
  it("changes while it is restarted, and r there asks for this workload alone", async () => {
    const { screen } = await openRestarting();
    await screen.shows("web");
    await screen.press("G", keys.enter);
    await screen.shows("NEW revision");
    await screen.press("r");
    await screen.shows("y restart it (3 pods)");
    await screen.press("y");
    await screen.shows("replacing");
    await screen.press(keys.enter);
    await screen.shows("OLD revision");
    await screen.shows("rolling");
    expect(await screen.text()).toMatch(/^ +new web-/m);
  });

  it("shows the log of the new pod that does not start", async () => {
    const crash = workload("Deployment", "web", { trouble: { "fake/crash": "true" } });
    const { screen } = await openRestarting({ workloads: [crash] });
    await screen.shows("web");
    await screen.press("r");
    await screen.shows("y restart it");
    await screen.press("y");
    await screen.shows(/NEW +web-/);
    const [, pod = ""] = /NEW +(web-\S+)/.exec(await screen.text()) ?? [];
    await screen.press("l");
    await screen.shows(`Log of pod ${pod}, container app in shop on stage`);
  });

  it("keeps what may be read when the events may not", async () => {
    const { screen, fail } = await openRestarting({ workloads: [workload("Deployment", "web")] });
    await screen.shows("web");
    fail(({ url }) =>
      url.includes("/events")
        ? refused(403, "Forbidden", 'events is forbidden: User "dev" cannot list events')
        : undefined,
    );
    await screen.press(keys.enter);
    await screen.shows("NEW revision");
    await screen.press("G");
    await screen.shows("events: may not be read");
  });

  it("says that the cluster went away, and shows what was there", async () => {
    const { screen, fail } = await openRestarting({ workloads: [workload("Deployment", "web")] });
    await screen.shows("web");
    await screen.press("p");
    await screen.shows("3 of 3 pods ready");
    fail(() => refused(503, "ServiceUnavailable", "the server is down"));
    await screen.shows("~ pods: the cluster does not answer");
    expect(await screen.text()).toMatch(/new web-/);
    fail(undefined);
    await screen.shows(/^(?!.*does not answer)/s);
  });

  it("says that a workload is gone", async () => {
    const { screen, stage } = await openRestarting({ workloads: [workload("Deployment", "web")] });
    await screen.shows("web");
    await screen.press("p");
    await screen.shows("3 of 3 pods ready");
    const path = "https://stage.example/apis/apps/v1/namespaces/shop/deployments/web";
    await stage.sim.handle(new Request(path, { method: "DELETE" }));
    await screen.shows("The workload is gone.");
  });

  it("tells why a log cannot be read, and reads it when it is asked to", async () => {
    const { screen, fail } = await openRestarting({ workloads: [workload("Deployment", "web")] });
    await screen.shows("web");
    fail(({ url }) =>
      url.includes("/log?") ? refused(400, "BadRequest", "container is waiting to start") : undefined,
    );
    await screen.press("l");
    await screen.shows("is waiting to start; R tries again");
    fail(undefined);
    await screen.press("R");
    await screen.shows("following");
  });

  it("asks for nothing more once it is left", async () => {
    const { screen, stage, fail } = await openRestarting({ workloads: [workload("Deployment", "web")] });
    await screen.shows("web");
    await screen.press("p");
    await screen.shows("3 of 3 pods ready");
    await screen.press("l");
    await screen.shows("following");
    await screen.press(keys.escape, keys.escape);
    await stage.clock.advance(1000);
    const before = stage.sim.requests.length;
    // What is still read would be read again when its line is cut.
    fail(undefined);
    await stage.clock.advance(120_000);
    const after = stage.sim.requests.slice(before).map(({ path }) => path);
    expect(after.some((path) => path.endsWith("/deployments"))).toBe(true);
    expect(after.filter((path) => /pods|events|replicasets/.test(path))).toEqual([]);
  });
});
