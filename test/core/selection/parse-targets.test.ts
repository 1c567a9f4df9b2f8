import { describe, expect, it } from "vitest";
import { parseTargets } from "../../../src/core/selection/parse-targets.ts";
import { RestartError } from "../../../src/kube/error.ts";

function read(words: readonly string[]): readonly string[] {
  return parseTargets(words).items.map(({ type, name }) => `${type.kind.kind}/${name ?? "*"}`);
}

function refusal(words: readonly string[]): RestartError {
  try {
    parseTargets(words);
  } catch (error) {
    if (error instanceof RestartError) return error;
  }
  throw new Error(`${words.join(" ")} was accepted`);
}

describe("an argument list", () => {
  const table: readonly { name: string; words: readonly string[]; want: readonly string[] }[] = [
    { name: "TYPE/NAME", words: ["deploy/web"], want: ["Deployment/web"] },
    {
      name: "several, in the order typed",
      words: ["sts/db", "deploy/web", "ds/agent"],
      want: ["StatefulSet/db", "Deployment/web", "DaemonSet/agent"],
    },
    { name: "TYPE NAME NAME", words: ["deployment", "web", "api"], want: ["Deployment/web", "Deployment/api"] },
    {
      name: "TYPE,TYPE NAME looks the name up as both",
      words: ["deploy,sts", "web"],
      want: ["Deployment/web", "StatefulSet/web"],
    },
    { name: "a bare TYPE is all of them", words: ["ds"], want: ["DaemonSet/*"] },
    {
      name: "any case and qualified forms",
      words: ["Deployments.v1.apps/web", "STATEFULSET.apps/db"],
      want: ["Deployment/web", "StatefulSet/db"],
    },
    { name: "kinds that have no rollout are kept, to be refused by name", words: ["pod/web-1"], want: ["Pod/web-1"] },
    {
      name: "so are their qualified forms, as kubectl prints them",
      words: ["replicaset.apps/web-1", "cronjobs.batch/tidy", "jobs.v1.batch/once", "configmap/web"],
      want: ["ReplicaSet/web-1", "CronJob/tidy", "Job/once", "ConfigMap/web"],
    },
  ];
  it.each(table)("reads $name", ({ words, want }) => {
    expect(read(words)).toEqual(want);
  });

  it("notices names that are kinds themselves", () => {
    expect(parseTargets(["deploy", "web", "sts", "db"]).suspicious).toEqual(["sts"]);
  });

  const refused: readonly { name: string; words: readonly string[]; nearest?: string }[] = [
    { name: "nothing", words: [] },
    { name: "an unknown type, with the nearest", words: ["deplyo/web"], nearest: "deploy" },
    { name: "a plural with a slip", words: ["statfulsets"], nearest: "statefulsets" },
    { name: "a missing name", words: ["deploy/"] },
    { name: "a missing type", words: ["/web"] },
    { name: "more than one slash", words: ["deploy/web/x"] },
    { name: "a bare name among TYPE/NAME", words: ["deploy/web", "api"] },
  ];
  it.each(refused)("refuses $name", ({ words, nearest }) => {
    const error = refusal(words);
    expect(error.reason).toBe("Usage");
    expect(error.detail["nearest"]).toBe(nearest);
  });
});
