import { describe, expect, it } from "vitest";
import { guessFormat, type Invocation, parseArguments } from "../../src/cli/arguments.ts";

describe("arguments", () => {
  it.each<readonly [args: string, part: Partial<Invocation>]>([
    ["deploy/web", { command: "restart", words: ["deploy/web"], yes: false, wait: true, format: "text" }],
    ["deploy web api -n shop", { words: ["deploy", "web", "api"], namespaces: ["shop"] }],
    ["-n shop deploy/web --yes", { words: ["deploy/web"], yes: true }],
    ["--yes deploy/web", { words: ["deploy/web"], yes: true }],
    ["deploy/web --yes=3", { words: ["deploy/web"], yes: 3 }],
    ["deploy/web -y=3", { yes: 3 }],
    ["deploy/web --yes=true", { yes: true }],
    ["deploy/web --yes=false", { yes: false }],
    ["deploy/web -n=shop -o=json", { namespaces: ["shop"], format: "json" }],
    ["deploy/web -nshop -ojson", { namespaces: ["shop"], format: "json" }],
    ["deploy/web -n a -n b,c", { namespaces: ["a", "b,c"] }],
    ["deploy/web --context a --context ^b", { contexts: ["a", "^b"] }],
    ["deploy --all-namespaces=true", { allNamespaces: true }],
    ["deploy --all-namespaces=false", { allNamespaces: false }],
    ["deploy/web --no-wait", { wait: false }],
    ["deploy/web --wait=false", { wait: false }],
    ["status deploy/web -w=false", { command: "status", wait: false }],
    ["status deploy/web -w", { wait: true }],
    ["-n shop get deploy", { command: "get", words: ["deploy"], namespaces: ["shop"] }],
    ["deploy/web --dry-run", { dryRun: true }],
    ["deploy/web --dry-run=server", { dryRun: true }],
    ["deploy/web --dry-run=none", { dryRun: false }],
    ["deploy/web --allow paused,partition --allow downtime", { allow: ["paused", "partition", "downtime"] }],
    [
      "deploy/web --stall-timeout 2m --fail-after 0 --timeout 1h",
      { stallTimeout: 120_000, failAfter: 0, timeout: 3_600_000 },
    ],
    ["deploy/web --no-color --plain -v", { colour: false, plain: true, verbose: true }],
    ["deploy -- get", { words: ["deploy", "get"] }],
    ["help get", { command: "get", help: true }],
    ["get --help", { command: "get", help: true }],
    ["--help", { command: "restart", help: true }],
  ])("reads restart %s", (args, part) => {
    expect(parseArguments(args.split(" "))).toMatchObject(part);
  });

  it("hands on how to connect", () => {
    const args =
      "get --kubeconfig a --kubeconfig b --cluster c --user u -s https://x --token t --as me --as-group g --as-uid 7 --request-timeout 30s --insecure-skip-tls-verify";
    expect(parseArguments(args.split(" ")).connection).toEqual({
      kubeconfig: ["a", "b"],
      cluster: "c",
      user: "u",
      server: "https://x",
      token: "t",
      as: "me",
      asGroups: ["g"],
      asUid: "7",
      requestTimeout: 30_000,
      insecureSkipTlsVerify: true,
    });
  });

  it.each([
    ["deploy/web --bogus -o json", "json"],
    ["deploy/web -o=jsonl", "jsonl"],
    ["deploy/web -oyaml", "yaml"],
    ["deploy/web --output=json", "json"],
    ["deploy/web -o nonsense", "text"],
    ["deploy/web -o", "text"],
    ["deploy/web", "text"],
  ])("finds the format of an error in %s", (args, format) => {
    expect(guessFormat(args.split(" "))).toBe(format);
  });
});
