import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/core/index.ts";
import { keys } from "./frame.ts";
import { openScene, refused, unreachable } from "./scene.ts";

const forbidden = (request: Request) =>
  refused(
    403,
    "Forbidden",
    `${new URL(request.url).pathname.split("/").at(-1)}.apps is forbidden: User "dev" cannot list resource in API group "apps" in the namespace "shop"`,
  );

describe("the list at 80 by 24, when there is no list", () => {
  it("connecting, before anything was answered", async () => {
    const { screen } = await openScene({ context: { handle: undefined } });
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage loading   ns shop                                                      0
       sorted by name   user dev

       Reading the workloads of stage …


















       r restart  Enter details  p pods  l logs  Space mark  / filter  n namespace
       A all namespaces  ? help  Esc back"
    `);
  });

  it("a filter that hides everything", async () => {
    const { screen } = await openScene();
    await screen.shows("web");
    await screen.press("/", "zzz", keys.enter);
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                                    0 of 4
       filter zzz   sorted by name   user dev
          KIND NAMESPACE NAME                    READY ROLLOUT       RESTARTED OWN
      ────────────────────────────────────────────────────────────────────────────────
       The filter "zzz" hides all 4 workloads. Esc clears it.

















       r restart  Enter details  p pods  l logs  Space mark  / filter  n namespace
       A all namespaces  ? help  Esc back"
    `);
  });

  it("nothing there", async () => {
    const { screen } = await openScene({ empty: true });
    await screen.shows("There are no");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                                         0
       sorted by name   user dev

       There are no Deployments, StatefulSets or DaemonSets in namespace shop of
       stage. A shows every namespace, n another one.

















       r restart  Enter details  p pods  l logs  Space mark  / filter  n namespace
       A all namespaces  ? help  Esc back"
    `);
  });

  it("forbidden", async () => {
    const { screen } = await openScene({ fault: forbidden });
    await screen.shows("does not let you");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage forbidden   ns shop                                                    0
       sorted by name   user dev

       stage does not let you list this. n names another namespace.
         deployments.apps is forbidden: User "dev" cannot list resource in API group
         "apps" in the namespace "shop"
















       r restart  Enter details  p pods  l logs  Space mark  / filter  n namespace
       A all namespaces  ? help  Esc back"
    `);
  });

  it("one kind forbidden", async () => {
    const { screen } = await openScene({
      fault: (request) => (request.url.includes("statefulsets") ? forbidden(request) : undefined),
    });
    await screen.shows("live in part");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live in part   ns shop                                                 3
       sorted by name   user dev
          KIND NAMESPACE NAME                    READY ROLLOUT       RESTARTED OWN
      ────────────────────────────────────────────────────────────────────────────────
       stage does not let you list StatefulSets.
         statefulsets.apps is forbidden: User "dev" cannot list resource in API
         group "apps" in the namespace "shop"
      >   dp   shop      cart-with-…its-column     3/3 complete      never     -
          dp   shop      idle                      0/0 no pods       never     -
          dp   shop      web                       3/3 complete      never     -











       dp shop/cart-with-a-name-that-is-too-long-for-its-column: complete, 3 of 3 pods
       r restart  Enter details  p pods  l logs  Space mark  / filter  n namespace
       A all namespaces  ? help  Esc back"
    `);
  });

  it("credentials refused", async () => {
    const openError = new RestartError("CredentialsFailed", "credential plugin sso-login: the session has expired");
    const { screen } = await openScene({ context: { openError } });
    await screen.shows("wants other credentials");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage credentials refused   ns shop                                          0
       sorted by name   user dev

       stage wants other credentials. Sign in from another terminal, then Ctrl-R
       tries again.
         credential plugin sso-login: the session has expired
















       r restart  Enter details  p pods  l logs  Space mark  / filter  n namespace
       A all namespaces  ? help  Esc back"
    `);
  });

  it("offline, with what was seen before", async () => {
    const { screen, fail } = await openScene();
    await screen.shows("web");
    fail(unreachable);
    await screen.shows("does not answer");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage offline 0s   ns shop                                                   4
       sorted by name   user dev
          KIND NAMESPACE NAME                    READY ROLLOUT       RESTARTED OWN
      ────────────────────────────────────────────────────────────────────────────────
       stage does not answer; it is tried again and again. What is shown is 0s old.
         connection refused
      > ~ dp   shop      cart-with-…its-column     3/3 complete      never     -
        ~ sts  shop      db                        3/3 complete      never     -
        ~ dp   shop      idle                      0/0 no pods       never     -
        ~ dp   shop      web                       3/3 complete      never     -











       dp shop/cart-with-a-name-that-is-too-long-for-its-column: complete, 3 of 3 pods
       r restart  Enter details  p pods  l logs  Space mark  / filter  n namespace
       A all namespaces  ? help  Esc back"
    `);
  });
});
