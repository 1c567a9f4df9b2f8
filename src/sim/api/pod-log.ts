import { lineEvery, podLog } from "../controllers/pod-log.ts";
import type { KubeObject } from "../object.ts";
import { findResource } from "../resources.ts";
import type { ApiCall } from "./call.ts";
import { listAt, textAt } from "./field.ts";
import { isTrue } from "./route.ts";
import { badRequest, type Failure, internalError, notFound } from "./status.ts";

/** GET of `…/log`: text, or with `follow` a stream that goes on until the pod is gone. */
export function readPodLog(call: ApiCall, closing: AbortSignal): string | ReadableStream<Uint8Array> | Failure {
  const { store, route, query } = call;
  const pods = findResource("pods");
  const name = route.name ?? "";
  const pod = store.get("pods", route.namespace, name);
  if (pods === undefined) return internalError("pods are not served");
  if (pod === undefined) return notFound(pods, name);
  const refusal = checkContainer(pod, query.get("container"));
  if (refusal !== undefined) return refusal;
  const lines = select(podLog(store, pod, logOptions(query)), query);
  const text = lines.map((line) => `${line}\n`).join("");
  return isTrue(query.get("follow")) ? followLog(call, pod, text, closing) : text;
}

function logOptions(query: URLSearchParams): { readonly container?: string; readonly previous: boolean } {
  const container = query.get("container") ?? "";
  return { previous: isTrue(query.get("previous")), ...(container === "" ? {} : { container }) };
}

function select(lines: readonly string[], query: URLSearchParams): readonly string[] {
  const since = query.get("sinceTime");
  const late = since === null ? lines : lines.filter((line) => timeOf(line) >= Date.parse(since));
  const tail = query.get("tailLines");
  const kept = tail === null ? late : Number(tail) === 0 ? [] : late.slice(-Number(tail));
  const limit = Number(query.get("limitBytes") ?? "0");
  if (limit <= 0) return kept;
  let left = limit;
  return kept.filter((line) => {
    left -= line.length + 1;
    return left >= 0;
  });
}

function timeOf(line: string | undefined): number {
  return Date.parse(line?.split(" ", 1)[0] ?? "") || 0;
}

function checkContainer(pod: KubeObject, wanted: string | null): Failure | undefined {
  const { name } = pod.metadata;
  const containers = [...listAt(pod, "spec", "containers"), ...listAt(pod, "spec", "initContainers")];
  const names = containers.map((container) => textAt(container, "name"));
  if (wanted !== null && wanted !== "" && !names.includes(wanted)) {
    return badRequest(`container ${wanted} is not valid for pod ${name}`);
  }
  const chosen = wanted === null || wanted === "" ? names[0] : wanted;
  if ((wanted === null || wanted === "") && listAt(pod, "spec", "containers").length > 1) {
    const choose = listAt(pod, "spec", "containers")
      .map((container) => textAt(container, "name"))
      .join(" ");
    return badRequest(`a container name must be specified for pod ${name}, choose one of: [${choose}]`);
  }
  const status = listAt(pod, "status", "containerStatuses").find((entry) => textAt(entry, "name") === chosen);
  const waiting = textAt(status, "state", "waiting", "reason");
  const neverRan = textAt(status, "lastState", "terminated", "finishedAt") === "";
  if (waiting === "" || !neverRan) return undefined;
  const why: Readonly<Record<string, string>> = {
    ErrImagePull: "image can't be pulled",
    ImagePullBackOff: "trying and failing to pull image",
    InvalidImageName: "image can't be pulled",
  };
  return badRequest(`container "${chosen}" in pod "${name}" is waiting to start: ${why[waiting] ?? waiting}`);
}

function followLog(call: ApiCall, pod: KubeObject, text: string, closing: AbortSignal): ReadableStream<Uint8Array> {
  const { store, signal } = call;
  const options = logOptions(call.query);
  const encoder = new TextEncoder();
  let stop = (): void => undefined;
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        // Old lines leave the log, so that their number says nothing.
        let sent = timeOf(podLog(store, pod, options).at(-1));
        const ended = new AbortController();
        const finish = (end: () => void): void => {
          ended.abort();
          unsubscribe();
          signal.removeEventListener("abort", onAbort);
          closing.removeEventListener("abort", onClose);
          end();
        };
        const onAbort = (): void => finish(() => controller.error(signal.reason));
        const onClose = (): void => finish(() => controller.close());
        const write = (object: KubeObject): void => {
          const fresh = podLog(store, object, options).filter((line) => timeOf(line) > sent);
          sent = Math.max(sent, timeOf(fresh.at(-1)));
          if (fresh.length > 0) controller.enqueue(encoder.encode(fresh.map((line) => `${line}\n`).join("")));
        };
        const unsubscribe = store.subscribe((event) => {
          if (event.resource !== "pods" || event.object.metadata.uid !== pod.metadata.uid) return;
          if (event.type === "DELETED") return onClose();
          write(event.object);
        });
        // A container writes while nothing happens to its pod.
        const writeOn = async (): Promise<void> => {
          for (;;) {
            await store.clock.sleep(lineEvery, ended.signal);
            const present = store.get("pods", pod.metadata.namespace, pod.metadata.name);
            if (present !== undefined) write(present);
          }
        };
        writeOn().catch(() => undefined);
        stop = () => finish(() => undefined);
        if (text !== "") controller.enqueue(encoder.encode(text));
        signal.addEventListener("abort", onAbort);
        closing.addEventListener("abort", onClose);
        if (signal.aborted) onAbort();
      },
      cancel: () => stop(),
    },
    { highWaterMark: 0 },
  );
}
