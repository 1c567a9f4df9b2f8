import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { openRestarting } from "./restarting.ts";

const slow = { trouble: { "fake/ready-delay": "5000" } };
const web = workload("Deployment", "web", slow);
const db = workload("StatefulSet", "db", slow);
const held = workload("Deployment", "held", { spec: { paused: true } });

describe("frames of 80 by 24", () => {
  it("the plan of one workload", async () => {
    const { screen } = await openRestarting({ workloads: [web] });
    await screen.shows("web");
    await screen.press("r");
    await screen.shows("y restart it");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                                         1
       sorted by name   user dev
       Restart 1 workload on stage as dev

       1  deployment/web in shop  3 pods, at least 3 ready, about 15 s  ok

       OK    nothing speaks against it; read again from the cluster 0s ago; the PATCH
             was tried as a dry run

       Sends   PATCH deployments/web restartedAt=2026-11-25T12:01:00Z
       Same as kubectl --context stage -n shop rollout restart deployment/web










      >[ Cancel ]  enter or esc   y restart it (3 pods)

       y restart  R look again  ? help  Esc back"
    `);
  });

  it("the plan of a protected cluster with a warning", async () => {
    const recreate = workload("Deployment", "web", { spec: { strategy: { type: "Recreate" } } });
    const { screen } = await openRestarting({ name: "prod-eu", workloads: [recreate, db] });
    await screen.shows("web");
    await screen.press(" ", " ", "r");
    await screen.shows("Type prod-eu");
    await screen.press("prod");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " prod-eu PROD live   ns shop                                                  2
       2 marked (0 hidden)   sorted by name   user dev
       Restart 2 workloads on prod-eu (PROD) as dev

       1  statefulset/db in shop  3 pods, at least 2 ready, about 15 s  ok
       2  deployment/web in shop  3 pods, none ready, about 0 s         1 warning

       WARN  deployment/web in shop has the strategy Recreate: nothing serves until
             new pods are ready
       OK    read again from the cluster 0s ago; the PATCH was tried as a dry run

       Sends   PATCH statefulsets/db restartedAt=2026-11-25T12:01:00Z, and 1 more
               like it, one after the other; a failure stops the rest
       Same as kubectl --context prod-eu -n shop rollout restart statefulset/db





      >Type prod-eu (prod-eu is protected): [prod    ]

       [ Cancel ]  enter or esc   ctrl-y restart these 2 (6 pods), once that is typed

       Ctrl-Y restart, once the answer is typed  Ctrl-R look again  Esc back"
    `);
  });

  it("the plan with a refused workload", async () => {
    const { screen } = await openRestarting({ workloads: [web, held] });
    await screen.shows("web");
    await screen.press(" ", " ", "r");
    await screen.shows("BLOCK");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                                         2
       2 marked (0 hidden)   sorted by name   user dev
       Restart 2 workloads on stage as dev

       1  deployment/held in shop  3 pods                                refused
       2  deployment/web in shop   3 pods, at least 3 ready, about 15 s  ok

       BLOCK deployment/held in shop is paused: its pods would not be replaced;
             resume it first with kubectl rollout resume
       OK    read again from the cluster 0s ago

       Sends   PATCH deployments/web restartedAt=2026-11-25T12:01:00Z
       Same as kubectl --context stage -n shop rollout restart deployment/web






       1 workload of 2 refused: nothing can be sent like this.

      >[ Cancel ]  enter or esc   o only what is not refused   R look again

       o only what is not refused  R look again  ? help  Esc back"
    `);
  });

  it("the progress, and its end", async () => {
    const { screen } = await openRestarting({ workloads: [web, db], ascii: false });
    await screen.shows("web");
    await screen.press(" ", " ", "r");
    await screen.shows("y restart these 2");
    await screen.press("y");
    await screen.shows("1/3 new");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                                         2
       1 run in flight   sorted by name   user dev
       Restart on stage   0 of 2 done   elapsed 6s
       run 20261125-120100-i000

      >replacing    statefulset/db in shop  [███░░░░░░░] 1/3 new  6s
         1 of 3 new pods ready, 2 old pods serving
         NEW  db-2  started      4s
       waiting      deployment/web in shop  3 pods













       x start nothing new  l log of its worst new pod  Enter details
       b leave it running  ? help  Esc back"
    `);
    await screen.shows("2 healthy");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                                         2
       sorted by name   user dev
       Restart on stage   2 of 2 done   took 33 s
       run 20261125-120100-i000

      >healthy      statefulset/db in shop  in 18 s
         healthy in 18 s: 3 pods replaced, at least 2 of 3 ready, expected 15 s
       healthy      deployment/web in shop  in 15 s













       2 workloads in 33 s: 2 healthy

       l log of its worst new pod  Enter details  ? help  Esc back"
    `);
  });

  it("the progress that failed", async () => {
    const { screen } = await openRestarting({
      workloads: [workload("Deployment", "web", { trouble: { "fake/crash": "true" } })],
    });
    await screen.shows("web");
    await screen.press("r");
    await screen.shows("y restart it");
    await screen.press("y");
    await screen.shows("1 failed");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                                         1
       sorted by name   user dev
       Restart on stage   1 of 1 done   took 1.9 s
       run 20261125-120100-i000

       failed       deployment/web in shop  after 1.9 s
         NEW  web-5fb6c55557-snszt  started
         deployment.apps/web failed after 1.9 s: pod web-5fb6c55557-snszt, container
         app: keeps crashing, exit code 1, 1 restart
         last lines of its log:
         INFO configuration loaded profile=production
         INFO connecting to database host=postgres.shop.svc port=5432
         ERROR database refused the connection: password authentication failed for
         user "app"
         FATAL cannot start without a database, exiting with code 1
         look at it: kubectl --context stage -n shop logs web-5fb6c55557-snszt -c app
         --previous




       1 workload in 1.9 s: 1 failed
       R retry what failed  l log of its worst new pod  Enter details  ? help
       Esc back"
    `);
  });
});
