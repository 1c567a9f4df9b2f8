import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/kube/error.ts";
import { createStage, ends, last, plan, run, workload } from "./simulated.ts";

describe("a rollout of a StatefulSet with warnings of its own", () => {
  /** A StatefulSet whose last pod once found no room, as a warning of its own still tells. */
  async function createWarned() {
    const stage = await createStage();
    const quota = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "pods", namespace: "shop" },
      spec: { hard: { pods: "2" } },
    };
    await stage.apply(quota, workload("StatefulSet", "web"));
    stage.sim.store.remove("resourcequotas", "shop", "pods");
    await stage.clock.advance(600_000);
    const names = stage.sim.store.list("pods", "shop").map((pod) => pod.metadata.name);
    expect(names).toEqual(["web-0", "web-1", "web-2"]);
    return { stage, block: () => stage.apply(quota) };
  }

  it("is not blamed on an old warning while a pod takes its time to go", async () => {
    const { stage } = await createWarned();
    const { store } = stage.sim;
    const old = store.get("pods", "shop", "web-2");
    if (old === undefined) throw new Error("web-2");
    store.update("pods", { ...old, metadata: { ...old.metadata, finalizers: ["shop.example/drain"] } });
    const events = await run(stage, await plan(stage, [["StatefulSet", "web"]]), {
      during: (event) => {
        if (event.type !== "target.patched") return;
        void stage.clock.sleep(200_000).then(() => {
          const going = store.get("pods", "shop", "web-2");
          if (going !== undefined) store.update("pods", { ...going, metadata: { ...going.metadata, finalizers: [] } });
        });
      },
    });
    expect(ends(events)).toEqual(["healthy", 0]);
    expect(last(events, "target.finished").seconds).toBeGreaterThan(200);
  });

  it("is not blamed on a warning of this restart that is over, while the next pod takes its time to go", async () => {
    const stage = await createStage();
    await stage.apply(workload("StatefulSet", "web"));
    const { store } = stage.sim;
    const hold = (name: string, finalizers: readonly string[]) => {
      const pod = store.get("pods", "shop", name);
      if (pod !== undefined) store.update("pods", { ...pod, metadata: { ...pod.metadata, finalizers } });
    };
    hold("web-1", ["shop.example/drain"]);
    await stage.apply({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "pods", namespace: "shop" },
      spec: { hard: { pods: "2" } },
    });
    const events = await run(stage, await plan(stage, [["StatefulSet", "web"]], { allow: ["quota"] }), {
      during: (event) => {
        if (event.type === "target.warning" && event.diagnosis.cause === "quota") {
          store.remove("resourcequotas", "shop", "pods");
          void stage.clock.sleep(200_000).then(() => hold("web-1", []));
        }
      },
    });
    expect(ends(events)).toEqual(["healthy", 0]);
    const warnings = events.flatMap((event) => (event.type === "target.warning" ? [event.diagnosis.cause] : []));
    expect(warnings).toEqual(["quota", "terminating"]);
  });

  it("is blamed on a warning that comes again", async () => {
    const { stage, block } = await createWarned();
    await block();
    const [before] = stage.sim.store.list("events", "shop").filter((event) => event["reason"] === "FailedCreate");
    const events = await run(stage, await plan(stage, [["StatefulSet", "web"]], { allow: ["quota"] }));
    expect(ends(events)).toEqual(["failed", 5]);
    expect(last(events, "target.finished").diagnosis).toMatchObject({ cause: "quota", reason: "FailedCreate" });
    const [after] = stage.sim.store.list("events", "shop").filter((event) => event["reason"] === "FailedCreate");
    // One and the same Event, counted on.
    expect(after?.metadata.uid).toBe(before?.metadata.uid);
  });
});

describe("a cluster of which one watch comes back before the other", () => {
  it("is lost until the last one is back", async () => {
    const stage = await createStage();
    await stage.apply(workload("StatefulSet", "web", { trouble: { "fake/never-ready": "true" } }));
    let away = /./;
    const events = await run(stage, await plan(stage, [["StatefulSet", "web"]], { allow: ["rollout-in-progress"] }), {
      during: (event) => {
        if (event.type === "target.patched") {
          stage.sim.intercept((request) =>
            away.test(request.url) ? Promise.reject(new RestartError("Unreachable", "gone")) : undefined,
          );
        }
        if (event.type !== "cluster.lost") return;
        away = /pods/;
        void stage.clock.sleep(300_000).then(() => {
          away = /never/;
        });
      },
    });
    const absence = Date.parse(last(events, "cluster.recovered").time) - Date.parse(last(events, "cluster.lost").time);
    expect(absence).toBeGreaterThanOrEqual(300_000);
    expect(events.filter(({ type }) => type === "cluster.lost" || type === "cluster.recovered")).toHaveLength(2);
    expect(ends(events)).toEqual(["stalled", 6]);
  });
});
