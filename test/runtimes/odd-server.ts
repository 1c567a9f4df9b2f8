/** A server that answers as no API server should, by the namespace in the path. Loopback, plain HTTP. */
export function startOddServer(): { readonly port: number; readonly stop: () => Promise<void> } {
  const seen = new Set<string>();
  const encoder = new TextEncoder();
  const json = (value: unknown) => Response.json(value);
  const line = (name: string) => {
    const metadata = { name, uid: name, resourceVersion: "2" };
    return encoder.encode(
      `${JSON.stringify({ type: "ADDED", object: { kind: "Pod", apiVersion: "v1", metadata } })}\n`,
    );
  };
  const stream = (start: (controller: ReadableStreamDefaultController<Uint8Array>) => Promise<void> | void) =>
    new Response(new ReadableStream<Uint8Array>({ start }), { headers: { "content-type": "application/json" } });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch: (request) => {
      const [, namespace = ""] = /namespaces\/([^/]+)\//.exec(new URL(request.url).pathname) ?? [];
      switch (namespace) {
        case "split":
          return stream(async (controller) => {
            // One byte a chunk cuts every character of more than one.
            for (const byte of line("wéb-✓")) {
              controller.enqueue(Uint8Array.of(byte));
              await new Promise((resolve) => setImmediate(resolve));
            }
            controller.close();
          });
        case "cut":
          return stream((controller) => {
            controller.enqueue(line("whole"));
            controller.enqueue(line("half").subarray(0, 20));
            controller.close();
          });
        case "expired": {
          const status = {
            kind: "Status",
            apiVersion: "v1",
            status: "Failure",
            reason: "Expired",
            code: 410,
            message: "too old resource version: 1 (9)",
          };
          return stream((controller) => {
            controller.enqueue(encoder.encode(`${JSON.stringify({ type: "ERROR", object: status })}\n`));
            controller.close();
          });
        }
        case "quiet":
          return stream((controller) => controller.enqueue(line("first")));
        case "login":
          return new Response("<html>log in</html>", { headers: { "content-type": "text/html" } });
        case "moved":
          return new Response(null, { status: 302, headers: { location: "/elsewhere" } });
        default: {
          if (!seen.has(namespace)) {
            seen.add(namespace);
            return new Response("Too many requests, please try again later.\n", {
              status: 429,
              headers: { "content-type": "text/plain; charset=utf-8", "retry-after": "1" },
            });
          }
          const items = [{ metadata: { name: "served", uid: "1", resourceVersion: "1" } }];
          return json({ kind: "PodList", apiVersion: "v1", metadata: { resourceVersion: "1" }, items });
        }
      }
    },
  });
  return { port: server.port ?? 0, stop: () => server.stop(true) };
}
