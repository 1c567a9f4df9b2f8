import { describe, expect, it } from "vitest";
import { createTokenAuthenticator, type LabelledToken } from "../../src/server/bearer-tokens.ts";

describe("bearer tokens", () => {
  it("name their bearer, and hold no longer than the file does", async () => {
    let tokens: readonly LabelledToken[] = [
      { label: "ci", token: "token-of-ci-0123456789" },
      { label: "portal", token: "token-of-portal-0123456789" },
    ];
    const authenticate = createTokenAuthenticator(() => tokens);
    const ask = (authorization: string) => authenticate(new Headers({ authorization }));
    expect(await ask("Bearer token-of-portal-0123456789")).toEqual({ name: "portal", mode: "token" });
    expect(await ask("bearer token-of-ci-0123456789")).toEqual({ name: "ci", mode: "token" });
    tokens = [{ label: "portal", token: "another-token-0123456789" }];
    expect(await ask("Bearer token-of-portal-0123456789")).toBeUndefined();
    expect(await ask("Bearer another-token-0123456789")).toEqual({ name: "portal", mode: "token" });
  });

  it("let nobody in when they are empty or none", async () => {
    for (const tokens of [[], [{ label: "empty", token: "" }]]) {
      const authenticate = createTokenAuthenticator(() => tokens);
      for (const authorization of ["", "Bearer", "Bearer ", "Bearer x"]) {
        expect(await authenticate(new Headers({ authorization }))).toBeUndefined();
      }
      expect(await authenticate(new Headers())).toBeUndefined();
    }
  });
});
