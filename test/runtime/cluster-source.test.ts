import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClusterSourceOptions, createClusterSource } from "../../src/runtime/cluster-source.ts";
import type { Kubeconfig } from "../../src/runtime/kubeconfig.ts";
import type { KubeconfigUser } from "../../src/runtime/kubeconfig-entry.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { failureOf } from "./cluster-under-test.ts";
import { createPki, type Pki } from "./pki.ts";
import { type Echo, startApiServer, type TestServer } from "./servers.ts";

const origin = { file: "/kubeconfig", line: 1 };
let pki: Pki;
let api: TestServer;

beforeAll(async () => {
  pki = createPki();
  api = await startApiServer(pki);
});
afterAll(async () => {
  await api.close();
  pki.remove();
});

function kubeconfig(users: readonly Partial<KubeconfigUser>[] = [{ token: "t" }]): Kubeconfig {
  return {
    clusters: [
      {
        name: "eu",
        origin,
        server: `https://127.0.0.1:${api.port}`,
        insecureSkipTlsVerify: false,
        disableCompression: false,
        certificateAuthorityData: pki.goodCa.cert,
      },
    ],
    users: users.map((user, index) => ({ name: `user-${index}`, origin, ...user })),
    contexts: [
      { name: "prod", origin, cluster: "eu", user: "user-0", namespace: "shop" },
      { name: "broken", origin, cluster: "nowhere", user: "user-0" },
    ],
    currentContext: "prod",
    files: ["/kubeconfig"],
    candidates: ["/kubeconfig"],
  };
}

const source = (options: Partial<ClusterSourceOptions> = {}) =>
  createClusterSource({
    kubeconfig: kubeconfig(),
    version: "1.2.3",
    env: {},
    clock: createVirtualClock(0),
    stdinIsTerminal: false,
    ...options,
  });
const echo = async (options: Partial<ClusterSourceOptions> = {}): Promise<Echo> => {
  const cluster = await source(options).open("prod");
  return (await cluster.fetch("/echo", {})).json() as Promise<Echo>;
};

describe("the clusters of a kubeconfig", () => {
  it("are all listed, also one that cannot be opened", () => {
    const { entries, current } = source();
    expect(entries).toEqual([
      {
        name: "prod",
        clusterName: "eu",
        server: `https://127.0.0.1:${api.port}`,
        userName: "user-0",
        namespace: "shop",
      },
      { name: "broken", clusterName: "nowhere", server: "", userName: "user-0", namespace: "default" },
    ]);
    expect(current).toBe("prod");
  });

  it("have no current one when nothing names it, and --context names another", () => {
    expect(source({ kubeconfig: { ...kubeconfig(), currentContext: "" } }).current).toBeUndefined();
    expect(source({ flags: { context: "broken" } }).current).toBe("broken");
  });

  it("are opened by name, and share what was opened", async () => {
    const clusters = source();
    const [one, two] = await Promise.all([clusters.open("prod"), clusters.open("prod")]);
    expect(one).toMatchObject({ name: "prod", server: `https://127.0.0.1:${api.port}`, uid: undefined });
    const before = api.connections();
    for (const cluster of [one, two]) await (await cluster.fetch("/echo", {})).text();
    expect(api.connections() - before).toBe(1);
  });

  it("are refused by a name that is none, with the nearest", async () => {
    const error = await failureOf(source().open("prd"));
    expect([error.reason, error.message, error.detail["nearest"]]).toEqual([
      "Usage",
      'context "prd" does not exist in the kubeconfig',
      "prod",
    ]);
    expect((await failureOf(source().open("broken"))).message).toContain(
      'names the cluster "nowhere", which does not exist',
    );
  });
});

describe("a request to an opened cluster", () => {
  it("says what program, system and processor it comes from", async () => {
    const { headers } = await echo();
    expect(headers["user-agent"]).toMatch(/^restart\/1\.2\.3 \([a-z0-9]+\/(?:amd64|arm64)\)$/u);
    expect(headers["authorization"]).toBe("Bearer t");
  });

  it("takes the user and the impersonation of the flags", async () => {
    const options = { kubeconfig: kubeconfig([{ token: "t" }, { username: "me", password: "pass" }]) };
    const { headers } = await echo({ ...options, flags: { user: "user-1", as: "eve", asGroups: ["ops"] } });
    expect(headers).toMatchObject({
      authorization: `Basic ${btoa("me:pass")}`,
      "impersonate-user": "eve",
      "impersonate-group": "ops",
    });
  });

  it("is told with its context", async () => {
    const told: string[] = [];
    await echo({ onRequest: (context, { method, path }) => told.push(`${context} ${method} ${path}`) });
    expect(told).toEqual(["prod GET /echo"]);
  });
});

describe("the credentials of a user", () => {
  const exec = { apiVersion: "x", command: "/no/such/plugin", args: [], env: [], provideClusterInfo: false };

  it("that are written down win over a plugin, as in client-go", async () => {
    expect((await echo({ kubeconfig: kubeconfig([{ token: "t", exec }]) })).headers["authorization"]).toBe("Bearer t");
  });

  it.each([
    {
      name: "token and password",
      user: { token: "t", username: "me" },
      says: "has both a token and a user name with password",
    },
    {
      name: "plugin and provider",
      user: { exec, authProvider: { name: "gcp", config: {} } },
      says: "has both a credential plugin (exec) and an auth-provider",
    },
    {
      name: "a certificate without key",
      user: { clientCertificateData: "x" },
      says: "has a client-certificate but no client-key",
    },
    {
      name: "a key without certificate",
      user: { clientKeyData: "x" },
      says: "has a client-key but no client-certificate",
    },
    {
      name: "a certificate file that is not there",
      user: { clientCertificate: "/no/such.crt", clientKey: "/no/such.key" },
      says: 'the client-certificate of user "user-0" does not exist: /no/such.crt',
    },
  ])("that are $name are refused with their place", async ({ user, says }) => {
    const error = await failureOf(source({ kubeconfig: kubeconfig([user]) }).open("prod"));
    expect(error.reason).toBe("InvalidConfig");
    expect(error.message).toContain("/kubeconfig:1: ");
    expect(error.message).toContain(says);
  });
});
