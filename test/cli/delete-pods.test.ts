import { describe, expect, it } from "vitest";
import { workload } from "../core/simulated.ts";
import { createStage, type Stage } from "./stage.ts";

async function byHand(): Promise<Stage> {
  const stage = await createStage();
  await stage.apply(workload("StatefulSet", "db", { spec: { updateStrategy: { type: "OnDelete" } } }));
  return stage;
}

describe("a workload whose pods are replaced by hand", () => {
  it("is refused with the flag that does it", async () => {
    const stage = await byHand();
    const { err, exitCode } = await stage.run(["sts/db", "-y"]);
    expect(err).toContain("--delete-pods deletes its pods one after the other");
    expect([exitCode, stage.patches()]).toEqual([4, []]);
  });

  it("is asked about in so many words, and then restarted", async () => {
    const stage = await byHand();
    const { out, err, exitCode } = await stage.run(["sts/db", "--delete-pods"], { types: ["y"] });
    expect(err).toContain(
      "warning: statefulset.apps/db has the strategy OnDelete: its 3 pods are deleted here, 1 at a time\n",
    );
    expect(out).toContain("partitioned roll out complete: 3 new pods have been updated...\n");
    expect(out).toContain("3 pods replaced");
    expect(exitCode).toBe(0);
  });

  it("has it in its plan", async () => {
    const stage = await byHand();
    const { out } = await stage.run(["sts/db", "--delete-pods", "--dry-run", "-o", "json"]);
    expect(JSON.parse(out).targets[0]).toMatchObject({ deletePods: true, affected: 3 });
  });

  it("names the pods that are left when it is interrupted", async () => {
    const stage = await byHand();
    const { err, exitCode } = await stage.run(["sts/db", "--delete-pods", "-y"], {
      watch: (screen, { leave }) => {
        if (screen.includes("1 out of 3 new pods have been updated")) leave();
      },
    });
    expect(err).toMatch(
      /^ {2}(1 pod|2 pods) of statefulset\.apps\/db are still of the old revision and stay until somebody deletes them: /m,
    );
    expect(exitCode).toBe(130);
  });

  it("is not left alone after the change", async () => {
    const stage = await byHand();
    const { err, exitCode } = await stage.run(["sts/db", "--delete-pods", "--no-wait", "-y"]);
    expect([err, exitCode, stage.patches()]).toEqual([expect.stringContaining("leave out --no-wait"), 2, []]);
  });
});
