import { describe, expect, it } from "vitest";
import { createStage, workload } from "../core/simulated.ts";
import { keys, openScreen, source } from "./frame.ts";
import { closing, openScene, refused, unreachable } from "./scene.ts";

const cursorRow = (lines: readonly string[]) => lines.find((line) => line.startsWith(">"));

describe("keys", () => {
  it("move, mark, sort and find", async () => {
    const { screen } = await openScene();
    await screen.shows("web");
    await screen.press("j", keys.down, "k", " ");
    expect(cursorRow(await screen.lines())).toContain("idle");
    await screen.press("G");
    expect(cursorRow(await screen.lines())).toContain("web");
    await screen.press("g", keys.ctrl("d"), "N");
    expect((await screen.lines())[1]).toBe(" 1 marked (0 hidden)   sorted by name reversed   user dev");
    await screen.press("\u001c");
    expect(await screen.text()).not.toContain("marked");
  });

  it("that are pasted are text for a field, and press nothing", async () => {
    const { screen } = await openScene();
    await screen.shows("web");
    const before = await screen.text();
    await screen.press("\u001b[200~rrnA?\r\u001b[201~", "rn/x", "q\rq\rq");
    expect(await screen.text()).toBe(before);
    await screen.press("/", "\u001b[200~web\nidle\u001b[201~");
    expect(await screen.text()).toContain("filter: web_");
    await screen.press("\u007f");
    expect(await screen.text()).toContain("filter: we_");
  });

  it("open a field and fill it in one piece", async () => {
    const { screen } = await openScene();
    await screen.shows("web");
    await screen.press("/we");
    expect(await screen.text()).toContain("filter: we_");
  });

  it("an Enter that comes with the text before it takes nothing", async () => {
    const { screen, stage } = await openScene();
    await screen.shows("web");
    await screen.press("n");
    await screen.shows("kube-system");
    await screen.burst("sho", "p", keys.enter);
    expect(await screen.text()).toContain("namespace: shop_");
    await stage.clock.advance(100);
    await screen.press(keys.enter);
    expect(await screen.text()).not.toContain("namespace:");
  });

  it("that a slow line brings together with an Enter are taken one after the other", async () => {
    const { screen } = await openScene();
    await screen.shows("web");
    await screen.press("/", "we");
    await screen.press("\rr");
    expect(await screen.text()).not.toContain("filter: we");
    await screen.shows("[ Cancel ]");
  });

  it("leave: q from the contexts with 0, Ctrl-C with 130, and the terminal is as it was", async () => {
    const one = await openScene();
    await one.screen.press("q", "q");
    expect(await one.screen.result).toEqual({ exitCode: 0, receipt: [] });
    const other = await openScene();
    await other.screen.press(keys.ctrl("c"));
    expect((await other.screen.result).exitCode).toBe(130);
    const sequences = ["\u001b[?1049l", "\u001b[?25h", "\u001b[?2004l"];
    expect(sequences.filter((sequence) => !other.screen.written().includes(sequence))).toEqual([]);
  });

  it("Ctrl-Z gives the terminal away and draws anew", async () => {
    let resume: () => void = () => undefined;
    const { screen } = await openScene({ suspend: () => new Promise<void>((resolve) => (resume = resolve)) });
    await screen.shows("web");
    const before = await screen.text();
    await screen.press(keys.ctrl("z"));
    expect(await screen.text()).not.toBe(before);
    resume();
    expect(await screen.text()).toBe(before);
  });
});

describe("what a cluster does", () => {
  it("is seen at once, and the cursor stays where it is", async () => {
    const { screen, stage } = await openScene();
    await screen.shows("web");
    await screen.press("G");
    await stage.apply(workload("Deployment", "aaa"));
    await screen.shows("aaa");
    expect(cursorRow(await screen.lines())).toContain("web");
  });

  it("gone and back: old rows are marked, nothing is restarted on them, then it is live again", async () => {
    const { screen, fail } = await openScene();
    await screen.shows("web");
    fail(unreachable);
    await screen.shows(/offline 3\ds/);
    expect(await screen.text()).toMatch(/ ~ dp +shop +web/);
    expect(await screen.text()).toContain("What is shown is 3");
    await screen.press("r");
    expect(await screen.text()).toContain("stage does not answer: nothing is restarted");
    await screen.press("j");
    expect(await screen.text()).not.toContain("nothing is restarted");
    fail(undefined);
    await screen.shows("stage live");
    expect(await screen.text()).not.toContain("~");
  });

  it("refused credentials are tried again when asked to", async () => {
    let signedIn = false;
    const { screen } = await openScene({
      fault: () => (signedIn ? undefined : refused(401, "Unauthorized", "Unauthorized")),
    });
    await screen.shows("wants other credentials");
    signedIn = true;
    await screen.press(keys.ctrl("r"));
    await screen.shows("web");
  });

  it("where namespaces may not be listed one is typed", async () => {
    const { screen, stage } = await openScene({
      context: { namespace: "elsewhere" },
      fault: (request) =>
        /namespaces\?|\/elsewhere\//.test(request.url) ? refused(403, "Forbidden", "you may not") : undefined,
    });
    await screen.shows("does not let you list this. n names another namespace.");
    await screen.press("n");
    await screen.shows("They cannot be listed: you may not");
    await screen.press("shop", keys.enter);
    await screen.shows(/dp +shop +web/);
    expect(stage.patches()).toEqual([]);
  });

  it("one cluster that tells no namespaces does not hide those of the others", async () => {
    const { screen } = await openScene({
      contexts: ["stage", "lab"],
      more: [{ name: "lab", handle: async () => refused(403, "Forbidden", "you may not") }],
    });
    await screen.shows("web");
    await screen.press("n");
    await screen.shows("kube-system");
  });

  it("every namespace is one key", async () => {
    const { screen } = await openScene({ context: { namespace: "default" } });
    await screen.shows("There are no");
    await screen.press("A");
    await screen.shows("all namespaces");
    await screen.shows(/dp +shop +web/);
  });
});

it("writes nothing while nothing on the screen changes", async () => {
  const stage = await createStage();
  await stage.apply(workload("Deployment", "web"));
  const screen = closing(
    await openScreen(stage.clock, source([{ name: "stage", handle: stage.sim.handle }]), { contexts: ["stage"] }),
  );
  await screen.shows("never");
  const idle = screen.written().length;
  await stage.clock.advance(600_000);
  expect(screen.written().length).toBe(idle);
});
