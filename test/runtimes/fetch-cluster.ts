import type { Cluster } from "../../src/core/index.ts";

/** A cluster over a runtime's own fetch. A redirect comes back as it is, for the API client to refuse. */
export function fetchCluster(
  name: string,
  server: string,
  token: string,
  send: (url: string, init: RequestInit) => Promise<Response>,
): Cluster {
  return {
    name,
    uid: undefined,
    server,
    fetch: (path, init) =>
      send(`${server}${path}`, {
        ...init,
        redirect: "manual",
        headers: { ...init.headers, ...(token !== "" && { authorization: `Bearer ${token}` }) },
      }),
  };
}
