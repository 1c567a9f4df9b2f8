import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestartError } from "../../src/kube/error.ts";
import { type ContextFlags, resolveContext } from "../../src/runtime/context-entry.ts";
import { loadKubeconfig } from "../../src/runtime/kubeconfig.ts";
import { userCredentials } from "../../src/runtime/user-credentials.ts";
import { createVirtualClock } from "../virtual-clock.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "restart-kubeconfig-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function open(text: string, flags: ContextFlags = {}) {
  const path = join(folder, "config");
  writeFileSync(path, text);
  const kubeconfig = loadKubeconfig({
    explicitFiles: [path],
    env: {},
    homeDirectory: folder,
    workingDirectory: folder,
  });
  const entry = resolveContext(kubeconfig, flags);
  userCredentials(entry, { clock: createVirtualClock(0), env: {}, stdinIsTerminal: false });
  return entry;
}

function refusal(text: string, flags?: ContextFlags): RestartError {
  try {
    open(text, flags);
  } catch (error) {
    if (error instanceof RestartError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

const good = `apiVersion: v1
kind: Config
clusters:
- name: dev
  cluster: {server: "https://dev.example"}
users:
- name: alice
  user: {token: secret-token}
contexts:
- name: dev
  context: {cluster: dev, user: alice}
current-context: dev
`;
const edit = (from: string, to: string) => good.replace(from, to);

describe("a broken kubeconfig", () => {
  const table: readonly {
    readonly name: string;
    readonly text: string;
    readonly line: string | undefined;
    readonly says: RegExp;
  }[] = [
    { name: "that is no YAML", text: edit("clusters:", "clusters: ]"), line: "3", says: /not valid YAML/ },
    {
      name: "with a tab for indentation",
      text: edit("  cluster: {server", "\tcluster: {server"),
      line: "5",
      says: /not valid YAML/,
    },
    { name: "that is a list", text: "- a\n- b\n", line: "1", says: /must be a map, not a list/ },
    {
      name: "with one name twice",
      text: edit("users:", "- name: dev\n  cluster: {}\nusers:"),
      line: "6",
      says: /repeats the name "dev"/,
    },
    {
      name: "with a cluster that has no server",
      text: edit('{server: "https://dev.example"}', "{}"),
      line: "5",
      says: /"dev" has no server/,
    },
    {
      name: "with a server that is no URL",
      text: edit("https://dev.example", "ftp://dev.example"),
      line: "5",
      says: /not an http or https URL/,
    },
    {
      name: "with a context that names a cluster which is not there",
      text: edit("cluster: dev, user", "cluster: dve, user"),
      line: "11",
      says: /names the cluster "dve"/,
    },
    {
      name: "with a context that names a user who is not there",
      text: edit("user: alice}", "user: alcie}"),
      line: "11",
      says: /names the user "alcie"/,
    },
    {
      name: "with a current context that is not there",
      text: edit("current-context: dev", "current-context: prod"),
      line: undefined,
      says: /current context "prod" does not exist/,
    },
    {
      name: "with certificate data that is no base64",
      text: edit('"https://dev.example"', '"https://dev.example", certificate-authority-data: "%%%"'),
      line: "5",
      says: /certificate-authority-data/,
    },
    {
      name: "with two ways to log in",
      text: edit("{token: secret-token}", "{token: secret-token, username: a, password: b}"),
      line: "8",
      says: /both a token and a user name/,
    },
    {
      name: "with a plugin of an unknown version",
      text: edit("{token: secret-token}", "{exec: {command: x, apiVersion: v7}}"),
      line: "8",
      says: /v7/,
    },
    { name: "with a number for a token", text: edit("secret-token", "[1, 2]"), line: "8", says: /token/ },
  ];
  it.each(table)("$name is refused in one sentence with its place", ({ text, line, says }) => {
    const error = refusal(text);
    expect(error.reason).toBe("InvalidConfig");
    expect(error.message).toMatch(says);
    expect(error.message).not.toContain("\n");
    expect(error.message).not.toContain("secret-token");
    if (line !== undefined) expect(error.message).toContain(`${join(folder, "config")}:${line}: `);
  });
});

describe("a name on the command line", () => {
  it.each(["context", "cluster", "user"] as const)("that is no %s is refused with the nearest one", (noun) => {
    const text = good.replaceAll("alice", "production").replaceAll("dev", "production");
    const error = refusal(text, { [noun]: "prodution" });
    expect([error.reason, error.detail["nearest"]]).toEqual(["Usage", "production"]);
  });

  it("wins over what the context says", () => {
    const text = `${good}`.replace(
      "users:",
      "- name: other\n  cluster: {server: https://other.example}\nusers:\n- name: bob\n  user: {token: b}",
    );
    const entry = open(text, { cluster: "other", user: "bob", namespace: "shop", as: "boss", asGroups: ["admins"] });
    expect(entry).toMatchObject({
      server: "https://other.example",
      userName: "bob",
      namespace: "shop",
      impersonate: { user: "boss", groups: ["admins"] },
    });
  });
});

describe("no kubeconfig at all", () => {
  it("says where it was looked for", () => {
    const kubeconfig = loadKubeconfig({ env: {}, homeDirectory: "/nowhere", workingDirectory: "/" });
    expect(() => resolveContext(kubeconfig)).toThrow(
      "there is no cluster configuration: no context in /nowhere/.kube/config",
    );
  });
});
