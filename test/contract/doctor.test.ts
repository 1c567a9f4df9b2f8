import { readFile, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { examineCluster } from "../../src/core/doctor/examine-cluster.ts";
import type { KubeApi } from "../../src/kube/cluster.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { restart } from "./program.ts";

describeOnEveryCluster("what the doctor asks of a cluster", (start) => {
  const look = async (cluster: Awaited<ReturnType<typeof start>>, api: KubeApi) => {
    const options = { namespace: cluster.namespace, timeoutMilliseconds: 5000 };
    const checks = await cluster.settle(examineCluster(api, options));
    const find = <Name extends (typeof checks)[number]["check"]>(name: Name) =>
      checks.find((one): one is Extract<(typeof checks)[number], { readonly check: Name }> => one.check === name);
    return { checks, find };
  };

  it("is answered in full to an administrator", async () => {
    const cluster = await start();
    const { checks, find } = await look(cluster, cluster.api);
    expect(checks.map(({ check, status }) => `${check} ${status}`)).toEqual([
      "reach ok",
      "version ok",
      "identity ok",
      "permissions ok",
      "priority ok",
      "clock ok",
    ]);
    expect(find("version")?.version).toMatch(/^v1\.36\./);
    expect(find("identity")?.clusterUid).toMatch(/^[-0-9a-f]{36}$/);
    expect(find("identity")?.groups).toContain("system:authenticated");
    if (cluster.kind === "real") expect(find("priority")?.level).toMatch(/^[a-z-]+$/);
  });

  it("tells a limited user what is missing", async () => {
    const cluster = await start();
    const reader = await cluster.as("reader", [
      { verbs: ["get", "list", "watch"], apiGroups: ["apps"], resources: ["deployments", "replicasets"] },
      { verbs: ["patch"], apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web"] },
      { verbs: ["*"], apiGroups: [""], resources: ["pods"] },
    ]);
    const { find } = await look(cluster, reader);
    const permissions = find("permissions");
    expect(permissions?.status).toBe("warn");
    const of = (resource: string) => permissions?.rights.find((right) => right.resource === resource);
    expect(of("deployments")).toMatchObject({ allowed: ["get", "list", "watch"], named: ["patch"], missing: [] });
    expect(of("statefulsets")?.missing).toEqual(["get", "list", "watch", "patch"]);
    expect(of("replicasets")?.missing).toEqual([]);
    expect(of("pods")).toMatchObject({ allowed: ["list", "watch"], missing: [] });
    expect(of("leases")?.allowed).toEqual([]);
    expect(find("identity")).toMatchObject({ status: "ok", clusterUid: undefined });
    expect(find("priority")).toMatchObject({ level: "", levelUid: expect.stringMatching(/^[-0-9a-f]{36}$/) });
  });
});

describeOnEveryCluster(
  "the doctor",
  (start) => {
    /** The context `test`, and two beside it that do not work. */
    const prepared = async () => {
      const cluster = await start();
      const file = await cluster.kubeconfig();
      const config = parse(await readFile(file, "utf8"));
      const [{ cluster: reached }] = config.clusters;
      config.clusters.push({ name: "gone", cluster: { ...reached, server: "https://127.0.0.1:1" } });
      config.users.push({ name: "stranger", user: { token: "rubbish-and-secret" } });
      const good = config.contexts.find(({ name }: { name: string }) => name === "test").context;
      config.contexts.push({ name: "stranger", context: { ...good, user: "stranger" } });
      config.contexts.push({ name: "gone", context: { ...good, cluster: "gone" } });
      await writeFile(file, stringify(config));
      return { cluster, file };
    };
    const checksOf = (stdout: string) =>
      Object.fromEntries(
        JSON.parse(stdout).items.map((item: Record<string, unknown>) => [
          `${item["context"] ?? item["section"]} ${item["check"]}`,
          item,
        ]),
      );

    it("is content with an administrator's kubeconfig", async () => {
      const { cluster, file } = await prepared();
      const { exitCode, stdout } = await restart(file, "doctor", "--context", "test", "-o", "json");
      expect(exitCode).toBe(0);
      const checks = checksOf(stdout);
      expect(checks["test reach"]).toMatchObject({ status: "ok", milliseconds: expect.any(Number) });
      expect(checks["test permissions"]).toMatchObject({ status: "ok", namespace: cluster.namespace });
      expect(checks["kubeconfig file"].file).toMatchObject({ file, state: "read", mode: 0o600 });
      if (cluster.kind === "real") {
        expect(checks["test tls"].tls.certificate).toMatchObject({ notAfter: expect.stringMatching(/^20\d\d-/) });
      }
    });

    it("exits 9 for a cluster that is gone and a token that is none, which it does not show", async () => {
      const { file } = await prepared();
      const { exitCode, stdout, stderr } = await restart(file, "doctor", "--context", "*", "-o", "json");
      expect(exitCode).toBe(9);
      const checks = checksOf(stdout);
      expect(checks["gone reach"]).toMatchObject({ status: "fail", error: { reason: "Unreachable" } });
      expect(checks["stranger identity"]).toMatchObject({ status: "fail", error: { reason: "Unauthorized" } });
      expect(checks["test identity"]).toMatchObject({ status: "ok" });
      expect(`${stdout}${stderr}`).not.toContain("rubbish-and-secret");
    });

    it("exits 2 for a kubeconfig that cannot be read, with its line", async () => {
      const { file } = await prepared();
      await writeFile(file, "apiVersion: v1\nkind: Config\nclusters: 7\n");
      const { exitCode, stdout } = await restart(file, "doctor");
      expect(exitCode).toBe(2);
      expect(stdout).toContain(`fail  file             ${file}:3: clusters must be a list, not a number`);
      expect(stdout).toMatch(/ok {4}executable {7}restart /);
    });
  },
  { clock: "system" },
);
