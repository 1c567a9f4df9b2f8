import type { Interceptor } from "@connectrpc/connect";
import { invalid, toConnectError } from "./errors.ts";

// Controls, zero-width and bidirectional formats, line separators, halves of pairs, and what stands for broken UTF-8.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffd]/u;

/** Refuses a request in which any text holds characters that a reader cannot see; no field of the contracts needs one. */
export const visibleText: Interceptor = (next) => (request) => {
  if (!request.stream) {
    check(request.message);
    return next(request);
  }
  return next({ ...request, message: checked(request.message) });
};

async function* checked<T extends object>(messages: AsyncIterable<T>): AsyncGenerator<T, void> {
  for await (const message of messages) {
    check(message);
    yield message;
  }
}

function check(message: object): void {
  for (const [field, value] of Object.entries(message)) {
    if (field.startsWith("$")) continue;
    if (typeof value === "string" && unseen.test(value)) {
      throw toConnectError(invalid(`${field} holds characters that cannot be seen`));
    }
    if (typeof value === "object" && value !== null) check(value);
  }
}
