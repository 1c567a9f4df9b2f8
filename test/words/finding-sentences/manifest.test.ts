import { expect, it } from "vitest";
import { findingSentence } from "../../../src/words/findings.ts";

it.each([
  ["0", "old pods of deployment.apps/web may take up to 10 m to go; new ones do not wait for them"],
  [
    "1",
    "old pods of deployment.apps/web may take up to 10 m to go, and new ones wait for them: the forecast is without it",
  ],
  [
    "3",
    "old pods of deployment.apps/web may take up to 10 m to go, and new ones wait for them, up to 30 m in 3 batches: the forecast is without it",
  ],
])("says what %s batches of old pods cost", (batches, sentence) => {
  const finding = { code: "long-termination", level: "info", evidence: { seconds: "600", batches } } as const;
  expect(findingSentence(finding, "deployment.apps/web")).toBe(sentence);
});

it.each([
  ["warn", /: new pods may get another image$/],
  ["info", /: new pods on nodes that do not have it yet may get another image$/],
] as const)("says of an image whose tag moves (%s) where it comes from", (level, sentence) => {
  const finding = { code: "mutable-tag", level, evidence: { images: "shop.example/app:latest" } };
  expect(findingSentence(finding, "deployment.apps/web")).toMatch(sentence);
});
