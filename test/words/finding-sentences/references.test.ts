import { expect, it } from "vitest";
import { findingSentence } from "../../../src/words/findings.ts";

const web = "deployment.apps/web";

it.each([
  ["secret/db:password", "secret/db:password, which is not there"],
  ["secret/db,configmap/web", "secret/db and configmap/web, which are not there"],
])("says what new pods would miss: %s", (missing, words) => {
  const finding = { code: "missing-ref", level: "block", evidence: { missing } } as const;
  expect(findingSentence(finding, web)).toBe(`${web} needs ${words}: new pods would not start`);
});

it.each([
  [
    { changed: "configmap/web", secondsLater: "7200" },
    `configmap/web changed 2 h after the pods of ${web} started: this restart picks it up`,
  ],
  [
    { changed: "configmap/web,secret/db", secondsLater: "7200,45" },
    `configmap/web (2 h after) and secret/db (45 s after) changed since the pods of ${web} started: this restart picks them up`,
  ],
])("says what a restart picks up, and how long after the pods it changed: %j", (evidence, sentence) => {
  expect(findingSentence({ code: "config-changed", level: "info", evidence }, web)).toBe(sentence);
});
