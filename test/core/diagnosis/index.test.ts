import { describe, expect, it } from "vitest";
import { findTroubles } from "../../../src/core/diagnosis/index.ts";
import { deployment } from "../../../src/core/kinds/deployment.ts";
import { statefulset } from "../../../src/core/kinds/statefulset.ts";
import { type PodObject, projectPod } from "../../../src/core/pods.ts";
import { projectRevision, type RevisionObject } from "../../../src/core/revisions.ts";
import { seeWorkload } from "../../../src/core/seen-workload.ts";
import type { WorkloadObject } from "../../../src/core/workload.ts";
import { deploymentObject, podObject, replicaSetObject } from "../objects.ts";

type PodChange = Parameters<typeof podObject>[0];

function trouble(pod: PodChange | undefined, conditions: readonly object[] = []) {
  const { workload } = seeWorkload(deployment, deploymentObject(), "prod");
  const pods = pod ? [projectPod(podObject(pod) as unknown as PodObject)] : [];
  const set = replicaSetObject({ hash: "new", revision: 2, replicas: 3, conditions });
  return findTroubles(workload, pods, projectRevision(set as unknown as RevisionObject, "pod-template-hash"))[0];
}

const waiting = (reason: string, message = "") => ({ state: { waiting: { reason, message } } });
const exited = { terminated: { exitCode: 137, reason: "OOMKilled" } };

describe("trouble of a new pod", () => {
  const table: readonly { name: string; pod: PodChange; cause: string; heals: boolean }[] = [
    {
      name: "a second exit of the same container cannot heal",
      pod: {
        name: "a",
        ready: false,
        container: { ...waiting("CrashLoopBackOff"), restartCount: 1, lastState: exited },
      },
      cause: "crash-loop",
      heals: false,
    },
    {
      name: "also while it happens to run",
      pod: { name: "a", ready: false, container: { state: { running: {} }, restartCount: 2, lastState: exited } },
      cause: "crash-loop",
      heals: false,
    },
    {
      name: "nor can that of an init container",
      pod: { name: "a", ready: false, init: { ...waiting("CrashLoopBackOff"), restartCount: 3, lastState: exited } },
      cause: "init-container",
      heals: false,
    },
    {
      name: "a missing key cannot heal",
      pod: { name: "a", ready: false, container: waiting("CreateContainerConfigError", 'secret "db" not found') },
      cause: "config-error",
      heals: false,
    },
    {
      name: "a bad image name cannot heal",
      pod: { name: "a", ready: false, container: waiting("InvalidImageName") },
      cause: "image-name",
      heals: false,
    },
    {
      name: "a pull error may heal",
      pod: { name: "a", ready: false, container: waiting("ErrImagePull") },
      cause: "image-pull",
      heals: true,
    },
    {
      name: "and is the same trouble while it backs off",
      pod: { name: "a", ready: false, container: waiting("ImagePullBackOff") },
      cause: "image-pull",
      heals: true,
    },
    {
      name: "scheduling may heal",
      pod: { name: "a", ready: false, scheduled: "0/3 nodes are available" },
      cause: "unschedulable",
      heals: true,
    },
    {
      name: "an evicted pod may be replaced",
      pod: { name: "a", ready: false, phase: "Failed" },
      cause: "pod-failed",
      heals: true,
    },
  ];
  it.each(table)("$name", ({ pod, cause, heals }) => {
    const found = trouble(pod);
    expect([found?.diagnosis.cause, found?.heals, found?.diagnosis.pod]).toEqual([cause, heals, "a"]);
  });

  const none: readonly { name: string; pod: PodChange }[] = [
    { name: "the first exit", pod: { name: "a", ready: false, container: { state: exited, restartCount: 0 } } },
    { name: "a container being made", pod: { name: "a", ready: false } },
    { name: "a ready pod", pod: { name: "a" } },
    {
      name: "a container that came up after all",
      pod: { name: "a", container: { state: { running: {} }, restartCount: 7, lastState: exited } },
    },
    {
      name: "an init container that did its work",
      pod: {
        name: "a",
        ready: false,
        init: { state: { terminated: { exitCode: 0, reason: "Completed" } }, restartCount: 1 },
      },
    },
  ];
  it.each(none)("is not $name", ({ pod }) => {
    expect(trouble(pod)).toBeUndefined();
  });

  it("names container, last exit and the command that shows why", () => {
    const container = { ...waiting("CrashLoopBackOff", "back-off 10s"), restartCount: 1, lastState: exited };
    expect(trouble({ name: "a", ready: false, container })?.diagnosis).toMatchObject({
      container: "app",
      reason: "CrashLoopBackOff",
      exitCode: 137,
      exitReason: "OOMKilled",
      restartCount: 1,
      command: ["kubectl", "--context", "prod", "-n", "shop", "logs", "a", "-c", "app", "--previous"],
    });
  });
});

describe("trouble of the new ReplicaSet", () => {
  const failure = (message: string) => [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate", message }];

  it("is a quota where the message says so", () => {
    expect(trouble(undefined, failure('pods "web-x" is forbidden: exceeded quota: pods'))?.diagnosis.cause).toBe(
      "quota",
    );
  });

  it("is a refused creation otherwise", () => {
    expect(trouble(undefined, failure("admission webhook denied"))?.diagnosis.cause).toBe("create-failed");
  });
});

describe("an old pod that is not ready", () => {
  const found = (podManagementPolicy: string) => {
    const object = deploymentObject({ spec: { replicas: 3, podManagementPolicy } });
    const workload = statefulset.project(object as unknown as WorkloadObject, "prod");
    const old = ["a", "b"].map((name) => projectPod(podObject({ name, ready: name === "a" }) as unknown as PodObject));
    return findTroubles(workload, [], undefined, old).map(({ heals, diagnosis }) => [
      diagnosis.cause,
      diagnosis.pod,
      heals,
    ]);
  };

  it("keeps an ordered StatefulSet from replacing any, and is named", () => {
    expect(found("OrderedReady")).toEqual([["blocked-ordinal", "b", true]]);
  });

  it("does not matter to a parallel one", () => {
    expect(found("Parallel")).toEqual([]);
  });
});
