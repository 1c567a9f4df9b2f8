import { dirname } from "node:path";
import { expect, it } from "vitest";
import { executable, onTerminal } from "../terminal/executable.ts";
import { describeOnEveryCluster } from "./harness.ts";
import { deployment } from "./manifests.ts";

describeOnEveryCluster(
  "the compiled terminal UI",
  (start) => {
    it("filters, restarts one workload with one PATCH, and leaves its receipt", async () => {
      const cluster = await start();
      await cluster.applyReady(deployment("web"), deployment("cart"));
      const file = await cluster.kubeconfig();
      const env = { PATH: process.env["PATH"] ?? "", HOME: dirname(file), KUBECONFIG: file, TERM: "xterm-256color" };
      const terminal = onTerminal([], env, { cols: 160, rows: 24, command: [executable] });
      await terminal.shows("test live");
      await terminal.shows("cart");
      await terminal.press("/", "w", "e");
      await terminal.shows("1 of 2");
      await terminal.press("\r");
      await terminal.hides("Enter keep");
      await terminal.press("r");
      await terminal.shows("y restart it (2 pods)");
      expect(await cluster.patches()).toEqual([]);
      await terminal.press("y");
      await terminal.shows("1 of 1 done");
      await terminal.press("q");
      await terminal.hides("1 of 1 done");
      await terminal.press("\u001b");
      await terminal.hides("1 of 2");
      await terminal.press("q", "q");
      expect(await terminal.exited).toBe(0);
      const [run, line, ...more] = terminal.screen().split("\n");
      expect(run).toMatch(/^run \S+$/);
      expect(line).toMatch(/^ {2}deployment\.apps\/web in \S+ on test: healthy in .*: 2 pods replaced/);
      expect(more).toEqual([]);
      const [sent, ...others] = await cluster.patches();
      expect(others).toEqual([]);
      expect(sent?.path).toBe(`/apis/apps/v1/namespaces/${cluster.namespace}/deployments/web`);
    });
  },
  { clock: "system" },
);
