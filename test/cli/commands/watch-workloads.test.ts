import { describe, expect, it } from "vitest";
import { workload } from "../../core/simulated.ts";
import { createStage, type Stage } from "../stage.ts";

const squeezed = (text: string) => text.replaceAll(/ {2,}/g, " ").trimEnd().split("\n");

/** Does each step once its text is on the screen; the last one ends the watch. */
function steps(...list: readonly (readonly [text: string, step: () => unknown])[]) {
  const left = [...list];
  return (screen: string, stop: { readonly drain: () => void }) => {
    const [next] = left;
    if (next === undefined || !screen.includes(next[0])) return;
    left.shift();
    void next[1]();
    if (left.length === 0) stop.drain();
  };
}

const remove = (stage: Stage, name: string) => () =>
  stage.sim.handle(new Request(`https://dev.example/apis/apps/v1/namespaces/shop/${name}`, { method: "DELETE" }));

const restart = (stage: Stage, name: string) => () =>
  stage.sim.handle(
    new Request(`https://dev.example/apis/apps/v1/namespaces/shop/${name}?fieldManager=night-shift`, {
      method: "PATCH",
      headers: { "content-type": "application/strategic-merge-patch+json" },
      body: JSON.stringify({
        spec: {
          template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2026-11-25T12:00:40Z" } } },
        },
      }),
    }),
  );

describe("restart get --watch", () => {
  it("prints the list, then a line for each change, until Ctrl-C", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "api"), workload("Deployment", "web"));
    const { out, exitCode } = await stage.run(["get", "deploy", "-w"], {
      watch: steps(
        ["web", restart(stage, "deployments/web")],
        ["rolling", remove(stage, "deployments/api")],
        ["deleted", () => undefined],
      ),
    });
    expect(exitCode).toBe(130);
    const lines = squeezed(out);
    expect(lines.slice(0, 3)).toEqual([
      "NAME READY UP-TO-DATE AVAILABLE AGE ROLLOUT RESTARTED",
      "api 3/3 3 3 30s complete <none>",
      "web 3/3 3 3 30s complete <none>",
    ]);
    expect(lines[3]).toMatch(/^web 3\/3 \d 3 \w+ rolling \d\/3 \S+$/);
    expect(lines.find((line) => line.includes("deleted"))).toMatch(/^api 3\/3 3 3 \w+ deleted <none>$/);
    expect(lines.filter((line) => line.startsWith("NAME"))).toHaveLength(1);
  });

  it("redraws in place on a terminal, and says what does not fit", async () => {
    const stage = await createStage();
    const many = Array.from({ length: 12 }, (_, index) => workload("Deployment", `web-${index + 10}`));
    await stage.apply(...many);
    const { out } = await stage.run(["get", "deploy", "-w", "--sort-by=-name"], {
      terminal: true,
      rows: 8,
      watch: steps(["web-21", restart(stage, "deployments/web-21")], ["rolling", () => undefined]),
    });
    const frames = out.split("\u001b[J").filter((frame) => frame.trim() !== "");
    expect(frames.length).toBeGreaterThan(1);
    expect(frames[0]?.split("\n")).toHaveLength(7);
    expect(frames[0]).toContain("and 7 more");
    expect(frames[1]?.startsWith("\r\u001b[6A")).toBe(true);
    expect(frames.at(-1)).toContain("rolling");
    expect(out.endsWith("\n")).toBe(true);
  });

  it.each([["--plain"], ["TERM=dumb"]])("never redraws with %s", async (how) => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const { out } = await stage.run(["get", "-w", ...(how === "--plain" ? [how] : [])], {
      terminal: true,
      dumbTerminal: how !== "--plain",
      watch: steps(["web", () => undefined]),
    });
    expect(out).toContain("web");
    expect(out).not.toContain("\u001b");
  });

  it("streams lines of JSON that say what changed and by whom", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const { out } = await stage.run(["get", "deploy", "-w", "-o", "jsonl"], {
      watch: steps(
        ["added", restart(stage, "deployments/web")],
        ["night-shift", remove(stage, "deployments/web")],
        ["deleted", () => undefined],
      ),
    });
    const lines = squeezed(out).map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ change: "added", metadata: { name: "web" }, rollout: { phase: "complete" } });
    expect(lines[1]).toMatchObject({ change: "modified", restartedBy: "night-shift" });
    expect(lines.at(-1)).toMatchObject({ change: "deleted", metadata: { name: "web" } });
  });

  it("goes on while a cluster is away, and says so", async () => {
    const stage = await createStage("eu-1", "eu-2");
    await stage.applyTo("eu-1", workload("Deployment", "web"));
    await stage.applyTo("eu-2", workload("Deployment", "api"));
    let away = false;
    stage.clusters["eu-2"]?.intercept(() => (away ? new Response("", { status: 502 }) : undefined));
    const { out, err } = await stage.run(["get", "deploy", "--context", "eu-*", "-w"], {
      watch: steps(
        // Its watches end after half an hour, and nobody takes the next one.
        ["eu-2", () => (away = true)],
        ["waiting for it", () => (away = false)],
        ["answers again", () => undefined],
      ),
    });
    expect(squeezed(out)[0]).toMatch(/^CLUSTER NAME/);
    expect(err).toMatch(/^warning: eu-2 does not answer: .*; waiting for it\neu-2 answers again\n$/);
  });

  it("watches one object where one is named", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "api"), workload("Deployment", "web"));
    const before = stage.sim.requests.length;
    const { out } = await stage.run(["get", "deploy/web", "-w"], { watch: steps(["web", () => undefined]) });
    expect(out).not.toContain("api");
    const queries = stage.sim.requests
      .slice(before)
      .map(({ query }) => new URLSearchParams(query).get("fieldSelector"));
    expect(queries.length).toBeGreaterThan(0);
    expect(new Set(queries)).toEqual(new Set(["metadata.name=web"]));
  });

  it("ends with 3 when no cluster has such a kind, and says nothing of it where it was not asked for", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const { err, exitCode } = await stage.run(["get", "rollouts", "-w"]);
    expect([exitCode, err]).toEqual([3, "error: dev serves none of the kinds that were asked for\n"]);
    const all = await stage.run(["get", "-w"], { watch: steps(["web", () => undefined]) });
    expect([all.exitCode, all.err]).toEqual([130, ""]);
  });

  it("ends quietly when nobody reads any more", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    expect(await stage.run(["get", "-w"], { closesAfter: 0 })).toEqual({ out: "", err: "", exitCode: 0 });
  });

  it.each([
    [["deploy/nope"], 3, /nope/],
    [["-o", "json"], 2, /use -o jsonl/],
    [["--not-ready"], 2, /leave out --not-ready/],
  ])("ends at once with %j", async (args, code, said) => {
    const { err, exitCode, out } = await (await createStage()).run(["get", "-w", ...args]);
    expect([exitCode, err]).toEqual([code, expect.stringMatching(said)]);
    expect(args.includes("json") || out === "").toBe(true);
  });

  it("ends with the refusal of the only cluster", async () => {
    const stage = await createStage();
    stage.sim.intercept(() => new Response("who are you", { status: 401 }));
    const { err, exitCode } = await stage.run(["get", "deploy", "-w"]);
    expect(exitCode).toBe(9);
    expect(err).toContain("log in again");
  });

  it("asks for namespaces where the whole cluster may not be listed", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const verbs = ["get", "list", "watch"];
    stage.useToken("reader", [{ verbs, apiGroups: ["apps"], resources: ["*"], namespaces: ["shop"] }]);
    const { err, exitCode } = await stage.run(["get", "deploy", "-A", "-w"]);
    expect([exitCode, err]).toEqual([4, expect.stringMatching(/cannot list .*; name the namespaces with -n\n$/)]);
    const own = await stage.run(["get", "deploy", "-n", "shop", "-w"], { watch: steps(["web", () => undefined]) });
    expect([own.exitCode, own.err]).toEqual([130, ""]);
  });

  it("says that there is nothing yet, and shows what comes", async () => {
    const stage = await createStage();
    const { out, err } = await stage.run(["get", "deploy", "-w"], {
      watch: steps(
        ["No resources found", () => void stage.apply(workload("Deployment", "late"))],
        ["late", () => undefined],
      ),
    });
    expect(err).toMatch(/^No resources found in shop namespace/);
    expect(out).toContain("late");
  });
});
