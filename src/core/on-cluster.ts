import { RestartError, toRestartError } from "../kube/error.ts";

/** An error with the context that it came from, for the sentence. */
export function onCluster(caught: unknown, cluster: string): RestartError {
  const error = toRestartError(caught);
  if (error.detail["cluster"] !== undefined) return error;
  const { status, retryAfterSeconds, causes, detail } = error;
  return new RestartError(error.reason, error.message, {
    cause: error,
    causes,
    detail: { ...detail, cluster },
    ...(status !== undefined && { status }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}
