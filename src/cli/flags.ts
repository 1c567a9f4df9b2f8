import { workloadKinds } from "../core/index.ts";

/** The commands. The first has no word of its own: `restart TARGET…`. */
export const commandNames = [
  "restart",
  "get",
  "status",
  "plan",
  "doctor",
  "explain",
  "serve",
  "version",
  "completion",
] as const;

export type CommandName = (typeof commandNames)[number];

export const formats = ["text", "wide", "json", "jsonl", "yaml", "name"] as const;

export type Format = (typeof formats)[number];

/** A command as its help and the completion show it. */
export interface CommandSpec {
  readonly usage: string;
  readonly about: string;
  readonly formats: readonly Format[];
  readonly examples: readonly string[];
}

export const commands: Readonly<Record<CommandName, CommandSpec>> = {
  restart: {
    usage: "restart TARGET… [flags]",
    about: `Restarts workloads and follows them until their pods are healthy. Without a target it opens the terminal UI.\n\nTARGET is TYPE/NAME, TYPE NAME…, or TYPE with a selector (-l, --field-selector, --filter and its shorthands). In a NAME * and ? stand for what they do in a shell; ^NAME and ^TYPE/NAME leave out. Types: ${workloadKinds.map(({ singular }) => singular).join(", ")}.`,
    formats: ["text", "wide", "json", "jsonl", "yaml", "name"],
    examples: [
      "restart deploy/web -n shop",
      "restart deploy web api -n shop --yes",
      "restart sts -l tier=cache --dry-run",
      "restart deploy 'web-*' ^web-canary --older-than 30d",
      "restart -f k8s --uses secret/tls --yes",
    ],
  },
  get: {
    usage: "restart get [TYPE|TARGET…] [flags]",
    about: "Lists workloads and the state of their rollouts.",
    formats: ["text", "wide", "json", "jsonl", "yaml", "name"],
    examples: [
      "restart get",
      "restart get deploy -A",
      "restart get --context 'shop-*' -n shop -o wide",
      "restart get -A --watch --sort-by=rollout",
    ],
  },
  status: {
    usage: "restart status TARGET… [flags]",
    about: "Follows rollouts that anyone has started, to their end.",
    formats: ["text", "json", "jsonl", "yaml"],
    examples: ["restart status deploy/web -n shop", "restart status deploy -l app=web --no-wait"],
  },
  plan: {
    usage: "restart plan [TARGET…] [flags]",
    about:
      "Says what a restart would do and what stands in its way: pods, the fewest that stay ready, the time it takes, findings. Changes nothing. Exit code 4 when something blocks.",
    formats: ["text", "wide", "json", "jsonl", "yaml", "name"],
    examples: ["restart plan deploy/web -n shop", "restart plan -A -o json", "restart plan sts -l tier=cache -o yaml"],
  },
  doctor: {
    usage: "restart doctor [--context NAME]",
    about:
      "Says what would keep restart from working: kubeconfig, clusters, credentials, permissions, terminal. Changes nothing.\n\nIt looks at the current context; --context '*' is all of them.",
    formats: ["text", "json", "yaml"],
    examples: ["restart doctor", "restart doctor --context '*'", "restart doctor -n shop -o json"],
  },
  explain: {
    usage: "restart explain [CODE]",
    about: "Says what a finding, an outcome or an exit code means and what to do.",
    formats: ["text", "json", "yaml"],
    examples: ["restart explain paused", "restart explain stalled", "restart explain 9"],
  },
  serve: {
    usage: "restart serve [flags]",
    about: "Answers restarts over Connect, gRPC-Web and gRPC, until Ctrl-C.",
    formats: ["text"],
    examples: ["restart serve", "restart serve --listen unix:/run/restart.sock --clusters 'stage-*'"],
  },
  version: {
    usage: "restart version",
    about: "Prints the version.",
    formats: ["text", "json", "yaml"],
    examples: ["restart version -o json"],
  },
  completion: {
    usage: "restart completion bash|zsh|fish",
    about: "Prints the completion script of a shell.",
    formats: ["text"],
    examples: ["source <(restart completion bash)"],
  },
};

/** One flag. With a `value` it takes one, else it is a switch. */
export interface FlagSpec {
  readonly name: string;
  readonly short?: string;
  readonly value?: string;
  /** A value that may follow `=`, and only there: a switch that swallowed the next word would swallow a target. */
  readonly optional?: string;
  readonly repeats?: true;
  readonly about: string;
  readonly group: "targets" | "cluster" | "run" | "output";
  readonly commands: readonly CommandName[];
}

const onClusters: readonly CommandName[] = ["restart", "get", "status", "plan"];
const planning: readonly CommandName[] = ["restart", "plan"];
const looking: readonly CommandName[] = [...onClusters, "doctor"];
const reaching: readonly CommandName[] = [...looking, "serve"];
const following: readonly CommandName[] = ["restart", "status"];

/** Every flag. Parsing, help, spelling advice and completion read this list. */
export const flags: readonly FlagSpec[] = [
  flag("targets", looking, "namespace", "namespace, also a pattern; ^ excludes", {
    short: "n",
    value: "NAME",
    repeats: true,
  }),
  flag("targets", onClusters, "all-namespaces", "every namespace", { short: "A" }),
  flag("targets", onClusters, "selector", "label selector", { short: "l", value: "SELECTOR" }),
  flag("targets", onClusters, "field-selector", "field selector", { value: "SELECTOR" }),
  flag("targets", onClusters, "filter", "conditions that all hold: 'ready<1 !kind:sts restarted>7d image:nginx*'", {
    value: "FILTER",
    repeats: true,
  }),
  flag("targets", onClusters, "older-than", "the oldest present pod is older: 90s, 5m, 2h, 30d", {
    value: "AGE",
    repeats: true,
  }),
  flag("targets", onClusters, "image", "one of the images: a name, a pattern, :tag or @digest", {
    value: "IMAGE",
    repeats: true,
  }),
  flag("targets", onClusters, "uses", "the pods use secret/NAME or configmap/NAME, also a pattern", {
    value: "OBJECT",
    repeats: true,
  }),
  flag("targets", onClusters, "stale", "a pod is older than the last change of a Secret or ConfigMap that it uses"),
  flag("targets", onClusters, "not-ready", "fewer pods are ready than there should be"),
  flag("targets", onClusters, "restarted-before", "last restarted before a time, or longer ago than an age", {
    value: "TIME|AGE",
    repeats: true,
  }),
  flag("targets", onClusters, "owner", "what deploys it: helm, flux, argocd or none", { value: "NAME", repeats: true }),
  flag("targets", onClusters, "filename", "file or folder that names the workloads; - is standard input", {
    short: "f",
    value: "PATH",
    repeats: true,
  }),
  flag("targets", onClusters, "recursive", "folders inside of the folders of -f, too", { short: "R" }),
  flag("targets", onClusters, "skip-invalid", "go on without what cannot be read in the files of -f"),
  flag("targets", onClusters, "exclude", "leave out NAME or TYPE/NAME, also a pattern; ^NAME does the same", {
    value: "PATTERN",
    repeats: true,
  }),
  flag("targets", planning, "skip-missing", "go on with the rest when a named workload does not exist"),
  flag("targets", planning, "restart-owner", "restart the workload above a pod, ReplicaSet or Job that is named"),
  flag("targets", planning, "skip-blocked", "go on with the rest when a workload is blocked"),
  flag("cluster", looking, "context", "context, also a pattern; ^ excludes", { value: "NAME", repeats: true }),
  flag("cluster", reaching, "kubeconfig", "kubeconfig file", { value: "FILE", repeats: true }),
  flag("cluster", reaching, "cluster", "cluster of the kubeconfig", { value: "NAME" }),
  flag("cluster", reaching, "user", "user of the kubeconfig", { value: "NAME" }),
  flag("cluster", reaching, "server", "URL of the API server", { short: "s", value: "URL" }),
  flag("cluster", reaching, "token", "bearer token", { value: "TOKEN" }),
  flag("cluster", reaching, "as", "user to impersonate", { value: "USER" }),
  flag("cluster", reaching, "as-group", "group to impersonate", { value: "GROUP", repeats: true }),
  flag("cluster", reaching, "as-uid", "UID to impersonate", { value: "UID" }),
  flag("cluster", reaching, "insecure-skip-tls-verify", "do not check the server's certificate"),
  flag("cluster", reaching, "request-timeout", "limit of one request; 0 is none", { value: "DURATION" }),
  flag("run", ["serve"], "listen", "address, or unix:PATH (127.0.0.1:8484)", { value: "ADDRESS" }),
  flag("run", ["serve"], "auth", "token, or none on a loopback address (token)", { value: "MODE" }),
  flag("run", ["serve"], "token-file", "tokens, one a line; the default file is made when it is missing", {
    value: "FILE",
  }),
  flag("run", ["serve"], "tls-cert", "certificate chain in PEM", { value: "FILE" }),
  flag("run", ["serve"], "tls-key", "its key in PEM", { value: "FILE" }),
  flag("run", ["serve"], "clusters", "contexts that callers may use, also a pattern; ^ excludes (all)", {
    value: "NAME",
    repeats: true,
  }),
  flag("run", ["serve"], "print-config", "print what would be used, and end"),
  flag("run", ["restart"], "dry-run", "show the plan; the API server checks the change and stores nothing"),
  flag(
    "run",
    ["restart"],
    "yes",
    "do not ask; --yes=N with the exact number of workloads where plain --yes is not enough",
    { short: "y", optional: "N" },
  ),
  flag("run", [...following, "plan"], "no-wait", "do not follow the rollout"),
  flag("run", ["status"], "watch", "follow to the end; --watch=false is --no-wait", { short: "w" }),
  flag("run", planning, "allow", "findings that may not block this time, separated by commas", {
    value: "CODE",
    repeats: true,
  }),
  flag("run", planning, "block", "findings that block this time, separated by commas", {
    value: "CODE",
    repeats: true,
  }),
  flag("run", planning, "delete-pods", "with the strategy OnDelete, delete the old pods one after the other"),
  flag("run", following, "stall-timeout", "give up after so long without progress (10m)", { value: "DURATION" }),
  flag("run", following, "fail-after", "trouble that may heal fails after so long (60s)", { value: "DURATION" }),
  flag("run", following, "timeout", "limit of all rollouts together (none)", { value: "DURATION" }),
  flag("run", following, "wait-terminated", "wait until the old pods are gone, too"),
  flag("run", planning, "field-manager", "name under which the change is recorded (restart)", { value: "NAME" }),
  flag("run", ["restart"], "read-only", "refuse to change anything"),
  flag(
    "output",
    ["restart", "get", "status", "plan", "doctor", "explain", "version"],
    "output",
    "text, wide, json, jsonl, yaml or name",
    { short: "o", value: "FORMAT" },
  ),
  flag("output", ["get"], "watch", "go on showing what changes, until Ctrl-C", { short: "w" }),
  flag("output", ["get"], "sort-by", "column to sort by; - in front is the other way round", { value: "COLUMN" }),
  flag("output", commandNames, "no-color", "no colours"),
  flag("output", ["restart"], "ascii", "draw the terminal UI with ASCII alone"),
  flag("output", [...following, "get"], "plain", "never redraw: one line per change"),
  flag("output", looking, "verbose", "one line per request on standard error", { short: "v" }),
  flag("output", commandNames, "help", "this text", { short: "h" }),
];

function flag(
  group: FlagSpec["group"],
  of: readonly CommandName[],
  name: string,
  about: string,
  more: Pick<FlagSpec, "short" | "value" | "optional" | "repeats"> = {},
): FlagSpec {
  return { name, about, group, commands: of, ...more };
}
