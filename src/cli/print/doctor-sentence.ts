import type { Check, CredentialFacts, CredentialKind, FolderFacts, Place, Right, TlsFacts } from "../../core/index.ts";
import { formatAge, formatDuration } from "../../words/duration.ts";
import { count, listed } from "../../words/names.ts";
import { errorSentence } from "./errors.ts";

type Of<Name extends Check["check"]> = Extract<Check, { readonly check: Name }>;

const sources = { flag: "--kubeconfig", environment: "KUBECONFIG", default: "the default file", "in-cluster": "a pod" };

/** What a check has to say, in one sentence. `now` in milliseconds. */
export function checkSentence(check: Check, now: number): string {
  switch (check.check) {
    case "kubeconfig":
      return check.source === "in-cluster"
        ? "the service account of this pod: no kubeconfig has a context"
        : `no kubeconfig has a context; looked for by ${sources[check.source]}`;
    case "file":
      return fileSentence(check);
    case "key-file":
      return check.file.missing
        ? `${check.file.file} of user ${check.file.user} does not exist`
        : `${check.file.file} of user ${check.file.user}${exposure(check.status, check.file.mode)}`;
    case "shadowed": {
      const { entry, name, file, line, by } = check.entry;
      return `${entry} ${name} in ${file}:${line} counts for nothing: ${by} has one of that name and is read first`;
    }
    case "current-context":
      if (check.error !== undefined) return errorOf(check);
      return check.name === ""
        ? "none; name one with --context"
        : `${check.name}${check.file === "" ? "" : ` (${check.file})`}`;
    case "entry":
      return check.entry === undefined ? errorOf(check) : entrySentence(check.entry, check.proxy);
    case "tls":
      return check.error === undefined ? tlsSentence(check.tls, now) : errorOf(check);
    case "credentials":
      return check.credentials === undefined ? errorOf(check) : credentialSentence(check.credentials, now);
    case "reach":
      return check.milliseconds === undefined
        ? errorOf(check)
        : `answers in ${Math.round(check.milliseconds * 10) / 10} ms (median of three)`;
    case "version":
      return check.version === ""
        ? errorOf(check)
        : `${check.version}${check.status === "ok" ? "" : ", older than what this program is made for"} (tested with ${check.tested})`;
    case "identity":
      return identitySentence(check);
    case "permissions":
      return permissionSentence(check);
    case "priority":
      return check.level === "" ? `level ${check.levelUid}, whose name could not be read` : `level ${check.level}`;
    case "clock":
      return clockSentence(check.aheadSeconds);
    case "terminal":
      return terminalSentence(check);
    case "config":
      return check.folder.exists
        ? `${check.folder.path} is there; this version does not read it yet`
        : `no ${check.folder.path}; this version does not read one yet`;
    case "state":
      return stateSentence(check.folder);
    case "executable":
      return `restart ${check.executable.version}, ${check.executable.platform}, ${check.executable.runtime}`;
  }
}

function errorOf({ error }: Check): string {
  return error === undefined ? "unknown" : errorSentence(error);
}

function fileSentence({ file, source, status, error }: Of<"file">): string {
  if (error !== undefined) return errorSentence(error);
  if (file.state === "missing") return `${file.file} (${sources[source]}) does not exist`;
  const holds = [count(file.contexts, "context"), count(file.clusters, "cluster"), count(file.users, "user")];
  return `${file.file} (${sources[source]}): ${listed(holds)}${exposure(status, file.mode)}`;
}

function exposure(status: Check["status"], mode = 0): string {
  return status === "ok" ? "" : `; others may read its keys (mode ${mode.toString(8).padStart(4, "0")}): chmod 600`;
}

function entrySentence(
  { context, cluster, user }: NonNullable<Of<"entry">["entry"]>,
  proxy: string | undefined,
): string {
  const place = ({ file, line }: Place) => `${file}:${line}`;
  const parts = [
    ...(context === undefined ? [] : [`context ${place(context)}`]),
    `cluster ${cluster.name} ${place(cluster)}`,
    ...(user === undefined ? ["no user"] : [`user ${user.name} ${place(user)}`]),
    ...(proxy === undefined ? [] : [`through the proxy ${proxy}`]),
  ];
  return parts.join(", ");
}

function tlsSentence(
  { secure, insecureSkipVerify, authorities, authoritiesFile, certificate }: TlsFacts,
  now: number,
): string {
  if (!secure) return "plain HTTP: anybody on the way reads the credentials";
  const who =
    authorities === "file"
      ? `the authority in ${authoritiesFile ?? ""}`
      : authorities === "kubeconfig"
        ? "the kubeconfig's authority"
        : "the machine's authorities";
  const check = insecureSkipVerify
    ? "the server's certificate is not checked (insecure-skip-tls-verify)"
    : `checked against ${who}`;
  if (certificate === undefined) return check;
  return `${check}; ${certificate.subject}, signed by ${certificate.issuer}, ${until(certificate.notAfter, now)}`;
}

const kinds: Readonly<Record<CredentialKind, string>> = {
  none: "none: requests are anonymous",
  "client-certificate": "client certificate",
  token: "token",
  "token-file": "token in a file",
  password: "user name and password",
  exec: "plugin",
  "auth-provider": "auth-provider",
};

function credentialSentence({ kinds: some, program, subject, expiresAt }: CredentialFacts, now: number): string {
  const words = some.map((kind) => {
    if (kind === "client-certificate" && subject !== undefined) return `${kinds[kind]} of ${subject}`;
    return (kind === "exec" || kind === "auth-provider") && program !== undefined
      ? `${kinds[kind]} ${program}`
      : kinds[kind];
  });
  return `${listed(words)}${expiresAt === undefined ? "" : `, ${until(expiresAt, now)}`}`;
}

function until(end: string, now: number): string {
  const left = Date.parse(end) - now;
  return left > 0 ? `valid for ${formatAge(left)}` : `expired ${formatAge(-left)} ago`;
}

function identitySentence(check: Of<"identity">): string {
  const { user, groups, clusterUid } = check;
  if (check.error !== undefined) return errorOf(check);
  const cluster =
    clusterUid === undefined
      ? "the cluster's identity (namespace kube-system) may not be read"
      : `cluster ${clusterUid}`;
  return `${user}${groups.length === 0 ? "" : `, in ${listed(groups)}`}; ${cluster}`;
}

function permissionSentence(check: Of<"permissions">): string {
  const { namespace, rights, incomplete } = check;
  if (check.error !== undefined) return errorOf(check);
  const lines = rights.flatMap((right) => [
    ...(right.missing.length > 0 ? [`may not ${listed(right.missing)} ${nameOf(right)}`] : []),
    ...(right.named.length > 0 ? [`may ${listed(right.named)} ${nameOf(right)} of certain names only`] : []),
  ]);
  const doubt = incomplete ? "; the server could not tell all, so there may be more" : "";
  return `in namespace ${namespace}: ${lines.length === 0 ? "all that a restart takes" : lines.join("; ")}${doubt}`;
}

function nameOf({ group, resource }: Right): string {
  return group === "" ? resource : `${resource}.${group}`;
}

function clockSentence(ahead: number): string {
  if (ahead === 0) return "as the server's, to the second";
  return `${formatDuration(Math.abs(ahead) * 1000)} ${ahead > 0 ? "ahead of" : "behind"} the server's`;
}

function terminalSentence({ terminal }: Of<"terminal">): string {
  const { stdin, stdout, stderr, columns, rows, colour, term, unicode } = terminal;
  const none = Object.entries({ input: stdin, output: stdout, error: stderr }).flatMap(([name, is]) =>
    is ? [] : [name],
  );
  const size = none.length === 3 ? "" : `${columns}×${rows}, `;
  const open =
    none.length === 0
      ? "a terminal"
      : none.length === 3
        ? "no terminal"
        : `a terminal, but not standard ${listed(none)}`;
  const dumb = term === "dumb" ? ", cannot move its cursor: no terminal UI" : "";
  return `${open}, ${size}TERM=${term}, ${colour ? "colours" : "no colours"}, ${unicode ? "Unicode" : "no UTF-8 locale"}${dumb}`;
}

function stateSentence({ path, exists, writable }: FolderFacts): string {
  if (!writable) return `${path} cannot be ${exists ? "written" : "made"}`;
  return exists ? `${path} can be written` : `${path} is not there and can be made`;
}
