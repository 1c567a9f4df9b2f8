import { describe, expect, it } from "vitest";
import { workload } from "../../core/simulated.ts";
import { createStage } from "../stage.ts";

const lines = (text: string) => text.trimEnd().split("\n");

describe("restart", () => {
  it("patches once, follows to healthy and says so in kubectl's words", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const { out, err, exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect(exitCode).toBe(0);
    expect(err).toBe("");
    expect(lines(out)[0]).toBe("deployment.apps/web restarted");
    expect(lines(out)).toContain(
      'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...',
    );
    expect(lines(out).filter((line, index) => line === lines(out)[index - 1])).toEqual([]);
    expect(lines(out).at(-2)).toBe('deployment "web" successfully rolled out');
    expect(lines(out).at(-1)).toMatch(
      /^healthy in [\d.]+ s: 3 pods replaced(, \d old pods? still terminating)?, expected [\d.]+ s$/,
    );
    const [patch, ...more] = stage.patches();
    expect(more).toEqual([]);
    expect(patch?.path).toBe("/apis/apps/v1/namespaces/shop/deployments/web");
    expect(patch?.contentType).toBe("application/strategic-merge-patch+json");
    expect(new URLSearchParams(patch?.query).get("fieldManager")).toBe("restart");
    const { spec } = JSON.parse(patch?.body ?? "") as { readonly spec: unknown };
    expect(spec).toEqual({
      template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2026-11-25T12:01:00Z" } } },
    });
  });

  it("checks with a dry run before it sends anything", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    await stage.run(["deploy/web", "--yes"]);
    const queries = stage.sim.requests.filter(({ method }) => method === "PATCH").map(({ query }) => query);
    expect(queries).toHaveLength(2);
    expect(queries[0]).toContain("dryRun=All");
  });

  it.each([
    [
      "StatefulSet",
      "sts/db",
      "statefulset.apps/db restarted",
      "partitioned roll out complete: 3 new pods have been updated...",
    ],
    ["DaemonSet", "ds/db", "daemonset.apps/db restarted", 'daemon set "db" successfully rolled out'],
  ])("restarts a %s", async (kind, word, first, done) => {
    const stage = await createStage();
    await stage.apply(workload(kind, "db"));
    const { out, exitCode } = await stage.run([word, "-y"]);
    expect(exitCode).toBe(0);
    expect(lines(out)[0]).toBe(first);
    expect(out).toContain(`${done}\nhealthy in `);
  });

  it("restarts several one after the other and sums up", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"), workload("StatefulSet", "db"));
    const { out, exitCode } = await stage.run(["sts/db", "deploy/web", "--yes"]);
    expect(exitCode).toBe(0);
    expect(stage.patches().map(({ path }) => path.split("/").at(-1))).toEqual(["db", "web"]);
    expect(out.indexOf("partitioned roll out complete")).toBeLessThan(out.indexOf("deployment.apps/web restarted"));
    expect(lines(out).at(-1)).toMatch(/^2 workloads in .*: 2 healthy$/);
    // Once for the plan, and again before each PATCH: somebody was asked in between.
    const identities = stage.sim.requests.filter(({ path }) => path === "/api/v1/namespaces/kube-system");
    expect(identities).toHaveLength(3);
  });

  it("sends one PATCH for a target that is named twice", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const { out, exitCode } = await stage.run(["deploy/web", "deployments.apps/web", "--yes"]);
    expect(exitCode).toBe(0);
    expect(lines(out).filter((line) => line.endsWith(" restarted"))).toHaveLength(1);
    expect(stage.patches()).toHaveLength(1);
  });

  it("names pod, container, reason and the helping command when the new pods crash, and halts", async () => {
    const stage = await createStage();
    await stage.apply(
      workload("Deployment", "bad", { trouble: { "fake/crash-after-restart": "true" } }),
      workload("Deployment", "web"),
    );
    const { out, err, exitCode } = await stage.run(["deploy", "bad", "web", "--yes"]);
    expect(exitCode).toBe(5);
    expect(err).toMatch(/^error: deployment\.apps\/bad failed after .* s: pod bad-\S+, container app: .*exit code 1/m);
    expect(err).toMatch(/^ {2}look at it: kubectl --context dev -n shop logs bad-\S+ -c app --previous$/m);
    expect(err).toContain("not started: deployment.apps/web");
    expect(stage.patches()).toHaveLength(1);
    expect(lines(out).at(-1)).toMatch(/1 failed, 1 not started$/);
  });

  it("names the kubeconfig in what would help, where one was named", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "bad", { trouble: { "fake/crash-after-restart": "true" } }));
    const { err } = await stage.run(["deploy/bad", "--yes", "--kubeconfig", "/my files/dev"]);
    expect(err).toMatch(/^ {2}look at it: kubectl --kubeconfig '\/my files\/dev' --context dev /m);
  });

  it("returns after the accepted PATCH with --no-wait", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/never-ready": "true" } }));
    const { out, exitCode } = await stage.run(["deploy/web", "--yes", "--no-wait", "--allow=rollout-in-progress"]);
    expect(exitCode).toBe(0);
    expect(out).toBe("deployment.apps/web restarted\nrequested: the rollout is not followed\n");
  });

  it("stalls after --stall-timeout and says what it waits for", async () => {
    const stage = await createStage();
    await stage.apply(
      workload("StatefulSet", "db", {
        trouble: { "fake/ready-delay": "3600000" },
        spec: { podManagementPolicy: "Parallel" },
      }),
    );
    const { err, exitCode } = await stage.run([
      "sts/db",
      "--yes",
      "--stall-timeout=2m",
      "--allow",
      "rollout-in-progress",
    ]);
    expect(exitCode).toBe(6);
    expect(err).toMatch(/error: statefulset\.apps\/db stalled after 2 m.*: pod db-\d.*no progress/);
    expect(err).toContain("still waiting after");
  });

  it("blocks a second restart while the first one rolls, until it is allowed", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { trouble: { "fake/ready-delay": "20000" } }));
    await stage.run(["deploy/web", "--yes", "--no-wait"]);
    const second = await stage.run(["deploy/web", "--yes"]);
    expect(second.exitCode).toBe(4);
    expect(second.err).toMatch(/a rollout of deployment\.apps\/web is in progress.*--allow rollout-in-progress/);
    expect(stage.patches()).toHaveLength(1);
    const third = await stage.run(["deploy/web", "--yes", "--allow", "rollout-in-progress"]);
    expect(third.exitCode).toBe(0);
    const values = stage.patches().map(({ body }) => /"(2026-[^"]+)"/.exec(body)?.[1] ?? "");
    expect(values).toHaveLength(2);
    expect((values[1] ?? "") > (values[0] ?? "")).toBe(true);
  });

  it("says that a scaled-down workload has no pods to replace", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web", { spec: { replicas: 0 } }));
    const { out, err, exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect(exitCode).toBe(0);
    expect(err).toContain("note: deployment.apps/web has no replicas");
    expect(out).toMatch(/healthy in .* s: no pods to replace\n$/);
  });

  it("counts only the pods above a partition", async () => {
    const stage = await createStage();
    const spec = { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } };
    await stage.apply(workload("StatefulSet", "db", { spec }));
    const { out, exitCode } = await stage.run(["sts/db", "--yes"]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/: 1 of 3 pods replaced/);
  });

  it("shows the plan and sends nothing with --dry-run, without asking", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"), workload("Deployment", "still", { spec: { paused: true } }));
    const free = await stage.run(["deploy/web", "--dry-run"]);
    expect(free).toMatchObject({ exitCode: 0, err: "" });
    expect(free.out).toBe("deployment.apps/web restarted (server dry run): 3 pods in shop on dev\n");
    const blocked = await stage.run(["deploy", "web", "still", "--dry-run"]);
    expect(blocked.exitCode).toBe(4);
    expect(blocked.out).toContain("deployment.apps/still would be refused");
    expect(stage.patches()).toEqual([]);
  });

  it("goes on with the rest with --skip-missing and --skip-blocked, and says so", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"), workload("Deployment", "still", { spec: { paused: true } }));
    const args = ["deploy", "web", "nope", "still", "--yes"];
    expect((await stage.run(args)).exitCode).toBe(3);
    expect((await stage.run([...args, "--skip-missing"])).exitCode).toBe(4);
    expect(stage.patches()).toEqual([]);
    const { err, exitCode } = await stage.run([...args, "--skip-missing", "--skip-blocked"]);
    expect(exitCode).toBe(0);
    expect(err).toContain('skipped: deployments.apps "nope" not found');
    expect(err).toContain("skipped: deployment.apps/still is paused");
    expect(stage.patches()).toHaveLength(1);
  });

  it("shows an admission warning once", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    stage.sim.addPolicy({ match: () => true, message: "beware", action: "warn" });
    const { err, exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect(exitCode).toBe(0);
    expect(err.match(/^Warning: .*beware/gm)).toHaveLength(1);
  });

  it("prints one line per request with -v, without bodies", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const { err } = await stage.run(["deploy/web", "--yes", "-v"]);
    expect(err).toMatch(/^GET \/apis\/apps\/v1\/namespaces\/shop\/deployments\/web 200 \d+ ms$/m);
    expect(err).toMatch(/^PATCH \/apis\/apps\/v1\/namespaces\/shop\/deployments\/web\?\S*dryRun=All\S* 200 \d+ ms$/m);
    expect(err).not.toContain("restartedAt");
  });

  it("is followed to its end in silence when nobody reads standard output", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const { out, exitCode } = await stage.run(["deploy/web", "--yes"], { closesAfter: 1 });
    expect(out).toBe("deployment.apps/web restarted\n");
    expect(exitCode).toBe(0);
    expect(stage.journal.at(-1)).toMatchObject({ type: "run.finished", exitCode: 0 });
  });

  it("leaves with 130 on Ctrl-C while the last one rolls, and says how to come back", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    const { err, exitCode } = await stage.run(["deploy/web", "--yes"], {
      watch: (screen, { drain }) => {
        if (screen.includes("Waiting")) drain();
      },
    });
    expect(exitCode).toBe(130);
    expect(err).toContain("goes on in the cluster");
    expect(err).toContain("restart status deployment/web -n shop --context dev");
  });

  it("starts nothing new after Ctrl-C and follows what is in flight", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"), workload("Deployment", "api"));
    const { out, err, exitCode } = await stage.run(["deploy", "web", "api", "--yes"], {
      watch: (screen, { drain }) => {
        if (screen.includes("Waiting")) drain();
      },
    });
    expect(exitCode).toBe(130);
    expect(out).toContain('deployment "web" successfully rolled out');
    expect(err).toContain("stopping: nothing new is started");
    expect(err).toContain("not started: deployment.apps/api");
    expect(stage.patches()).toHaveLength(1);
  });

  it("warns once, early, and fails with the sentence and the command that shows more", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    await stage.apply({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "team", namespace: "shop" },
      spec: { hard: { pods: "3" } },
    });
    const { err, exitCode } = await stage.run(["deploy/web", "--yes", "--allow", "quota"]);
    expect(exitCode).toBe(5);
    const sentence = 'quota "team" has no room for its pods: pods=1 asked for, pods=3 used, pods=3 allowed';
    const lines = err.split("\n").filter((line) => !/^(note|still waiting)/.test(line));
    expect(lines.filter((line) => line.startsWith("warning: quota"))).toEqual([`warning: ${sentence}`]);
    expect(lines.slice(-4)).toEqual([
      `error: deployment.apps/web failed after 1 m: ${sentence}`,
      expect.stringMatching(
        /^ {2}event: FailedCreate: .*Error creating: pods "web-\S+" is forbidden: exceeded quota: team/,
      ),
      "  look at it: kubectl --context dev -n shop describe resourcequota team",
      "",
    ]);
  });

  it("cleans what events of a failed rollout say", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "bad", { trouble: { "fake/crash-after-restart": "true" } }));
    const event = {
      metadata: { name: "e", uid: "e", resourceVersion: "1" },
      type: "Warning",
      reason: "Back\u001b[31mOff",
      message: "line one\nerror: \u001b]0;owned\u0007forged",
    };
    const denied = { apiVersion: "v1", kind: "Status", status: "Failure", reason: "Forbidden", code: 403 };
    // Who may not watch the events of the namespace looks for those of one pod.
    stage.sim.intercept((request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (!pathname.endsWith("/events")) return undefined;
      const uid = /involvedObject\.uid=([^,]+)/.exec(searchParams.get("fieldSelector") ?? "")?.[1];
      if (uid === undefined) return Response.json(denied, { status: 403 });
      const pod = stage.sim.store.list("pods", "shop").find(({ metadata }) => metadata.uid === uid);
      const items = pod === undefined ? [] : [{ ...event, involvedObject: { name: pod.metadata.name, uid } }];
      return Response.json({ apiVersion: "v1", kind: "EventList", metadata: { resourceVersion: "1" }, items });
    });
    const { err, exitCode } = await stage.run(["deploy/bad", "--yes"]);
    expect(exitCode).toBe(5);
    expect(err).toContain("  event: BackOff: line one error: forged\n");
  });

  it("never lets a cluster write control characters to the terminal", async () => {
    const stage = await createStage();
    await stage.apply(workload("Deployment", "web"));
    stage.sim.addPolicy({ match: () => true, message: "no\u001b[2J\u001b]0;owned\u0007 way\u009b31m", action: "deny" });
    for (const args of [[], ["-o", "json"], ["-o", "yaml"], ["-o", "jsonl"]]) {
      const { out, err, exitCode } = await stage.run(["deploy/web", "--yes", ...args]);
      expect(exitCode).toBe(4);
      expect(`${out}${err}`).toContain("way");
      expect(`${out}${err}`).not.toMatch(/[^\P{Cc}\n]/u);
    }
  });
});
