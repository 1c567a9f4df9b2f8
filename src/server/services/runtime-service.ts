import type { ServiceImpl } from "@connectrpc/connect";
import { type RestartNow, resolveResource } from "../../core/index.ts";
import type { RuntimeService } from "../../gen/otterscale/runtime/v1/runtime_pb.ts";
import { audited } from "../audit.ts";
import { callerKey, checkAllowed, openCluster } from "../call.ts";
import type { ServerCapabilities } from "../capabilities.ts";

/** The seed contract: six strings in, nothing out once the cluster has taken the restart. */
export function createRuntimeService(
  capabilities: ServerCapabilities,
  restartNow: RestartNow,
): ServiceImpl<typeof RuntimeService> {
  const { limits } = capabilities;
  return {
    restart: async (request, context) => {
      await audited(capabilities, context, "otterscale.runtime.v1.RuntimeService/Restart", request, async () => {
        const name = checkAllowed(capabilities, request);
        const api = await openCluster(capabilities, context, request.cluster);
        const { signal } = context;
        const kind = await resolveResource(api, name, signal);
        return restartNow(api, kind, name, {
          fieldManager: "restart",
          minimumInterval: limits.minimumIntervalMilliseconds,
          auditId: context.values.get(callerKey).requestId,
          signal,
        });
      });
      return {};
    },
  };
}
