import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import type { Kubeconfig } from "./kubeconfig.ts";

/** The name of the context that a pod gets when it has no kubeconfig. */
export const inClusterName = "in-cluster";

const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

export interface InClusterOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the service account is mounted. */
  readonly folder?: string;
}

/** The configuration of a pod's service account as a kubeconfig, or undefined outside of a cluster. */
export function inClusterKubeconfig({ env, folder = serviceAccountFolder }: InClusterOptions): Kubeconfig | undefined {
  const host = env["KUBERNETES_SERVICE_HOST"];
  const port = env["KUBERNETES_SERVICE_PORT"];
  const tokenFile = join(folder, "token");
  if (!host || !port || !existsSync(tokenFile)) return undefined;
  const origin = { file: folder, line: 1 };
  const certificateAuthority = join(folder, "ca.crt");
  const namespace = env["POD_NAMESPACE"] || readText(join(folder, "namespace"));
  return {
    clusters: [
      {
        name: inClusterName,
        origin,
        server: `https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
        insecureSkipTlsVerify: false,
        disableCompression: false,
        ...(existsSync(certificateAuthority) && { certificateAuthority }),
      },
    ],
    users: [{ name: inClusterName, origin, tokenFile }],
    contexts: [
      { name: inClusterName, origin, cluster: inClusterName, user: inClusterName, ...(namespace && { namespace }) },
    ],
    currentContext: inClusterName,
    files: [],
    candidates: [],
  };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}
