import { cleanText } from "../../core/index.ts";

/** What the operator of a server that has just started needs to know. */
export interface ServeStart {
  /** Where it listens, as a client writes it. */
  readonly url: string;
  readonly socketPath: string | undefined;
  readonly certFile: string | undefined;
  /** Undefined without authentication. `isBare` when the file holds nothing but one token. */
  readonly tokenFile: { readonly path: string; readonly isBare: boolean; readonly isNew: boolean } | undefined;
  readonly clusters: readonly string[];
  readonly example: { readonly cluster: string; readonly namespace: string };
  /** Tokens cross a network in clear. */
  readonly isExposed: boolean;
}

/** The first lines of a server: where, for whom, and one call to copy. The token itself is never among them. */
export function serveLines(start: ServeStart): string {
  const { url, socketPath, tokenFile, clusters, isExposed } = start;
  const where = socketPath === undefined ? url : `unix:${socketPath}`;
  const callers =
    tokenFile === undefined
      ? "anyone who can connect may call"
      : `callers bear a token of ${cleanText(tokenFile.path)}${tokenFile.isNew ? ", made just now" : ""}`;
  const some = clusters.slice(0, 5).map((name) => cleanText(name));
  const more = clusters.length > some.length ? ` and ${clusters.length - some.length} more` : "";
  return [
    `serving on ${cleanText(where)}; ${callers}; clusters: ${some.join(", ")}${more}\n`,
    isExposed ? "Warning: tokens cross the network in clear; --tls-cert and --tls-key encrypt them\n" : "",
    `A restart, with the workload's name in place of NAME:\n  ${curl(start)}\n`,
  ].join("");
}

function curl({ url, socketPath, certFile, tokenFile, clusters, example }: ServeStart): string {
  const message = {
    // The only cluster needs no name.
    ...(clusters.length > 1 && { cluster: example.cluster }),
    group: "apps",
    version: "v1",
    resource: "deployments",
    namespace: example.namespace,
    name: "NAME",
  };
  return [
    "curl",
    ...(socketPath === undefined ? [] : ["--unix-socket", quoted(socketPath)]),
    ...(certFile === undefined ? [] : ["--cacert", quoted(certFile)]),
    ...(tokenFile === undefined ? [] : [`-H "Authorization: Bearer $(${readToken(tokenFile)})"`]),
    "-H 'Content-Type: application/json'",
    `-d ${quoted(JSON.stringify(message))}`,
    `${url}/otterscale.runtime.v1.RuntimeService/Restart`,
  ].join(" ");
}

function readToken({ path, isBare }: NonNullable<ServeStart["tokenFile"]>): string {
  // Of a list the first token; a label may stand in front of it.
  return isBare ? `cat ${quoted(path)}` : `awk '!/^#/ && NF {print $NF; exit}' ${quoted(path)}`;
}

function quoted(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
