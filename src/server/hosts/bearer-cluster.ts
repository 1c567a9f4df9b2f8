import { type Cluster, RestartError } from "../../core/index.ts";

/**
 * A cluster over a fetch that adds no credentials: one with a bearer token. `server` is its URL without a slash at the
 * end. A redirect comes back as it is, for the API client to refuse.
 */
export function bearerCluster(
  name: string,
  server: string,
  token: string,
  send: (url: string, init: RequestInit) => Promise<Response>,
): Cluster {
  return {
    name,
    uid: undefined,
    server,
    fetch: async (path, init) => {
      try {
        const headers = { ...init.headers, authorization: `Bearer ${token}` };
        return await send(`${server}${path}`, { ...init, headers, redirect: "manual" });
      } catch (cause) {
        init.signal?.throwIfAborted();
        throw new RestartError("Unreachable", `cluster ${JSON.stringify(name)} is unreachable`, { cause });
      }
    },
  };
}
