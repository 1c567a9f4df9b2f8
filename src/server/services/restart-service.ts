import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import {
  type Candidate,
  checkTargets,
  cleanText,
  findNamed,
  type KubeApi,
  listWorkloadsPage,
  parseLabelSelector,
  RestartError,
  type RestartNow,
  resolveResource,
  workloadKinds,
} from "../../core/index.ts";
import type { RestartService } from "../../gen/restart/v1/restart_pb.ts";
import { findingSentence } from "../../words/findings.ts";
import { objectName } from "../../words/names.ts";
import { audited } from "../audit.ts";
import { answer, callerKey, checkAllowed, openCluster, refuseDisallowed } from "../call.ts";
import type { ServerCapabilities } from "../capabilities.ts";
import { invalid, toConnectError } from "../errors.ts";
import { readPageToken, writePageToken } from "../page-token.ts";
import { workloadMessage } from "../workload-message.ts";
import { type CheckedName, isNamespace } from "../workload-name.ts";
import { watchRollout } from "./watch-rollout.ts";

const largestPage = 500;
const usualPage = 100;

/** The full contract, as far as it does not need runs. */
export function createRestartService(
  capabilities: ServerCapabilities,
  restartNow: RestartNow,
): ServiceImpl<typeof RestartService> {
  return {
    listClusters: () => ({ clusters: capabilities.clusters.names.map((name) => ({ name })) }),

    listWorkloads: (request, context) =>
      answer(capabilities, context, async () => {
        const { namespace, labelSelector, pageSize, pageToken } = request;
        const wanted = request.kind === "" ? "Deployment" : request.kind;
        const kind = workloadKinds.find((each) => each.kind === wanted);
        if (kind === undefined) {
          throw invalid(`kind is one of ${workloadKinds.map((each) => each.kind).join(", ")}`);
        }
        if (namespace !== "" && !isNamespace(namespace)) throw invalid("namespace is not a valid Kubernetes name");
        if (pageSize > largestPage) throw invalid(`page_size is at most ${largestPage}`);
        if (labelSelector !== "") parseLabelSelector(labelSelector);
        refuseDisallowed(capabilities, { ...kind, namespace });
        const api = await openCluster(capabilities, context, request.cluster);
        const list = { cluster: api.cluster.name, filter: JSON.stringify([kind.kind, namespace, labelSelector]) };
        const page = await listWorkloadsPage(api, kind, pageToken === "" ? "" : readPageToken(pageToken, list), {
          namespace: namespace === "" ? undefined : namespace,
          ...(labelSelector !== "" && { labelSelector }),
          limit: pageSize === 0 ? usualPage : pageSize,
          signal: context.signal,
        });
        return {
          workloads: page.items.map(workloadMessage),
          nextPageToken: page.token === "" ? "" : writePageToken({ ...list, continue: page.token }),
        };
      }),

    getWorkload: (request, context) =>
      answer(capabilities, context, async () => {
        const { found } = await find(capabilities, context, named(request.workload));
        if (found.type !== "found") throw found.error;
        return { workload: workloadMessage(found.item.workload) };
      }),

    previewRestart: (request, context) =>
      answer(capabilities, context, async () => {
        const candidate = await find(capabilities, context, named(request.workload));
        if (candidate.found.type === "missing") throw candidate.found.error;
        const options = { fieldManager: "restart", wait: false, allow: [] };
        const [target] = await checkTargets([candidate], options, context.signal);
        if (target === undefined) throw new RestartError("Unknown", "nothing was looked at");
        const findings = target.findings.map(({ code, level, evidence }) => ({
          code,
          level,
          evidence: Object.fromEntries(Object.entries(evidence).map(([key, text]) => [key, cleanText(text)])),
          message: cleanText(findingSentence({ code, level, evidence }, objectName(target.ref))),
        }));
        return {
          findings,
          affected: target.affected,
          strategy: target.strategy,
          allowed: findings.every(({ level }) => level !== "block"),
        };
      }),

    restart: async (request, context) => {
      const { signal } = context;
      const given = named(request.workload);
      const restarted = await audited(capabilities, context, "restart.v1.RestartService/Restart", given, async () => {
        const name = checkAllowed(capabilities, given);
        const api = await openCluster(capabilities, context, given.cluster);
        return restartNow(api, await resolveResource(api, name, signal), name, {
          fieldManager: "restart",
          minimumInterval: capabilities.limits.minimumIntervalMilliseconds,
          auditId: context.values.get(callerKey).requestId,
          ...(request.uid !== "" && { uid: request.uid }),
          signal,
        });
      });
      const { ref, generation, restartedAt, previousRestartedAt } = restarted;
      return {
        uid: ref.uid,
        generation,
        restartedAt,
        ...(previousRestartedAt !== undefined && { previousRestartedAt: cleanText(previousRestartedAt) }),
      };
    },

    watchRollout: (request, context) =>
      watchRollout(capabilities, request, context.signal, (signal) =>
        find(capabilities, { ...context, signal }, named(request.workload)),
      ),
  };
}

interface Named extends CheckedName {
  readonly cluster: string;
}

function named(workload: Named | undefined): Named {
  if (workload === undefined) throw toConnectError(invalid("workload is required"));
  return workload;
}

async function find(
  capabilities: ServerCapabilities,
  context: Pick<HandlerContext, "signal" | "responseHeader">,
  given: Named,
): Promise<Candidate & { readonly api: KubeApi }> {
  const name = checkAllowed(capabilities, given);
  const api = await openCluster(capabilities, context, given.cluster);
  const kind = await resolveResource(api, name, context.signal);
  return { api, found: await findNamed(api, kind, name.namespace, name.name, context.signal) };
}
