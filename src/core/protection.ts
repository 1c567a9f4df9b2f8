import type { ClusterEntry } from "./capabilities.ts";
import { matchPatterns } from "./pattern.ts";

const protectedPatterns = ["*prod*", "^*nonprod*", "^*non-prod*"];

/** What marks a cluster as protected: the name of its context, its own, or its server's host. Undefined when nothing does. */
export function protectionOf(entry: ClusterEntry): string | undefined {
  // PROD is as protected as prod.
  return [entry.name, entry.clusterName, hostOf(entry.server)].find((name) =>
    matchPatterns(protectedPatterns, name.toLowerCase()),
  );
}

function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).hostname : server;
}
