import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/kube/error.ts";
import { type PatchRequest, patch } from "../../src/kube/patch.ts";
import {
  createScriptedApi,
  deployment,
  json,
  openStream,
  rejection,
  type Step,
  statusAnswer,
  text,
} from "./scripted-api.ts";

const web = { group: "apps", version: "v1", resource: "deployments", namespace: "shop", name: "web" };
const request: PatchRequest = {
  contentType: "application/strategic-merge-patch+json",
  body: { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "T0" } } } } },
  fieldManager: "restart",
  fieldValidation: "Strict",
};

const ok = () => json(deployment("web"), 200, { date: "Wed, 25 Nov 2026 04:00:01 GMT" });
const reset = () => new RestartError("Unreachable", "the connection was reset", { detail: { sent: "yes" } });
const refused = () => new RestartError("Unreachable", "connection refused", { detail: { sent: "no" } });
const cutAnswer = () => {
  const stream = openStream();
  stream.write('{"kind":"Depl');
  stream.fail(new Error("reset"));
  return stream.response;
};
const page = () => new Response("<html>", { headers: { "content-type": "text/html" } });
const refusal = (code: number, reason: string) => () => statusAnswer(code, reason, "no");

const rows: readonly {
  readonly name: string;
  readonly given: readonly Step[];
  readonly dryRun?: boolean;
  readonly want: string;
}[] = [
  { name: "an answer", given: [ok()], want: "web" },
  { name: "a reset, then an answer", given: [reset(), ok()], want: "web" },
  { name: "an answer that is cut, then a whole one", given: [cutAnswer, ok()], want: "web" },
  { name: "a 504, then an answer", given: [text("", 504), ok()], want: "web" },
  { name: "a refused connection, then an answer", given: [refused(), ok()], want: "web" },
  { name: "only resets", given: [reset(), reset(), reset()], want: "Unconfirmed" },
  { name: "only cut answers", given: [cutAnswer, cutAnswer, cutAnswer], want: "Unconfirmed" },
  { name: "only 504", given: [text("", 504), text("", 504), text("", 504)], want: "Unconfirmed" },
  { name: "only 502", given: [text("", 502), text("", 502), text("", 502)], want: "Unconfirmed" },
  {
    name: "a fetch that fails without a word",
    given: [new TypeError(), new TypeError(), new TypeError()],
    want: "Unconfirmed",
  },
  { name: "a reset, then refused connections", given: [reset(), refused(), refused()], want: "Unconfirmed" },
  { name: "a reset, then 401", given: [reset(), refusal(401, "Unauthorized")], want: "Unconfirmed" },
  { name: "a reset, then 403", given: [reset(), refusal(403, "Forbidden")], want: "Unconfirmed" },
  { name: "a reset, then only 429", given: [reset(), text("", 429), text("", 429)], want: "Unconfirmed" },
  { name: "a reset, then another proxy's page", given: [reset(), page], want: "Unconfirmed" },
  { name: "a reset, then 404", given: [reset(), refusal(404, "NotFound")], want: "NotFound" },
  { name: "a reset, then 409", given: [reset(), refusal(409, "Conflict")], want: "Conflict" },
  { name: "a reset, then 422", given: [reset(), refusal(422, "Invalid")], want: "Invalid" },
  { name: "only refused connections", given: [refused(), refused(), refused()], want: "Unreachable" },
  { name: "only 429", given: [text("", 429), text("", 429), text("", 429)], want: "TooManyRequests" },
  { name: "only 500", given: [text("", 500), text("", 500), text("", 500)], want: "InternalError" },
  ...(["BadRequest", "Forbidden", "NotFound", "Conflict", "UnsupportedMediaType", "Invalid"] as const).map(
    (reason, index) => ({
      name: `${reason}, which is final`,
      given: [refusal([400, 403, 404, 409, 415, 422][index] ?? 0, reason)],
      want: reason,
    }),
  ),
  { name: "a page with 200", given: [page], want: "UnexpectedAnswer" },
  {
    name: "only resets of a dry run, which leaves nothing open",
    given: [reset(), reset(), reset()],
    dryRun: true,
    want: "Unreachable",
  },
];

describe("patch", () => {
  it.each(rows)("ends with $want after $name", async ({ given, dryRun = false, want }) => {
    const api = createScriptedApi(given);
    const end = await api.clock.runUntil(
      patch<ReturnType<typeof deployment>>(api, web, "Deployment", { ...request, dryRun }, { attempts: 3 }).then(
        ({ object }) => object.metadata.name,
        (error: unknown) => (error instanceof RestartError ? error.reason : error),
      ),
    );
    expect(end).toBe(want);
    expect(api.sent).toHaveLength(given.length);
    expect(new Set(api.sent.map(({ body }) => body)).size).toBe(1);
  });

  it("sends exactly the decided request, and the same again", async () => {
    const api = createScriptedApi([reset(), ok()]);
    await api.clock.runUntil(
      patch(api, web, "Deployment", { ...request, auditId: "run-7", userAgentSuffix: "run/7", dryRun: true }),
    );
    for (const sent of api.sent) {
      expect(sent).toMatchObject({
        method: "PATCH",
        path: "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=restart&fieldValidation=Strict&dryRun=All",
        body: JSON.stringify(request.body),
        headers: {
          "content-type": "application/strategic-merge-patch+json",
          "audit-id": "run-7",
          "user-agent": "run/7",
        },
      });
    }
  });

  it("resolves with the object, the server's clock and the warnings", async () => {
    const api = createScriptedApi([json(deployment("web"), 200, { date: "D", warning: '299 - "unknown field"' })]);
    expect(await patch(api, web, "Deployment", request)).toEqual({
      object: deployment("web"),
      date: "D",
      warnings: ["unknown field"],
    });
  });

  it("tells a re-created object from other refusals", async () => {
    const cause = {
      reason: "FieldValueInvalid",
      message: 'Invalid value: "0": field is immutable',
      field: "metadata.uid",
    };
    const details = { name: "web", group: "apps", kind: "Deployment", causes: [cause, cause] };
    const api = createScriptedApi([statusAnswer(422, "Invalid", "is invalid", { details })]);
    expect(await rejection(patch(api, web, "Deployment", request))).toMatchObject({ reason: "Recreated", status: 422 });
  });

  it.each([{ manager: "" }, { manager: "a\nb" }, { manager: "ä".repeat(65) }])(
    "sends nothing with the field manager $manager",
    async ({ manager }) => {
      const api = createScriptedApi([]);
      const end = rejection(patch(api, web, "Deployment", { ...request, fieldManager: manager }));
      expect(await end).toMatchObject({ reason: "Usage" });
      expect(api.sent).toEqual([]);
    },
  );
});
