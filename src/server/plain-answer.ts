import type { UniversalServerResponse } from "@connectrpc/connect/protocol";

/** A small answer outside of any call; an error has the shape that Connect's clients read. */
export function plainAnswer(
  status: number,
  body: string | { readonly code: string; readonly message: string },
  header: Readonly<Record<string, string>> = {},
): UniversalServerResponse {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const bytes = new TextEncoder().encode(text);
  return {
    status,
    header: new Headers({
      "content-type": typeof body === "string" ? "text/plain; charset=utf-8" : "application/json",
      "content-length": String(bytes.length),
      ...header,
    }),
    body: once(bytes),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  if (bytes.length > 0) yield bytes;
}
