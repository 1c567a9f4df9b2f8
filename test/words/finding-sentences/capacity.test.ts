import { expect, it } from "vitest";
import { findingSentence } from "../../../src/words/findings.ts";

it.each([
  ["requests.memory", String(1.5 * 1024 ** 3), "0", "requests.memory=1.5Gi, and the quota team has 0 left"],
  ["requests.cpu", "1", "0.25", "requests.cpu=1, and the quota team has 250m left"],
  ["pods", "2", "1", "pods=2, and the quota team has 1 left"],
])("writes what a quota has too little of, %s, as manifests do", (resource, needed, left, sentence) => {
  const evidence = { quota: "team", resource, needed, left, why: "alone" };
  expect(findingSentence({ code: "quota", level: "block", evidence }, "deployment.apps/web")).toBe(
    `new pods of deployment.apps/web need ${sentence}: they would not be made, and no old pod may go first`,
  );
});
