import { describe, expect, it } from "vitest";
import { createStage, type Stage } from "../cli/stage.ts";
import { workload } from "../core/simulated.ts";

async function shop(): Promise<Stage> {
  const stage = await createStage();
  await stage.apply(workload("Deployment", "web"), workload("StatefulSet", "db"));
  return stage;
}

const documents = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("output", () => {
  it.each(["jsn", "jsonpath={.items}", "go-template={{.}}", "custom-columns=NAME:.metadata.name", "name,json"])(
    "row 20: -o %s is refused before anything is asked or sent",
    async (format) => {
      const stage = await shop();
      const before = stage.sim.requests.length;
      const { err, exitCode } = await stage.run(["deploy/web", "--yes", "-o", format]);
      expect(exitCode).toBe(2);
      expect(err).toContain(`there is no output format "${format}"`);
      expect(stage.sim.requests).toHaveLength(before);
    },
  );

  it("row 21: several objects are one JSON document, lines of JSON, or one YAML document", async () => {
    const outcomes = ({ items }: { readonly items: readonly { readonly outcome: string }[] }) =>
      items.map(({ outcome }) => outcome);
    const args = ["deploy/web", "sts/db", "--yes", "-o"];
    const json = await (await shop()).run([...args, "json"]);
    expect(outcomes(JSON.parse(json.out))).toEqual(["healthy", "healthy"]);
    const lines = documents((await (await shop()).run([...args, "jsonl"])).out);
    const finished = lines.filter(({ type }) => type === "target.finished");
    expect(finished.map(({ outcome }) => outcome)).toEqual(["healthy", "healthy"]);
    const yaml = await (await shop()).run([...args, "yaml"]);
    expect(yaml.out.match(/^yaml: /gm)).toHaveLength(1);
    expect(outcomes(JSON.parse(yaml.out.replace(/^yaml: /, "")))).toEqual(["healthy", "healthy"]);
  });

  it("row 79: one error has the shape of several", async () => {
    const stage = await shop();
    const failure = async (...names: string[]) => {
      const { out, exitCode } = await stage.run(["deploy", ...names, "--yes", "-o", "json"]);
      return { document: JSON.parse(out), exitCode };
    };
    const one = await failure("nope");
    const several = await failure("nope", "neither", "web");
    expect([one.exitCode, several.exitCode]).toEqual([3, 3]);
    expect(Object.keys(several.document)).toEqual(Object.keys(one.document));
    for (const { document } of [one, several]) {
      expect(document).toMatchObject({ schema: "restart/v1", kind: "Error", reason: "NotFound", exitCode: 3 });
      expect(document.message).toContain("nope");
    }
    expect(one.document.others).toEqual([]);
    expect(several.document.others).toMatchObject([
      { reason: "NotFound", message: expect.stringContaining("neither") },
    ]);
  });

  it("row 79: one failed restart has the shape of several", async () => {
    const stage = await createStage();
    const trouble = { "fake/crash-after-restart": "true" };
    await stage.apply(workload("Deployment", "a", { trouble }), workload("Deployment", "b", { trouble }));
    const one = JSON.parse((await stage.run(["deploy/a", "--yes", "-o", "json"])).out);
    const allow = ["--allow", "rollout-in-progress"];
    const two = JSON.parse((await stage.run(["deploy", "b", "a", "--yes", "-o", "json", ...allow])).out);
    expect(Object.keys(two)).toEqual(Object.keys(one));
    expect([one.items.length, two.items.length]).toEqual([1, 2]);
    expect(Object.keys(two.items[0])).toEqual(Object.keys(one.items[0]));
  });
});

describe("a dry run", () => {
  it("row 22: sends dry runs alone, stores nothing and shows what a webhook denies", async () => {
    const stage = await shop();
    const stored = () => stage.sim.store.get("deployments.apps", "shop", "web")?.metadata.resourceVersion;
    const before = stored();
    const from = stage.sim.requests.length;
    expect((await stage.run(["deploy/web", "--dry-run"])).exitCode).toBe(0);
    stage.sim.addPolicy({ match: () => true, message: "not on Fridays", action: "deny" });
    const denied = await stage.run(["deploy/web", "--dry-run"]);
    expect(denied.exitCode).toBe(4);
    expect(`${denied.out}${denied.err}`).toContain("not on Fridays");
    const sent = stage.sim.requests.slice(from).filter(({ method }) => method === "PATCH");
    expect(sent).toHaveLength(2);
    for (const { query } of sent) expect(new URLSearchParams(query).get("dryRun")).toBe("All");
    expect(stored()).toBe(before);
  });

  it("row 23: says what is forbidden, and does not exit 0", async () => {
    const stage = await shop();
    stage.useToken("reader", [{ verbs: ["get", "list", "watch"], resources: ["*"] }]);
    const { out, err, exitCode } = await stage.run(["deploy/web", "--dry-run"]);
    expect(exitCode).toBe(4);
    expect(`${out}${err}`).toContain('deployments.apps "web" is forbidden: User "tester" cannot patch');
  });
});
