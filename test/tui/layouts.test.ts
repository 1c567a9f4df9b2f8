import { describe, expect, it } from "vitest";
import { textWidth } from "../../src/tui/lines/text-width.ts";
import { workload } from "../core/simulated.ts";
import { keys, openScreen, source } from "./frame.ts";
import { closing, openScene } from "./scene.ts";

const sizes = [
  [40, 8],
  [60, 15],
  [66, 20],
  [80, 24],
  [100, 30],
  [120, 40],
  [150, 50],
  [200, 50],
] as const;

describe("every size", () => {
  it.each(sizes)("%d by %d holds the name, the pods, the rollout and the keys", async (columns, rows) => {
    const { screen } = await openScene({ size: { columns, rows } });
    await screen.shows("web");
    const lines = await screen.lines();
    expect(lines).toHaveLength(rows);
    expect(lines.filter((line) => textWidth(line) > columns)).toEqual([]);
    expect(lines.find((line) => line.includes("web"))).toMatch(/web .*3\/3 .*complete/);
    expect(lines.slice(-2).join("\n")).toContain("r restart");
    expect(lines[0]).toContain("stage live");
  });

  it("60 by 15", async () => {
    const { screen } = await openScene({ size: { columns: 60, rows: 15 } });
    await screen.shows("web");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                                     4
       sorted by name   user dev
          KIND NAMESPACE NAME                 READY ROLLOUT
      >   dp   shop      cart-with…s-column     3/3 complete
          sts  shop      db                     3/3 complete
          dp   shop      idle                   0/0 no pods
          dp   shop      web                    3/3 complete





       dp shop/cart-with-a-name-that-is-too-long-for-its-column: c
       r restart  Enter details  p pods  l logs  Space mark
       / filter  n namespace  A all namespaces  ? help  Esc back"
    `);
  });

  it("40 by 8", async () => {
    const { screen } = await openScene({ size: { columns: 40, rows: 8 } });
    await screen.shows("web");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live   ns shop                 4
          NAME            READY ROLLOUT
      >   cart-w…column     3/3 complete
          db                3/3 complete
          idle              0/0 no pods
          web               3/3 complete

       r restart  Enter details  ? help"
    `);
  });

  it("160 by 15, two clusters", async () => {
    const { screen, stage } = await openScene({
      size: { columns: 160, rows: 15 },
      contexts: ["stage", "prod-eu"],
      more: [{ name: "prod-eu" }],
    });
    await stage.apply(workload("DaemonSet", "agent"));
    await screen.shows("agent");
    expect(await screen.text()).toMatchInlineSnapshot(`
      " stage live · prod-eu PROD offline 0s   ns shop                                                                                                               5
       sorted by name   user dev
          CLUSTER KIND NAMESPACE NAME                                      READY  UPD AVAIL ROLLOUT       STRATEGY      RESTARTED IMAGE                        OWN
       prod-eu does not answer; it is tried again and again.
         no answer within 30 s
          stage   ds   shop      agent                                       3/3    3     3 complete      RollingUpdate never     app:1                        -
      >   stage   dp   shop      cart-with-a-name-th…long-for-its-column     3/3    3     3 complete      RollingUpdate never     app:1                        -
          stage   sts  shop      db                                          3/3    3     3 complete      RollingUpdate never     app:1                        -
          stage   dp   shop      idle                                        0/0    0     0 no pods       RollingUpdate never     app:1                        -
          stage   dp   shop      web                                         3/3    3     3 complete      RollingUpdate never     app:1                        -


       dp shop/cart-with-a-name-that-is-too-long-for-its-column: complete, 3 of 3 pods ready

       r restart  Enter details  p pods  l logs  Space mark  / filter  n namespace  A all namespaces  ? help  Esc back"
    `);
  });

  it("says when it is too small, and comes back", async () => {
    const { screen } = await openScene();
    await screen.shows("web");
    await screen.resize({ columns: 30, rows: 6 });
    expect(await screen.lines()).toEqual(["too small: 30x6, needs 40x8", "", "", "", "", ""]);
    await screen.resize({ columns: 80, rows: 24 });
    expect(await screen.text()).toMatch(/dp +shop +web/);
  });
});

describe("what a terminal can show", () => {
  it("is ASCII alone when asked for", async () => {
    const { screen } = await openScene({ ascii: true });
    await screen.shows("web");
    await screen.press("j", "/", "e");
    await screen.press(keys.enter, "?");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are the terminal's own
    expect(screen.written()).toMatch(/^[\x00-\x7f]*$/);
  });

  it("has no colour without leave, and repeats the words with it", async () => {
    const plain = await openScene();
    await plain.screen.shows("web");
    const sgr = /\[[\d;]*m/;
    expect(plain.screen.written()).not.toMatch(sgr);
    const coloured = await openScene({ colour: true });
    await coloured.screen.shows("web");
    expect(coloured.screen.written()).toMatch(sgr);
    expect(await coloured.screen.text()).toBe(await plain.screen.text());
  });

  it("gets nothing raw from a kubeconfig or a cluster", async () => {
    const { screen } = await openScene({
      context: { userName: "a\u001b[31mb\u202ec" },
      fault: (request) =>
        request.url.includes("daemonsets")
          ? Response.json(
              { kind: "Status", code: 403, reason: "Forbidden", message: "no\u001b]52;c;aGk=\u0007 way\u202e" },
              { status: 403 },
            )
          : request.url.includes("/deployments?") && !request.url.includes("watch")
            ? listing(workload("Deployment", "evil\u001b[41m\u202egpj"))
            : undefined,
    });
    await screen.shows("evil");
    await screen.shows("no way");
    expect(screen.written()).not.toContain("\u202e");
    expect(screen.written()).not.toContain("\u001b[31m");
    expect(screen.written()).not.toContain("\u001b]52");
    expect(screen.written()).not.toContain("\u001b[41m");
  });

  it("shows the contexts without a question to any cluster", async () => {
    let opened = 0;
    const clusters = source([{ name: "dev" }, { name: "prod" }]);
    const { stage } = await openScene({ empty: true });
    const screen = closing(
      await openScreen(stage.clock, {
        ...clusters,
        open: (name) => {
          opened += 1;
          return clusters.open(name);
        },
      }),
    );
    await screen.press("j");
    expect(await screen.text()).toMatch(/>.*prod .*PROD/);
    expect(opened).toBe(0);
  });
});

function listing(object: object): Response {
  const { metadata, ...rest } = object as { readonly metadata: object };
  const item = { ...rest, metadata: { ...metadata, uid: "u-1", resourceVersion: "1", generation: 1 } };
  return Response.json({
    kind: "DeploymentList",
    apiVersion: "apps/v1",
    metadata: { resourceVersion: "100" },
    items: [item],
  });
}
