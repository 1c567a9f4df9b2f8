import { describe, expect, it } from "vitest";
import { deployment } from "../../src/core/kinds/deployment.ts";
import { type PodObject, projectPod } from "../../src/core/pods.ts";
import { projectRevision, type RevisionObject } from "../../src/core/revisions.ts";
import { noProgress, type Reading, raiseMarks, readRollout } from "../../src/core/rollout-state.ts";
import { seeWorkload } from "../../src/core/seen-workload.ts";
import type { KubeObject } from "../../src/kube/get.ts";
import { deploymentObject, podObject, replicaSetObject } from "./objects.ts";

const restartedAt = "2026-11-25T12:00:00Z";

function read(given: {
  readonly workload?: KubeObject;
  readonly pods?: readonly KubeObject[] | undefined;
  readonly revisions?: readonly KubeObject[] | undefined;
  readonly generation?: number;
}): Reading {
  const workload =
    given.workload ?? deploymentObject({ annotations: { "kubectl.kubernetes.io/restartedAt": restartedAt } });
  const pods = given.pods?.map((pod) => projectPod(pod as unknown as PodObject));
  const revisions = given.revisions?.map((one) =>
    projectRevision(one as unknown as RevisionObject, "pod-template-hash"),
  );
  const sight = {
    kind: deployment,
    seen: seeWorkload(deployment, workload, "test"),
    pods: pods && new Map(pods.map((pod) => [pod.uid, pod])),
    revisions: revisions && new Map(revisions.map((revision) => [revision.uid, revision])),
  };
  return readRollout(sight, given.generation ?? 1, restartedAt);
}

const fresh = replicaSetObject({ hash: "new", revision: 2, replicas: 3, restartedAt });
const spent = replicaSetObject({ hash: "old", revision: 1, replicas: 0 });
const newPods = ["a", "b", "c"].map((name) => podObject({ name }));
const oldPod = podObject({ name: "z", hash: "old", owner: "uid-rs-old" });

describe("a rollout is healthy", () => {
  it("when the status is complete, every pod is of the new revision and ready, and none of the old is left", () => {
    expect(read({ pods: newPods, revisions: [fresh, spent] }).healthy).toBe(true);
  });

  const not: readonly { name: string; given: Parameters<typeof read>[0] }[] = [
    {
      name: "while our generation is not observed",
      given: { pods: newPods, revisions: [fresh, spent], generation: 2 },
    },
    { name: "while an old pod still serves", given: { pods: [...newPods, oldPod], revisions: [fresh, spent] } },
    {
      name: "while an old ReplicaSet still has pods",
      given: { pods: newPods, revisions: [fresh, replicaSetObject({ hash: "old", revision: 1, replicas: 1 })] },
    },
    {
      name: "while a new pod is not ready, whatever the status says",
      given: { pods: [...newPods.slice(1), podObject({ name: "a", ready: false })], revisions: [fresh, spent] },
    },
    { name: "while the ReplicaSet of the restart is not there yet", given: { pods: newPods, revisions: [spent] } },
    {
      name: "while fewer are available than desired",
      given: {
        workload: deploymentObject({ status: { availableReplicas: 2 } }),
        pods: newPods,
        revisions: [fresh, spent],
      },
    },
    {
      name: "on the status of the rollout before, with only old pods",
      given: { pods: [oldPod], revisions: [replicaSetObject({ hash: "old", revision: 1, replicas: 3 })] },
    },
  ];
  it.each(not)("never $name", ({ given }) => {
    expect(read(given).healthy).toBe(false);
  });

  it("while old pods are only terminating, which are counted", () => {
    const going = podObject({ name: "z", hash: "old", owner: "uid-rs-old", deleting: true });
    const reading = read({ pods: [...newPods, going], revisions: [fresh, spent] });
    expect([reading.healthy, reading.progress.terminatingPods]).toEqual([true, 1]);
  });

  it("by status alone where pods and ReplicaSets may not be read", () => {
    expect(read({}).healthy).toBe(true);
  });

  it("with zero replicas and no pod", () => {
    const workload = deploymentObject({
      spec: { replicas: 0 },
      status: { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 },
    });
    const revision = replicaSetObject({ hash: "new", revision: 2, replicas: 0, restartedAt });
    expect(read({ workload, pods: [], revisions: [revision] }).healthy).toBe(true);
  });
});

describe("pods of another owner", () => {
  it("under the same labels are not ours", () => {
    const stranger = podObject({ name: "s", hash: "other", owner: "uid-elsewhere" });
    expect(read({ pods: [...newPods, stranger], revisions: [fresh, spent] }).healthy).toBe(true);
  });
});

describe("what counts as progress", () => {
  const marks = (reading: Reading) => raiseMarks(noProgress, reading);
  const unready = podObject({ name: "a", ready: false });

  it("is a new pod, and a new pod's container getting further", () => {
    const first = marks(read({ pods: [unready], revisions: [fresh, spent] }));
    const second = raiseMarks(
      first,
      read({
        pods: [podObject({ name: "a", ready: false, container: { state: { running: {} } } })],
        revisions: [fresh, spent],
      }),
    );
    expect(second).not.toBe(first);
  });

  it("is not a pod that flaps, nor a container that restarts", () => {
    const ready = marks(read({ pods: newPods, revisions: [fresh, spent] }));
    const flapping = [
      podObject({ name: "a", ready: false, container: { state: { running: {} }, restartCount: 7 } }),
      ...newPods.slice(1),
    ];
    const down = raiseMarks(
      ready,
      read({
        workload: deploymentObject({ status: { availableReplicas: 2 } }),
        pods: flapping,
        revisions: [fresh, spent],
      }),
    );
    expect(down).toBe(ready);
    expect(raiseMarks(down, read({ pods: newPods, revisions: [fresh, spent] }))).toBe(ready);
  });
});
