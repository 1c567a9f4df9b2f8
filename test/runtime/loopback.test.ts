import { describe, expect, it } from "vitest";
import { resolveHost } from "../../src/runtime/loopback.ts";

describe("resolveHost", () => {
  it.each(["localhost", "127.0.0.1", "127.8.9.10", "::1"])("%s stays on this machine", async (host) => {
    expect(await resolveHost(host)).toMatchObject({ isLoopback: true });
  });

  it.each(["0.0.0.0", "::", "192.0.2.1", "::ffff:192.0.2.1", "128.0.0.1"])("%s does not", async (host) => {
    expect(await resolveHost(host)).toEqual({ address: host, isLoopback: false });
  });

  it("answers with the address that was judged", async () => {
    expect((await resolveHost("localhost")).address).toMatch(/^127\.|^::1$/);
  });

  it("refuses a name that leads nowhere", async () => {
    await expect(resolveHost("nowhere.invalid")).rejects.toMatchObject({
      reason: "Usage",
      message: "there is no host nowhere.invalid",
    });
  });
});
