import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { type Reason, RestartError } from "../../src/core/index.ts";
import { ErrorInfoSchema, RetryInfoSchema } from "../../src/gen/google/rpc/error_details_pb.ts";
import { codeName } from "../../src/server/code-name.ts";
import { toConnectError } from "../../src/server/errors.ts";

// What a caller is told to do: mend the request, try again, wait, or ask somebody.
const expected: Readonly<Record<Reason, string>> = {
  BadRequest: "invalid_argument",
  Unauthorized: "unavailable",
  Forbidden: "permission_denied",
  NotFound: "not_found",
  AlreadyExists: "already_exists",
  Conflict: "aborted",
  Gone: "not_found",
  Invalid: "invalid_argument",
  Expired: "aborted",
  Timeout: "deadline_exceeded",
  ServerTimeout: "unavailable",
  TooManyRequests: "resource_exhausted",
  MethodNotAllowed: "unimplemented",
  NotAcceptable: "internal",
  UnsupportedMediaType: "internal",
  RequestEntityTooLarge: "resource_exhausted",
  InternalError: "internal",
  ServiceUnavailable: "unavailable",
  Unreachable: "unavailable",
  TlsFailure: "unavailable",
  CredentialsFailed: "failed_precondition",
  InvalidConfig: "failed_precondition",
  Usage: "invalid_argument",
  UnexpectedAnswer: "unavailable",
  StreamCut: "unavailable",
  Unconfirmed: "unavailable",
  NotRestarted: "failed_precondition",
  Recreated: "failed_precondition",
  Blocked: "failed_precondition",
  Canceled: "canceled",
  Unknown: "internal",
};

describe("the table of errors", () => {
  it.each(Object.entries(expected))("answers %s as %s, and names the reason for programs", (reason, code) => {
    const error = toConnectError(new RestartError(reason as Reason, "something happened"));
    expect(codeName(error.code)).toBe(code);
    const [info] = error.findDetails(ErrorInfoSchema);
    expect(info).toMatchObject({ domain: "restart.v1", reason: expect.stringMatching(/^[A-Z]+(_[A-Z]+)*$/) });
  });

  it("tells when to come back, within reason", () => {
    const error = toConnectError(new RestartError("TooManyRequests", "busy", { retryAfterSeconds: 7 }));
    expect(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds).toBe(7n);
    expect(error.metadata.get("retry-after")).toBe("7");
    const far = toConnectError(new RestartError("TooManyRequests", "busy", { retryAfterSeconds: 99_999 }));
    expect(far.metadata.get("retry-after")).toBe("3600");
  });

  it.each([
    ["an address", "dial tcp 10.1.2.3:6443: refused"],
    ["an IPv6 address", "dial tcp [fd00::1]:6443: refused"],
    ["a URL", "Post https://hooks.internal.example:8443/check failed"],
    ["a bearer token", "sent Bearer abcdef0123456789"],
    ["a web token", "token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln is expired"],
    ["an escape sequence", "red \u001b[31malarm\u001b[0m\nnext line"],
  ])("keeps %s out of a message", (_, message) => {
    const said = toConnectError(new RestartError("Forbidden", message)).rawMessage;
    const secrets = ["10.1.2.3", "fd00", "hooks", "6443", "abcdef", "eyJ", "\u001b", "\n"];
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
  });

  it("cuts what is long, and hides what is no error of ours", () => {
    const long = toConnectError(new RestartError("Forbidden", "x".repeat(1_000_000)));
    expect(new TextEncoder().encode(long.rawMessage).length).toBeLessThanOrEqual(1024);
    expect(toConnectError(new Error("cannot read /home/op/.kube/config")).rawMessage).toBe("internal error");
    for (const reason of ["Unreachable", "CredentialsFailed", "InvalidConfig", "TlsFailure"] as const) {
      expect(toConnectError(new RestartError(reason, "/home/op/bin/login failed")).rawMessage).not.toMatch(
        /login|home/,
      );
    }
  });

  it("takes a webhook's no for the object's matter, whatever status it came with", () => {
    const message = 'admission webhook "policy.example" denied the request: not now';
    const error = toConnectError(new RestartError("BadRequest", message));
    expect(error.code).toBe(Code.FailedPrecondition);
    expect(error.rawMessage).toMatch(/not now/);
  });

  it("says why a call ended although a restart was sent", () => {
    const cause = new ConnectError("the operation timed out", Code.DeadlineExceeded);
    const error = toConnectError(new RestartError("Unconfirmed", "it may have been applied", { cause }));
    expect(error.code).toBe(Code.DeadlineExceeded);
    expect(error.findDetails(ErrorInfoSchema)[0]?.reason).toBe("UNCONFIRMED");
  });
});
