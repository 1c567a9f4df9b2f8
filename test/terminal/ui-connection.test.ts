import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { renderKubeconfig, serveClusters } from "../../src/sim/host.ts";
import { startFaultProxy } from "../faults/proxy.ts";
import { createScene, onTerminal, type Scene } from "./executable.ts";

let scene: Scene;
let closing: (() => Promise<void>) | undefined;
afterEach(async () => {
  await closing?.();
  closing = undefined;
  await scene.close();
});

it("keeps the rows of a cluster that is gone, restarts nothing on them, and is live again with it", async () => {
  scene = await createScene();
  const { cluster, folder, env } = scene;
  const proxy = await startFaultProxy((path, init) =>
    cluster.handle(new Request(`https://dev.example${path}`, { ...init })),
  );
  closing = proxy.close;
  const kubeconfig = join(folder, "through-the-proxy");
  const entry = { name: "dev", server: proxy.server, token: cluster.token, certificate: undefined };
  writeFileSync(kubeconfig, renderKubeconfig([entry], "shop"));
  const terminal = onTerminal([], { ...env, KUBECONFIG: kubeconfig }, { cols: 100, rows: 24 });
  await terminal.shows("dev live");
  const back = proxy.add({ when: () => true, fault: { kind: "reset" } });
  proxy.cutWatches("reset");
  await terminal.shows(/dev offline \d+s/);
  await terminal.shows(/^> ~ +dp +shop +api/m);
  await terminal.shows(/dev does not answer; it is tried again and again\. What is shown is \d+s old\./);
  await terminal.press("r");
  await terminal.shows("dev does not answer: nothing is restarted on what was seen before");
  expect(scene.patches()).toBe(0);
  back();
  await terminal.shows("dev live");
  await terminal.hides("~");
  await terminal.press("r");
  await terminal.shows("y restart it (3 pods)");
  await terminal.press("q", "q", "q");
  expect(await terminal.exited).toBe(0);
});

it("says what is forbidden, and shows the namespace that is named instead", async () => {
  scene = await createScene();
  const { cluster } = scene;
  const token = "of-shop-alone";
  cluster.addToken(token, "shop-developer", [], [{ verbs: ["*"], resources: ["*"], namespaces: ["shop"] }]);
  const served = await serveClusters([cluster]);
  const folder = mkdtempSync(join(tmpdir(), "restart-terminal-"));
  closing = async () => {
    rmSync(folder, { recursive: true, force: true });
    await served.close();
  };
  const kubeconfig = join(folder, "kubeconfig");
  const entries = served.entries.map((entry) => ({ ...entry, token }));
  writeFileSync(kubeconfig, renderKubeconfig(entries, "default"));
  const terminal = onTerminal([], { ...scene.env, KUBECONFIG: kubeconfig }, { cols: 100, rows: 24 });
  await terminal.shows("dev does not let you list this. n names another namespace.");
  await terminal.shows("deployments");
  await terminal.press("n");
  await terminal.shows("namespace: _");
  await terminal.press("s", "h", "o", "p", "\r");
  await terminal.shows("dev live   ns shop");
  await terminal.shows(/dp +shop +web/);
  await terminal.press("q", "q");
  expect(await terminal.exited).toBe(0);
});
