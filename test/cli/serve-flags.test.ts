import { describe, expect, it } from "vitest";
import { readListen } from "../../src/cli/serve-flags.ts";
import { createStage } from "./stage.ts";

describe("--listen", () => {
  it.each([
    ["127.0.0.1:8484", { host: "127.0.0.1", port: 8484 }],
    ["localhost:0", { host: "localhost", port: 0 }],
    ["[::1]:8484", { host: "::1", port: 8484 }],
    [":8484", { host: "::", port: 8484 }],
    ["unix:/run/restart.sock", { path: "/run/restart.sock" }],
  ])("reads %s", (text, address) => {
    expect(readListen(text)).toEqual(address);
  });

  it.each(["8484", "127.0.0.1", "::1:8484", "127.0.0.1:99999", "127.0.0.1:x", "unix:", "http://127.0.0.1:8484"])(
    "refuses %s",
    (text) => {
      expect(() => readListen(text)).toThrow(/^--listen: /);
    },
  );
});

describe("restart serve", () => {
  it("hands on what was asked for", async () => {
    const stage = await createStage();
    const { out, exitCode } = await stage.run(["serve", "--auth", "none", "--clusters", "stage-*", "--listen", ":1"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out.replace("SERVE ", ""))).toEqual({
      listen: { host: "::", port: 1 },
      auth: "none",
      clusters: ["stage-*"],
      printConfig: false,
    });
  });

  it.each([
    [["--auth", "oidc"], /^error: --auth=oidc is not there yet/],
    [["--auth", "basic"], /^error: --auth: "basic" is not token or none/],
    [["--auth", "none", "--token-file", "t"], /^error: --token-file is of --auth=token/],
    [["--tls-cert", "c"], /^error: --tls-cert and --tls-key belong together/],
    [["--dry-run"], /^error: unknown flag --dry-run/],
  ])("refuses %j", async (args, message) => {
    const stage = await createStage();
    const { err, exitCode } = await stage.run(["serve", ...args]);
    expect(exitCode).toBe(2);
    expect(err).toMatch(message);
  });
});
