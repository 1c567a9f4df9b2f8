import type { ServerUnderTest } from "./row.ts";

type Respond = () => Response | undefined;

const status = (code: number, reason: string, message = "said by the cluster", more: object = {}) => ({
  ...{ kind: "Status", apiVersion: "v1", status: "Failure", reason, code, message },
  ...more,
});

export const withStatus = (code: number, reason: string, message?: string, headers: Record<string, string> = {}) =>
  Response.json(status(code, reason, message), { status: code, headers });

export const asText = (code: number, headers: Record<string, string> = {}) =>
  new Response("no\n", { status: code, headers: { "content-type": "text/plain", ...headers } });

/** What the cluster answers to every PATCH, or to every reading. */
export function answerTo(server: ServerUnderTest, method: "PATCH" | "GET", respond: Respond): void {
  server.api.answer((request) => (request.method === method ? respond() : undefined));
}
