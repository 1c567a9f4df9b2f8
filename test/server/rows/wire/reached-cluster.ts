import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster } from "../../../../src/core/index.ts";
import { createClusterSource } from "../../../../src/runtime/cluster-source.ts";
import { loadKubeconfig } from "../../../../src/runtime/kubeconfig.ts";
import { createSelfSigned } from "../../../../src/sim/self-signed.ts";
import type { Wrong } from "../row.ts";
import type { HastyClock } from "./loopback-api.ts";

export interface ReachedCluster {
  readonly open: () => Promise<Cluster>;
  readonly close: () => Promise<void>;
}

/** The cluster at `server`, as the server reaches it: by a kubeconfig, in which something may be wrong. */
export async function reachCluster(
  scratch: string,
  server: string,
  clock: HastyClock,
  wrong: Wrong | undefined,
): Promise<ReachedCluster> {
  const { cluster = { server }, user = { token: "any" }, close } = await entryOf(wrong);
  const kubeconfig = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "stage" },
    clusters: [{ name: "stage", cluster }],
    users: [{ name: "stage", user }],
    contexts: ["stage", "hidden"].map((name) => ({ name, context: { cluster: "stage", user: "stage" } })),
  };
  const file = join(scratch, "kubeconfig");
  await writeFile(file, JSON.stringify(kubeconfig));
  const source = createClusterSource({
    kubeconfig: loadKubeconfig({ explicitFiles: [file], env: {}, homeDirectory: "", workingDirectory: "/" }),
    ...{ version: "0.0.0", clock, env: {}, stdinIsTerminal: false, onPluginStderr: () => undefined },
  });
  return { open: () => source.open("stage"), close: async () => close?.() };
}

interface Entry {
  readonly cluster?: object;
  readonly user?: object;
  readonly close?: () => Promise<void>;
}

async function entryOf(wrong: Wrong | undefined): Promise<Entry> {
  switch (wrong) {
    case "absent plugin": {
      const exec = {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "/opt/absent/aws-iam-authenticator",
        args: ["--role", "ops"],
        interactiveMode: "Never",
      };
      return { user: { exec } };
    }
    case "another authority": {
      const { certificate } = await createSelfSigned("other", Date.now());
      return overTls(Date.now(), certificate);
    }
    case "expired certificate":
      return overTls(Date.parse("2015-01-01T00:00:00Z"));
    case "refused": {
      // A port that was free a moment ago.
      const probe = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
      const { port } = probe;
      await probe.stop(true);
      return { cluster: { server: `http://127.0.0.1:${port}` } };
    }
    case "no such host":
      return { cluster: { server: "http://absent.invalid:6443" } };
    case undefined:
      return {};
  }
}

async function overTls(made: number, authority?: string): Promise<Entry> {
  const { certificate, privateKey } = await createSelfSigned("stage", made);
  const tls = { cert: certificate, key: privateKey };
  const api = Bun.serve({ hostname: "127.0.0.1", port: 0, tls, fetch: () => new Response() });
  const trusted = btoa(authority ?? certificate);
  return {
    cluster: { server: `https://127.0.0.1:${api.port}`, "certificate-authority-data": trusted },
    close: () => api.stop(true),
  };
}
