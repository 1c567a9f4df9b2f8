import { arch, platform } from "node:os";
import type { Cluster, ClusterEntry, ClusterSource } from "../core/index.ts";
import type { ContextFlags } from "./context-entry.ts";
import { resolveContext } from "./context-entry.ts";
import type { PluginHost } from "./exec-credential.ts";
import { inClusterKubeconfig } from "./in-cluster.ts";
import type { Kubeconfig } from "./kubeconfig.ts";
import type { RequestRecord } from "./transport.ts";
import { createClusterFetch } from "./transport.ts";
import { userCredentials } from "./user-credentials.ts";

export interface ClusterSourceOptions extends PluginHost {
  /** Read once by the caller; see `loadKubeconfig`. */
  readonly kubeconfig: Kubeconfig;
  /** `--context` decides `current`; `--cluster`, `--user` and `--as…` hold for every context that is opened. */
  readonly flags?: ContextFlags;
  /** Of this program, for `User-Agent`. */
  readonly version: string;
  /** `--request-timeout` in milliseconds. */
  readonly requestMilliseconds?: number;
  readonly onRequest?: (context: string, record: RequestRecord) => void;
}

/**
 * The clusters of a kubeconfig; of the pod's service account when no kubeconfig exists and this runs in a cluster.
 * `open` answers the same Cluster for the same name, so that its connections are shared.
 */
export function createClusterSource(options: ClusterSourceOptions): ClusterSource {
  const kubeconfig = effectiveKubeconfig(options);
  const opened = new Map<string, Cluster>();
  const current = options.flags?.context ?? kubeconfig.currentContext;
  return {
    entries: kubeconfig.contexts.map(
      (context): ClusterEntry => ({
        name: context.name,
        clusterName: context.cluster,
        server: kubeconfig.clusters.find((cluster) => cluster.name === context.cluster)?.server ?? "",
        userName: context.user,
        namespace: context.namespace ?? "default",
      }),
    ),
    current: current === "" ? undefined : current,
    open: async (name) => {
      const cluster = opened.get(name) ?? openCluster(kubeconfig, name, options);
      opened.set(name, cluster);
      return cluster;
    },
  };
}

/** The kubeconfig, or the pod's own configuration where there is none. */
export function effectiveKubeconfig({ kubeconfig, env }: Pick<ClusterSourceOptions, "kubeconfig" | "env">): Kubeconfig {
  const empty = kubeconfig.contexts.length === 0 && kubeconfig.clusters.length === 0;
  return (empty ? inClusterKubeconfig({ env }) : undefined) ?? kubeconfig;
}

function openCluster(kubeconfig: Kubeconfig, name: string, options: ClusterSourceOptions): Cluster {
  const entry = resolveContext(kubeconfig, { ...options.flags, context: name });
  const { onRequest } = options;
  const fetch = createClusterFetch(entry, {
    credentials: userCredentials(entry, options),
    env: options.env,
    userAgent: `restart/${options.version} (${platform()}/${goArch()})`,
    ...(options.requestMilliseconds !== undefined && { requestMilliseconds: options.requestMilliseconds }),
    ...(onRequest !== undefined && { onRequest: (record) => onRequest(entry.name, record) }),
  });
  return { name: entry.name, uid: undefined, server: entry.server, fetch };
}

// Audit logs are searched by the names that Go's clients send.
function goArch(): string {
  const name = arch();
  return name === "x64" ? "amd64" : name === "ia32" ? "386" : name;
}
