import { describe, expect, it } from "vitest";
import { type ContextFlags, resolveContext } from "../../src/runtime/context-entry.ts";
import type { KubeconfigCluster, KubeconfigContext, KubeconfigUser } from "../../src/runtime/kubeconfig-entry.ts";

const origin = { file: "/home/me/.kube/config", line: 3 };

interface Parts {
  readonly cluster?: Partial<KubeconfigCluster>;
  readonly user?: Partial<KubeconfigUser>;
  readonly context?: Partial<KubeconfigContext>;
}

const resolved = ({ cluster, user, context }: Parts, flags: ContextFlags = {}) =>
  resolveContext(
    {
      clusters: [
        {
          name: "c",
          origin,
          server: "https://kube.test:6443",
          insecureSkipTlsVerify: false,
          disableCompression: false,
          ...cluster,
        },
      ],
      users: [{ name: "u", origin, ...user }],
      contexts: [{ name: "x", origin, cluster: "c", user: "u", ...context }],
      currentContext: "x",
      files: [origin.file],
      candidates: [origin.file],
    },
    flags,
  );

describe("the server", () => {
  it.each([
    {
      name: "keeps its path",
      cluster: { server: "https://gate.test/k8s/clusters/c-1/" },
      want: "https://gate.test/k8s/clusters/c-1",
    },
    {
      name: "without a scheme is http, as in client-go",
      cluster: { server: "kube.test:8080" },
      want: "http://kube.test:8080",
    },
    {
      name: "without a scheme is https when something about TLS is said",
      cluster: { server: "kube.test:6443", certificateAuthority: "/ca.crt" },
      want: "https://kube.test:6443",
    },
    {
      name: "may be an address of version 6",
      cluster: { server: "https://[fd00::1]:6443" },
      want: "https://[fd00::1]:6443",
    },
  ])("$name", ({ cluster, want }) => {
    expect(resolved({ cluster }).server).toBe(want);
  });

  it.each(["https://me:secret@kube.test", "https://kube.test/?token=secret", "ftp://kube.test", "https://"])(
    "%s is refused with its place and without its secrets",
    (server) => {
      const refuse = (): unknown => resolved({ cluster: { server } });
      expect(refuse).toThrow(/^\/home\/me\/\.kube\/config:3: the server of cluster "c" /u);
      expect(refuse).not.toThrow("secret");
    },
  );
});

describe("the namespace", () => {
  it.each([
    { name: "of the flag", context: { namespace: "shop" }, flags: { namespace: "pay" }, want: "pay" },
    { name: "of the context", context: { namespace: "shop" }, flags: {}, want: "shop" },
    { name: "default, when nothing names one", context: {}, flags: {}, want: "default" },
  ])("is that $name", ({ context, flags, want }) => {
    expect(resolved({ context }, flags).namespace).toBe(want);
  });
});

describe("impersonation", () => {
  const written = { user: "bob", uid: "1", groups: ["dev"], extra: { reason: ["a"] } };

  it.each([
    { name: "comes from the kubeconfig", flags: {}, want: written },
    {
      name: "takes each flag over the kubeconfig, one by one",
      flags: { as: "eve", asGroups: ["ops", "sre"] },
      want: { ...written, user: "eve", groups: ["ops", "sre"] },
    },
    {
      name: "keeps the groups when no flag names one",
      flags: { asUid: "2", asGroups: [] },
      want: { ...written, uid: "2" },
    },
  ])("$name", ({ flags, want }) => {
    expect(resolved({ user: { impersonate: written } }, flags).impersonate).toEqual(want);
  });

  it("of flags alone works for a user who has none", () => {
    expect(resolved({}, { as: "eve" }).impersonate).toEqual({ user: "eve", groups: [], extra: {} });
    expect(resolved({}).impersonate).toBeUndefined();
  });

  it.each([
    { name: "a flag", parts: {}, flags: { asGroups: ["ops"] }, reason: "Usage" },
    {
      name: "the kubeconfig",
      parts: { user: { impersonate: { groups: ["ops"], extra: {} } } },
      flags: {},
      reason: "InvalidConfig",
    },
  ])("of groups without a user in $name is refused, where kubectl refuses it", ({ parts, flags, reason }) => {
    const refuse = (): unknown => resolved(parts, flags);
    expect(refuse).toThrow("requesting uid, groups or user-extra without impersonating a user");
    expect(refuse).toThrow(expect.objectContaining({ reason }));
  });
});
