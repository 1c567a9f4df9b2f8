import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resolveContext } from "../../src/runtime/context-entry.ts";
import { inClusterKubeconfig } from "../../src/runtime/in-cluster.ts";
import { tokenFileCredentials } from "../../src/runtime/token-file.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { failureOf } from "./cluster-under-test.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "restart-token-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (token: string) => writeFileSync(join(folder, "token"), token);
const source = (clock = createVirtualClock(0)) =>
  tokenFileCredentials({ path: join(folder, "token"), user: "pod", clock, certificate: {} });

describe("a token file", () => {
  it("is read again after a minute, since somebody else renews it", async () => {
    const clock = createVirtualClock(0);
    const credentials = source(clock);
    const token = async () => (await credentials.get(undefined)).authorization;
    write("one\n");
    const first = await token();
    write("two");
    const soon = await token();
    await clock.advance(60_001);
    expect([first, soon, await token()]).toEqual(["Bearer one", "Bearer one", "Bearer two"]);
  });

  it("is read at once after a 401, which helps only when it has changed", async () => {
    const credentials = source();
    write("one");
    const refused = await credentials.get(undefined);
    expect(await credentials.renew(refused, undefined)).toBeUndefined();
    write("two");
    expect((await credentials.renew(refused, undefined))?.authorization).toBe("Bearer two");
  });

  it("that vanishes leaves the last token in use", async () => {
    const clock = createVirtualClock(0);
    const credentials = source(clock);
    write("one");
    await credentials.get(undefined);
    rmSync(join(folder, "token"));
    await clock.advance(60_001);
    expect((await credentials.get(undefined)).authorization).toBe("Bearer one");
  });

  it.each(["missing", "empty"])("that is %s is an error that names it", async (state) => {
    if (state === "empty") write(" \n");
    const error = await failureOf(source().get(undefined));
    expect(error.reason).toBe("CredentialsFailed");
    expect(error.message).toContain(join(folder, "token"));
  });
});

describe("a pod without a kubeconfig", () => {
  const env = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };

  it("uses its service account", () => {
    write("one");
    writeFileSync(join(folder, "namespace"), "shop\n");
    writeFileSync(join(folder, "ca.crt"), "PEM");
    const kubeconfig = inClusterKubeconfig({ env, folder });
    expect(kubeconfig && resolveContext(kubeconfig)).toMatchObject({
      name: "in-cluster",
      server: "https://[fd00::1]",
      namespace: "shop",
      cluster: { certificateAuthority: join(folder, "ca.crt") },
      user: { tokenFile: join(folder, "token") },
    });
  });

  it("is no pod when the token is not mounted, or nothing names the server", () => {
    expect(inClusterKubeconfig({ env, folder })).toBeUndefined();
    write("one");
    expect(inClusterKubeconfig({ env: {}, folder })).toBeUndefined();
  });
});
