import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { createStage } from "./stage.ts";

const restarted = (out: string) =>
  out
    .split("\n")
    .filter((line) => / restarted( \(server dry run\).*)?$/.test(line))
    .map((line) => line.split(" ")[0]);

const place = (name: string, namespace: string) => ({
  ...workload("Deployment", name),
  metadata: { name, namespace },
});

async function shop() {
  const stage = await createStage("dev", "test");
  await stage.apply(
    workload("Deployment", "web"),
    workload("Deployment", "web-canary"),
    workload("Deployment", "api"),
    workload("StatefulSet", "web-db"),
  );
  return stage;
}

describe("patterns", () => {
  const table: readonly (readonly [args: string, want: readonly string[]])[] = [
    ["deploy/web-*", ["deployment.apps/web-canary"]],
    ["deploy web*", ["deployment.apps/web", "deployment.apps/web-canary"]],
    ["deploy,sts web*", ["deployment.apps/web", "deployment.apps/web-canary", "statefulset.apps/web-db"]],
    ["deploy ap? web", ["deployment.apps/api", "deployment.apps/web"]],
    ["deploy web* ^web-canary", ["deployment.apps/web"]],
    ["^deploy/web-canary deploy/web* sts/web*", ["deployment.apps/web", "statefulset.apps/web-db"]],
    ["deploy,sts web* --exclude *-canary --exclude sts/*", ["deployment.apps/web"]],
    ["deploy/web* deploy/web", ["deployment.apps/web", "deployment.apps/web-canary"]],
    // An exclude names nothing: it is for the one kind that has this name.
    ["deploy,sts web* ^sts/web", ["deployment.apps/web", "deployment.apps/web-canary", "statefulset.apps/web-db"]],
  ];
  it.each(table)("restart %s", async (args, want) => {
    const stage = await shop();
    const { out, exitCode } = await stage.run([...args.split(" "), "--dry-run"]);
    expect(exitCode).toBe(0);
    expect(restarted(out)).toEqual(want);
  });

  it("select as a label selector does: plain --yes is enough, in one namespace", async () => {
    const stage = await shop();
    const everywhere = await stage.run(["deploy/web*", "-A", "--yes", "--no-wait"]);
    expect(everywhere.exitCode).toBe(2);
    expect(everywhere.err).toContain("no workload is named");
    const { exitCode, out } = await stage.run(["deploy/web*", "--yes", "--no-wait"]);
    expect(exitCode).toBe(0);
    expect(restarted(out)).toHaveLength(2);
  });

  it.each(["deploy/*", "deploy * ^api"])("%s is the kind alone, whatever is left out", async (args) => {
    const stage = await shop();
    const { exitCode, err } = await stage.run([...args.split(" "), "--yes"]);
    expect(exitCode).toBe(2);
    expect(err).toContain("no workload is named");
    expect(stage.patches()).toEqual([]);
  });

  it("list a kind once for all of them", async () => {
    const stage = await shop();
    const before = stage.sim.requests.length;
    await stage.run(["deploy", "web*", "ap*", "--dry-run"]);
    const lists = stage.sim.requests
      .slice(before)
      // What the checks of each workload ask for names it.
      .filter(({ path, query }) => path.endsWith("/deployments") && !query.includes("fieldSelector"));
    expect(lists).toHaveLength(1);
  });

  it("that stand for nothing refuse the rest, until that is skipped", async () => {
    const stage = await shop();
    const refused = await stage.run(["deploy", "api", "wbe*", "--yes"]);
    expect(refused).toMatchObject({ exitCode: 3, err: "error: no deployment is called wbe* (3 looked at)\n" });
    const skipped = await stage.run(["deploy", "api", "wbe*", "--dry-run", "--skip-missing"]);
    expect(skipped.exitCode).toBe(0);
    expect(restarted(skipped.out)).toEqual(["deployment.apps/api"]);
  });

  it("need not stand for something in every cluster", async () => {
    const stage = await shop();
    const { out, exitCode } = await stage.run(["deploy/web", "deploy/ap*", "--context", "dev", "--dry-run"]);
    expect(exitCode).toBe(0);
    expect(restarted(out)).toHaveLength(2);
    const both = await stage.run(["deploy/ap*", "--context", "dev", "--context", "test", "--dry-run"]);
    expect(both.exitCode).toBe(0);
    expect(restarted(both.out)).toEqual(["deployment.apps/api"]);
  });

  it("that leave out nothing are pointed out", async () => {
    const stage = await shop();
    const { err } = await stage.run(["deploy", "web*", "^web-cannary", "--dry-run"]);
    expect(err).toBe("warning: ^web-cannary leaves out nothing that was found\n");
  });
});

describe("nothing found", () => {
  it("says in kubectl's words where, and then what was searched", async () => {
    const stage = await shop();
    const { err, exitCode } = await stage.run(["deploy,sts", "x-*", "^x-1", "--yes"]);
    expect(exitCode).toBe(3);
    expect(err).toMatch(
      /^No resources found in shop namespace\.\nsearched: deployments and statefulsets called x-\* on dev, with \^x-1 \(4 looked at\)\n/,
    );
  });

  it("holds what was searched in the document, too", async () => {
    const stage = await shop();
    const { out } = await stage.run(["deploy", "-l", "app=none", "--dry-run", "-o", "json"]);
    expect(JSON.parse(out)).toMatchObject({
      kind: "Error",
      reason: "NotFound",
      searched: {
        kinds: ["deployments"],
        names: [],
        conditions: ["label app=none"],
        namespaces: ["shop"],
        contexts: ["dev"],
        seen: 0,
      },
    });
  });

  it("says that it was looked everywhere", async () => {
    const stage = await shop();
    const { err } = await stage.run(["deploy", "x-*", "-A", "--dry-run"]);
    expect(err).toBe("No resources found\nsearched: deployments called x-* in every namespace on dev (3 looked at)\n");
  });

  it("is what is left when everything was left out", async () => {
    const stage = await shop();
    const { exitCode } = await stage.run(["deploy", "web", "^web*", "--yes"]);
    expect(exitCode).toBe(3);
    expect(stage.patches()).toEqual([]);
  });
});

describe("a cluster that may not be listed as a whole", () => {
  const mayList = (...namespaces: string[]) => [
    { verbs: ["*"], resources: ["*"], namespaces },
    { verbs: ["get", "list"], apiGroups: [""], resources: ["namespaces"] },
  ];

  async function fleet() {
    const stage = await createStage();
    for (const name of ["one", "two"]) {
      await stage.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
      await stage.apply(place("web", name));
    }
    await stage.apply(workload("Deployment", "web"));
    return stage;
  }

  it("is listed namespace by namespace, and those that stay closed are named", async () => {
    const stage = await fleet();
    stage.useToken("limited", mayList("shop", "one"));
    const { out, err, exitCode } = await stage.run(["deploy", "web*", "-A", "--dry-run"]);
    expect(exitCode).toBe(0);
    expect(restarted(out)).toHaveLength(2);
    expect(err).toContain("left out, may not be listed: deployments in default, kube-node-lease, ");
    expect(err).toMatch(/ and two \(context dev\)\n$/);
  });

  it("is so with a pattern of namespaces, too", async () => {
    const stage = await fleet();
    stage.useToken("limited", mayList("shop", "one"));
    const { err, exitCode } = await stage.run(["deploy", "web*", "-n", "*o*", "--dry-run"]);
    expect(exitCode).toBe(0);
    expect(err).toMatch(/^left out, may not be listed: deployments in [\w, -]*two \(context dev\)\n$/);
  });

  it("is refused in the API server's words when nothing of it may be listed", async () => {
    const stage = await fleet();
    stage.useToken("none", mayList());
    const { err, exitCode } = await stage.run(["deploy", "web*", "-A", "--dry-run"]);
    expect(exitCode).toBe(4);
    expect(err).toContain('deployments.apps is forbidden: User "tester" cannot list');
  });
});
