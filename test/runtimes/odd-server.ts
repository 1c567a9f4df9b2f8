import { deploymentList } from "./two-encodings.ts";

/** A server that answers as no API server should, by the namespace in the path. Loopback, plain HTTP. */
export function startOddServer(): { readonly port: number; readonly stop: () => Promise<void> } {
  const seen = new Set<string>();
  let release = () => {};
  const encoder = new TextEncoder();
  const json = (value: unknown, init?: ResponseInit) => Response.json(value, init);
  const line = (name: string) => {
    const metadata = { name, uid: name, resourceVersion: "2" };
    return encoder.encode(
      `${JSON.stringify({ type: "ADDED", object: { kind: "Pod", apiVersion: "v1", metadata } })}\n`,
    );
  };
  const listOf = (name: string, metadata: object) =>
    json({
      kind: "PodList",
      apiVersion: "v1",
      metadata,
      items: [{ metadata: { name, uid: "1", resourceVersion: "1" } }],
    });
  const failure = (code: number, reason: string, message: string) => ({
    ...{ kind: "Status", apiVersion: "v1", status: "Failure", reason, code, message },
  });
  const expired = failure(410, "Expired", "too old resource version: 1 (9)");
  const expiredEvent = () =>
    stream((controller) => {
      controller.enqueue(encoder.encode(`${JSON.stringify({ type: "ERROR", object: expired })}\n`));
      controller.close();
    });
  const firstTime = (namespace: string) => {
    const first = !seen.has(namespace);
    seen.add(namespace);
    return first;
  };
  /** Three servers that do it right the second time. Each runtime has its own, so that each meets the first time. */
  const onceTroubled = (namespace: string, query: URLSearchParams): Response => {
    const [trouble] = namespace.split("-");
    if (trouble === "aged") {
      if (!query.has("continue")) return listOf("first", { resourceVersion: "1", continue: "more" });
      return firstTime(namespace) ? json(expired, { status: 410 }) : listOf("second", { resourceVersion: "1" });
    }
    if (trouble === "gap") {
      if (query.has("watch")) return expiredEvent();
      return listOf(firstTime(namespace) ? "before" : "after", { resourceVersion: "1" });
    }
    if (!firstTime(namespace)) return listOf("served", { resourceVersion: "1" });
    return new Response("Too many requests, please try again later.\n", {
      status: 429,
      headers: { "content-type": "text/plain; charset=utf-8", "retry-after": "1" },
    });
  };
  const stream = (start: (controller: ReadableStreamDefaultController<Uint8Array>) => void) =>
    new Response(new ReadableStream<Uint8Array>({ start }), { headers: { "content-type": "application/json" } });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch: (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const [, namespace = ""] = /namespaces\/([^/]+)\//.exec(pathname) ?? [];
      if (pathname === "/release") {
        release();
        return new Response("released");
      }
      switch (namespace) {
        case "split":
          return stream((controller) => {
            // Up to within the é. The rest goes when it is asked for, since chunks that follow at once are joined.
            const rest = line("wéb-✓");
            const within = rest.indexOf(0xc3) + 1;
            controller.enqueue(new Uint8Array([...line("whole"), ...rest.subarray(0, within)]));
            release = () => {
              controller.enqueue(rest.subarray(within));
              controller.close();
            };
          });
        case "cut":
          return stream((controller) => {
            controller.enqueue(line("whole"));
            controller.enqueue(line("half").subarray(0, 20));
            controller.close();
          });
        case "expired":
          return expiredEvent();
        case "forbidden":
          return json(failure(403, "Forbidden", 'pods is forbidden: User "jane" cannot list'), { status: 403 });
        case "binary":
          return deploymentList(request);
        case "quiet":
          return stream((controller) => controller.enqueue(line("first")));
        case "login":
          return new Response("<html>log in</html>", { headers: { "content-type": "text/html" } });
        case "moved":
          return new Response(null, { status: 302, headers: { location: "/elsewhere" } });
        default:
          return onceTroubled(namespace, searchParams);
      }
    },
  });
  return { port: server.port ?? 0, stop: () => server.stop(true) };
}
