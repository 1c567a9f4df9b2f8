import { describe, expect, it } from "vitest";
import { createStage } from "../core/simulated.ts";
import { openScreen, source } from "./frame.ts";
import { closing, openScene } from "./scene.ts";

describe("frames of 80 by 24", () => {
  it("contexts", async () => {
    const { clock } = await createStage();
    const contexts = [
      { name: "shop-dev", userName: "dev@example", namespace: "shop" },
      { name: "prod-eu-1", userName: "ci-sre", namespace: "payments" },
      {
        name: "arn:aws:eks:eu-central-1:123456789012:cluster/lab",
        userName: "lab",
        server: "https://lab.example:6443",
      },
    ];
    const screen = closing(await openScreen(clock, source(contexts, "prod-eu-1")));
    expect(await screen.text()).toMatchInlineSnapshot(`
      " restart 0.1.0   choose a cluster                                    3 contexts

          CONTEXT                                 NAMESPACE   USER        SERVER
      ────────────────────────────────────────────────────────────────────────────────
          shop-dev                                shop        dev@example shop-dev.ex…
      >   prod-eu-1                  PROD current payments    ci-sre      prod-eu-1.e…
          arn:aws:eks:e…:cluster/lab              shop        lab         lab.example…
















       Enter open  Space mark, to open several  ? help  q quit"
    `);
  });

  it("workloads", async () => {
    const { screen } = await openScene();
    await screen.shows("web");
    await screen.press(" ", "j");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                                         4
       1 marked (0 hidden)   sorted by name   user dev
          KIND NAMESPACE NAME                    READY ROLLOUT       RESTARTED OWN
      ────────────────────────────────────────────────────────────────────────────────
       *  dp   shop      cart-with-…its-column     3/3 complete      never     -
          sts  shop      db                        3/3 complete      never     -
      >   dp   shop      idle                      0/0 no pods       never     -
          dp   shop      web                       3/3 complete      never     -













       dp shop/idle: no pods, 0 of 0 pods ready
       r restart  Enter details  p pods  l logs  Space mark  / filter  n namespace
       A all namespaces  ? help  Esc back"
    `);
  });

  it("a filter while it is typed, with a mark that it hides", async () => {
    const { screen } = await openScene();
    await screen.shows("web");
    await screen.press(" ", "/", "w", "e");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                                    1 of 4
       1 marked (1 hidden)   filter we   sorted by name   user dev
          KIND NAMESPACE NAME                    READY ROLLOUT       RESTARTED OWN
      ────────────────────────────────────────────────────────────────────────────────
      >   dp   shop      web                       3/3 complete      never     -
















       dp shop/web: complete, 3 of 3 pods ready
       filter: we_
       Enter keep  Esc clear"
    `);
  });

  it("help", async () => {
    const { screen } = await openScene();
    await screen.shows("web");
    await screen.press("?");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                                         4
       sorted by name   user dev
       Keys: workloads

       r                restart               G End            last
       Enter            details               *                mark all that are shown
       p                pods                  Ctrl-\\           unmark all
       l                logs                  N                sort by name
       Space            mark                  S                sort by rollout
       /                filter                T                sort by last restart
       n                namespace             R                sort by pods missing
       A                all namespaces        Ctrl-R           try again
       j Down           down                  P                progress of restarts
       k Up             up                    ?                help
       Ctrl-D           half a page down      Esc q            back
       Ctrl-U           half a page up        q                quit
       PgDn Ctrl-F      a page down           Ctrl-Z           shell; fg comes back
       PgUp Ctrl-B      a page up             Ctrl-C           leave
       g Home           first

       > cursor   * marked   ! in trouble   ~ not known to be true any more
       filter: words, !not, kind:dp, ns:shop, owner:flux, cluster:dev, ready<1

       Esc close  j down  k up"
    `);
  });

  it("namespaces", async () => {
    const { screen } = await openScene();
    await screen.shows("web");
    await screen.press("n");
    await screen.shows("default");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                                         4
       sorted by name   user dev
       Namespaces
       Type one, or several with commas, then Enter. Esc leaves it as it is.

      > default
        kube-node-lease
        kube-public
        kube-system
        shop












       namespace: _
       Enter take  Esc cancel  Down down  Up up"
    `);
  });
});
