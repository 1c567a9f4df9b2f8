import { describe, expect, it } from "vitest";
import { errorFromResponse } from "../../src/kube/status.ts";
import { json, openStream, statusAnswer, text } from "./scripted-api.ts";

const now = Date.parse("2026-11-25T04:00:00Z");
const base64 = "c3VwZXItc2VjcmV0LXBhc3N3b3Jk";
const strict = (quoted: string) =>
  ` "" is invalid: patch: Invalid value: ${JSON.stringify(quoted)}: strict decoding error: unknown field "spec.template"`;
const secret = JSON.stringify({ kind: "Secret", data: { password: base64, pad: "x".repeat(10_000) } });

const messages = [
  {
    name: "a plain one as it is",
    given: 'deployments.apps "nope" not found',
    want: 'deployments.apps "nope" not found',
  },
  {
    name: "a strict decoding error without the object that it quotes",
    given: strict(secret),
    want: 'unknown field "spec.template"',
  },
  {
    name: "a strict decoding error whose object quotes one itself",
    given: strict(strict(secret)),
    want: 'unknown field "spec.template"',
  },
  {
    name: "another refusal of a patch without the patch",
    given:
      ' "" is invalid: patch: Invalid value: "map[spec:map[template:map[restartedAt:5]]]": cannot convert int64 to string',
    want: '"" is invalid: patch: Invalid value: …: cannot convert int64 to string',
  },
  {
    name: "a validation without the pod template that it quotes",
    given:
      'Job.batch "x" is invalid: spec.template: Invalid value: core.PodTemplateSpec{Env:[]core.EnvVar{{Name:"PASSWORD", Value:"hunter2: }: "}}}: field is immutable',
    want: 'Job.batch "x" is invalid: spec.template: Invalid value: …: field is immutable',
  },
  {
    name: "a validation without the JSON that it quotes",
    given: 'spec.selector: Invalid value: {"matchLabels":{"a":"hunter2"}}: field is immutable',
    want: "spec.selector: Invalid value: …: field is immutable",
  },
  {
    name: "a long quoted value as a dot",
    given: `x: Invalid value: "${"v".repeat(81)}": must be shorter`,
    want: "x: Invalid value: …: must be shorter",
  },
  {
    name: "a quote without an end as a dot",
    given: 'x: Invalid value: "hunter2',
    want: "x: Invalid value: …",
  },
  {
    name: "short quoted values as they are",
    given:
      'metadata.uid: Invalid value: "0000-\\"1": field is immutable, spec.replicas: Invalid value: -1: must be ≥ 0',
    want: 'metadata.uid: Invalid value: "0000-\\"1": field is immutable, spec.replicas: Invalid value: -1: must be ≥ 0',
  },
  {
    name: "escape sequences and controls as nothing",
    given: "a\u001b[2J\u001b]0;title\u0007b\u009b31mc\nd\te\u202ef\u0000",
    want: "abc d e f",
  },
  { name: "a token as a dot", given: "header Bearer abc.def-ghi_jkl= refused", want: "header Bearer … refused" },
  { name: "its first 1000 characters", given: "y".repeat(5000), want: `${"y".repeat(999)}…` },
  { name: "a sentence of ours where it is empty", given: "", want: "the API server answered HTTP 422" },
];

describe("errorFromResponse, messages", () => {
  it.each(messages)("keeps $name", async ({ given, want }) => {
    const details = { causes: [{ message: given }] };
    const error = await errorFromResponse(statusAnswer(422, "Invalid", given, { details }), now);
    expect(error.message).toBe(want);
    if (given !== "") expect(error.causes).toEqual([{ message: want }]);
  });

  it("lets nothing of a quoted Secret through", async () => {
    const details = { causes: [{ reason: "FieldValueInvalid", field: "patch", message: strict(secret) }] };
    const error = await errorFromResponse(statusAnswer(422, "Invalid", strict(secret), { details }), now);
    const shown = JSON.stringify([error.message, error.causes, error.detail, String(error.cause), error.stack]);
    expect(shown).not.toContain(base64);
    expect(shown.length).toBeLessThan(4000);
  });
});

const reasons = [
  { name: "its own reason", response: () => statusAnswer(409, "AlreadyExists", "x"), want: "AlreadyExists" },
  {
    name: "its code without a reason",
    response: () => statusAnswer(500, "", "strconv.ParseUint"),
    want: "InternalError",
  },
  { name: "its code with an unknown reason", response: () => statusAnswer(403, "Tea", "x"), want: "Forbidden" },
  {
    name: "its code, never with a reason of ours",
    response: () => statusAnswer(422, "Unconfirmed", "x"),
    want: "Invalid",
  },
  { name: "410", response: () => statusAnswer(410, "Expired", "x"), want: "Expired" },
  { name: "its code in text/plain", response: () => text("Too many requests\n", 429), want: "TooManyRequests" },
  { name: "its code with no body", response: () => new Response(null, { status: 401 }), want: "Unauthorized" },
  { name: "JSON that is no Status", response: () => json({ kind: "Pod" }, 404), want: "NotFound" },
  { name: "JSON null", response: () => json(null, 503), want: "ServiceUnavailable" },
  { name: "a code nobody knows", response: () => text("", 418), want: "Unknown" },
  {
    name: "a uid that is another object's",
    response: () =>
      statusAnswer(422, "Invalid", 'Deployment.apps "web" is invalid', {
        details: { causes: [{ reason: "FieldValueInvalid", message: "field is immutable", field: "metadata.uid" }] },
      }),
    want: "Recreated",
  },
  {
    name: "a uid that is refused for another reason",
    response: () => statusAnswer(400, "BadRequest", "x", { details: { causes: [{ field: "metadata.uid" }] } }),
    want: "BadRequest",
  },
  {
    name: "another immutable field",
    response: () =>
      statusAnswer(422, "Invalid", "x", { details: { causes: [{ field: "metadata.name", message: "immutable" }] } }),
    want: "Invalid",
  },
];

describe("errorFromResponse, reasons", () => {
  it.each(reasons)("takes $want from $name", async ({ response, want }) => {
    expect((await errorFromResponse(response(), now)).reason).toBe(want);
  });

  it("says a text/plain refusal in the server's words", async () => {
    const error = await errorFromResponse(text("404 page not found\n", 404), now);
    expect(error).toMatchObject({ reason: "NotFound", status: 404, message: "404 page not found" });
  });

  it("does not show a proxy's page", async () => {
    const page = new Response("<html>secret</html>", { status: 502, headers: { "content-type": "text/html" } });
    expect((await errorFromResponse(page, now)).message).toBe("the API server answered HTTP 502");
  });

  it("names the object that the Status names", async () => {
    const details = { name: "web", group: "apps", kind: "deployments", uid: "" };
    const error = await errorFromResponse(statusAnswer(404, "NotFound", "x", { details }), now);
    expect(error.detail).toEqual({ name: "web", group: "apps", kind: "deployments" });
  });

  it.each([
    { name: "seconds", header: "7", want: 7 },
    { name: "a date", header: "Wed, 25 Nov 2026 04:00:12 GMT", want: 12 },
    { name: "a date that is past", header: "Wed, 25 Nov 2026 03:00:00 GMT", want: undefined },
    { name: "nonsense", header: "soon", want: undefined },
    { name: "zero", header: "0", want: undefined },
  ])("reads a Retry-After of $name", async ({ header, want }) => {
    const error = await errorFromResponse(text("busy", 429, { "retry-after": header }), now);
    expect(error.retryAfterSeconds).toBe(want);
  });

  it("reads retryAfterSeconds of the Status where there is no header", async () => {
    const answer = statusAnswer(504, "Timeout", "Too large resource version", { details: { retryAfterSeconds: 1 } });
    expect((await errorFromResponse(answer, now)).retryAfterSeconds).toBe(1);
  });

  it("stops reading a body that is too long, and shows nothing of it", async () => {
    const stream = openStream();
    stream.write(`{"kind":"Status","message":"${"z".repeat(70_000)}`);
    const error = await errorFromResponse(new Response(stream.response.body, { status: 422 }), now);
    expect(error).toMatchObject({ reason: "Invalid", message: "the API server answered HTTP 422" });
    expect(stream.isCanceled()).toBe(true);
  });

  it("keeps the code of a body that is cut", async () => {
    const stream = openStream();
    stream.write('{"kind":"Status"');
    stream.fail(new Error("reset"));
    const error = await errorFromResponse(new Response(stream.response.body, { status: 403 }), now);
    expect(error.reason).toBe("Forbidden");
  });

  it("survives a Status whose every field is of the wrong type", async () => {
    const answer = json({ kind: "Status", message: {}, reason: 4, code: "x", details: { causes: [null, 3, {}] } }, 400);
    expect(await errorFromResponse(answer, now)).toMatchObject({ reason: "BadRequest", causes: [{}] });
  });
});
