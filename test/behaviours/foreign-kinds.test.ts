import { describe, expect, it } from "vitest";
import { createStage } from "../cli/stage.ts";
import { workload } from "../core/simulated.ts";

/** A workload that an object of another API group controls. */
function owned(kind: string, name: string, owner: { apiVersion: string; kind: string; name: string }, labels = {}) {
  const made = workload(kind, name);
  const ownerReferences = [{ ...owner, uid: "owner", controller: true }];
  return { ...made, metadata: { ...made.metadata, labels, ownerReferences } };
}

const on = "--context dev -n shop";
const patch = "kubectl.kubernetes.io/restartedAt";

describe("what an operator restarts is refused, with the operator's own command and without a PATCH", () => {
  it.each([
    ["row 29: a CloneSet", "cloneset/web", `kubectl kruise rollout restart clonesets.apps.kruise.io/web ${on}`],
    [
      "row 30: an Advanced StatefulSet",
      "statefulsets.apps.kruise.io/web",
      `kubectl kruise rollout restart statefulsets.apps.kruise.io/web ${on}`,
    ],
    [
      "row 31: what kruise has paused, whatever its state",
      "daemonsets.apps.kruise.io/web",
      `kubectl kruise rollout restart daemonsets.apps.kruise.io/web ${on}`,
    ],
    ["row 32: a cluster of CloudNativePG", "clusters.postgresql.cnpg.io/pg", `kubectl cnpg restart pg ${on}`],
    [
      "row 33: a StrimziPodSet",
      "strimzipodset/log-kafka",
      `kubectl annotate strimzipodset log-kafka strimzi.io/manual-rolling-update=true ${on}`,
    ],
    [
      "row 33: a Kafka",
      "kafka/log",
      `kubectl annotate strimzipodset -l strimzi.io/cluster=log strimzi.io/manual-rolling-update=true ${on}`,
    ],
    [
      "row 34: an Elasticsearch",
      "elasticsearch/search",
      `kubectl annotate elasticsearch search eck.k8s.elastic.co/restart-trigger=NEW-VALUE --overwrite ${on}`,
    ],
    ["row 35: a virtual machine of KubeVirt", "vm/box", `virtctl restart box ${on}`],
    ["row 36: a DeploymentConfig", "dc/web", `oc rollout latest dc/web ${on}`],
    [
      "row 37: a LeaderWorkerSet, without making it a leaderTemplate",
      "lws/train",
      `kubectl patch leaderworkerset train --type=merge -p '{"spec":{"leaderWorkerTemplate":{"workerTemplate":{"metadata":{"annotations":{"${patch}":"NEW-VALUE"}}}}}}' ${on}`,
    ],
    ["row 38: a Knative Service", "ksvc/web", `kn service update web --annotation-revision ${patch}=NEW-VALUE ${on}`],
  ])("%s", async (_, target, command) => {
    const stage = await createStage();
    const { err, exitCode } = await stage.run([target, "-n", "shop", "--yes"]);
    expect(err).toContain(`its operator does it: ${command}`);
    expect(exitCode).toBe(4);
    expect(stage.sim.requests.filter(({ method }) => method === "PATCH")).toEqual([]);
  });

  it.each([
    [
      "row 34: the StatefulSet of an Elasticsearch",
      owned("StatefulSet", "search-es-default", {
        apiVersion: "elasticsearch.k8s.elastic.co/v1",
        kind: "Elasticsearch",
        name: "search",
      }),
      `kubectl annotate elasticsearch search eck.k8s.elastic.co/restart-trigger=NEW-VALUE --overwrite ${on}`,
    ],
    [
      "row 38: the Deployment of a Knative Revision, by the name of its Service",
      owned(
        "Deployment",
        "web-00001-deployment",
        { apiVersion: "serving.knative.dev/v1", kind: "Revision", name: "web-00001" },
        { "serving.knative.dev/service": "web" },
      ),
      `kn service update web --annotation-revision ${patch}=NEW-VALUE ${on}`,
    ],
    [
      "row 32: a Deployment that a cluster of CloudNativePG owns",
      owned("Deployment", "pg-pooler", { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", name: "pg" }),
      `kubectl cnpg restart pg ${on}`,
    ],
  ])("%s", async (_, object, command) => {
    const stage = await createStage();
    await stage.apply(object);
    const { kind, metadata } = object;
    const { err, exitCode } = await stage.run([`${kind.toLowerCase()}/${metadata.name}`, "--yes"]);
    expect(err).toContain(`would undo the restart: ${command}`);
    expect(exitCode).toBe(4);
    expect(stage.sim.requests.filter(({ method }) => method === "PATCH")).toEqual([]);
  });

  it("takes sts for the built-in kind", async () => {
    const stage = await createStage();
    await stage.apply(workload("StatefulSet", "web"));
    expect((await stage.run(["sts/web", "-n", "shop", "--yes"])).exitCode).toBe(0);
  });
});
