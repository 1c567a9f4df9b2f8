import { describe, expect, it } from "vitest";
import type { Diagnosis } from "../../src/core/index.ts";
import { cleaned } from "../../src/words/clean.ts";
import { diagnosisPhrase, evidenceLines } from "../../src/words/diagnosis.ts";

const of = (diagnosis: Partial<Diagnosis> & Pick<Diagnosis, "cause">): Diagnosis => ({
  reason: "",
  message: "",
  command: [],
  ...diagnosis,
});

describe("the sentence of", () => {
  const table: readonly (readonly [Parameters<typeof of>[0], string])[] = [
    [
      { cause: "quota", quota: "team", requested: "requests.cpu=1", used: "requests.cpu=8", limited: "requests.cpu=8" },
      'quota "team" has no room for its pods: requests.cpu=1 asked for, requests.cpu=8 used, requests.cpu=8 allowed',
    ],
    [
      { cause: "quota", quota: "team", message: "failed quota: team: must specify cpu" },
      'quota "team" refuses its pods: failed quota: team: must specify cpu',
    ],
    [{ cause: "admission", policy: "no-root", message: "denied" }, "no-root refuses its pods: denied"],
    [{ cause: "create-failed", message: "no such account" }, "its pods cannot be made: no such account"],
    [
      { cause: "unschedulable", resource: "cpu", nodes: 3, allNodes: 3, message: "0/3 …" },
      "no node takes it, 3 of 3 nodes for want of cpu",
    ],
    [
      {
        cause: "unschedulable",
        taint: "dedicated=gpu",
        nodes: 2,
        allNodes: 3,
        message:
          "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {dedicated: gpu}. preemption: 0/3 nodes",
      },
      "no node takes it, 2 of 3 nodes for the taint dedicated=gpu: 0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {dedicated: gpu}",
    ],
    [
      { cause: "unschedulable", affinity: "pod-anti", nodes: 1, allNodes: 1 },
      "no node takes it, 1 of 1 node for a pod anti-affinity",
    ],
    [
      { cause: "unschedulable", message: "no nodes available to schedule pods" },
      "no node takes it: no nodes available to schedule pods",
    ],
    [{ cause: "node", node: "n1", nodeState: "not-ready" }, "its node n1 does not report"],
    [
      { cause: "volume", volume: "pvc-1", message: 'Multi-Attach error for volume "pvc-1" …' },
      'its volume "pvc-1" is still attached to another node',
    ],
    [{ cause: "volume", volume: "cache", message: "timed out" }, 'its volume "cache" is not there: timed out'],
    [{ cause: "image-name", image: "A:1", reason: "InvalidImageName" }, 'image "A:1" cannot be used: InvalidImageName'],
    [
      { cause: "image-pull", image: "a:1", message: 'Back-off pulling image "a:1": ErrImagePull: no route' },
      'image "a:1" cannot be pulled: no route',
    ],
    [
      { cause: "image-pull", image: "a:1", reason: "ImagePullBackOff", message: 'Back-off pulling image "a:1"' },
      'image "a:1" cannot be pulled: ImagePullBackOff',
    ],
    [{ cause: "config-error", reference: "configmap/web", key: "url" }, 'ConfigMap "web" has no key "url"'],
    [{ cause: "config-error", message: "exec: not found" }, "it cannot be started: exec: not found"],
    [{ cause: "init-container", container: "migrate" }, "container migrate: this init container has not ended"],
    [
      { cause: "crash-loop", exitCode: 139, exitReason: "Error", signal: "SIGSEGV", restartCount: 2 },
      "keeps crashing, exit code 139 (SIGSEGV), 2 restarts",
    ],
    [
      { cause: "crash-loop", exitCode: 1, message: "panic: no database" },
      "keeps crashing, exit code 1: panic: no database",
    ],
    [
      { cause: "crash-loop", exitCode: 1, message: "panic: no database", logs: ["panic: no database"] },
      "keeps crashing, exit code 1",
    ],
    [{ cause: "pod-failed", reason: "Evicted", message: "low on memory" }, "it failed (Evicted): low on memory"],
    [
      { cause: "probe", probe: "startup", message: "connection refused", restartCount: 1 },
      "its startup probe fails: connection refused, 1 restart",
    ],
    [
      { cause: "terminating", finalizers: ["a", "b"], gracePeriodSeconds: 0 },
      "it is being deleted and does not go: finalizers a and b hold it",
    ],
    [{ cause: "terminating", gracePeriodSeconds: 3600 }, "it is being deleted and may take 3600 s to stop"],
    [
      { cause: "terminating", gracePeriodSeconds: 30, nodeState: "ready" },
      "it is being deleted and does not go: its grace period of 30 s is over",
    ],
    [
      { cause: "not-observed", generation: 4, observedGeneration: 3 },
      "its controller has not seen the change (generation 4, seen 3)",
    ],
    [{ cause: "timeout", reason: "ContainerCreating" }, "out of time, ContainerCreating, nothing says why"],
  ];
  it.each(table)("%j", (diagnosis, sentence) => {
    expect(diagnosisPhrase(of(diagnosis))).toBe(sentence);
  });
});

describe("the evidence", () => {
  it("is the event, the log, what was looked at and the command, in this order", () => {
    const diagnosis = of({
      cause: "unknown",
      event: { reason: "BackOff", message: "restarting" },
      logs: ["one", "  two"],
      lookedAt: ["deployments/web", "pods"],
      command: ["kubectl", "describe", "pod", "a b"],
    });
    expect(evidenceLines(diagnosis, ["my config"], 20)).toEqual([
      "  event: BackOff: restarting",
      "  last lines of its log:",
      "    one",
      "      two",
      "  looked at: deployments/web, pods",
      "  look at it: kubectl --kubeconfig 'my config' describe pod 'a b'",
    ]);
  });

  it("does not repeat what the sentence has said", () => {
    const event = { reason: "Unhealthy", message: "Readiness probe failed: refused" };
    expect(evidenceLines(of({ cause: "probe", message: "refused", event }), [], 20)).toEqual([]);
  });

  it("shows the last lines of a log where there is little room", () => {
    expect(evidenceLines(of({ cause: "crash-loop", logs: ["1", "2", "3"] }), [], 2)).toEqual([
      "  last lines of its log:",
      "    2",
      "    3",
    ]);
  });

  it("keeps the indentation of a log, and nothing that a terminal obeys", () => {
    const logs = ["Error: \u001b[31mbad", "\tat main.js:1", "Authorization: Bearer abc.def"];
    expect(cleaned(of({ cause: "crash-loop", logs })).logs).toEqual([
      "Error: bad",
      "    at main.js:1",
      "Authorization: Bearer …",
    ]);
  });
});
