import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandUnderTest, RunningCommand } from "../row.ts";
import { createHastyClock, startLoopbackApi } from "./loopback-api.ts";

const root = join(import.meta.dirname, "../../../..");

export interface CommandStage extends CommandUnderTest {
  readonly close: () => Promise<void>;
}

/** A folder with a kubeconfig that leads to a simulated cluster, and the command run in it. */
export async function stageCommand(): Promise<CommandStage> {
  const folder = await mkdtemp(join(tmpdir(), "restart-serve-"));
  const loopback = await startLoopbackApi(createHastyClock(1));
  const api = await loopback.renew();
  const kubeconfig = join(folder, "kubeconfig");
  const document = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "stage" },
    clusters: [{ name: "stage", cluster: { server: loopback.server } }],
    users: [{ name: "stage", user: { token: "any" } }],
    contexts: [{ name: "stage", context: { cluster: "stage", user: "stage" } }],
  };
  await writeFile(kubeconfig, JSON.stringify(document));
  const running: RunningCommand[] = [];
  return {
    folder,
    api,
    serve: async (words, env = {}) => {
      const command = await serve(["--kubeconfig", kubeconfig, ...words], folder, env);
      running.push(command);
      return command;
    },
    close: async () => {
      for (const command of running) command.kill();
      await Promise.all(running.map(({ exited }) => exited));
      await loopback.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function serve(
  words: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningCommand> {
  const child = Bun.spawn([process.execPath, join(root, "src/main/index.ts"), "serve", ...words], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let written = "";
  const listening = Promise.withResolvers<string | undefined>();
  const read = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      written += decoder.decode(chunk, { stream: true });
      const [, url] = /^serving on ([^;\s]+)/m.exec(written) ?? [];
      if (url !== undefined) listening.resolve(url);
    }
  };
  const ended = Promise.all([read(child.stdout), read(child.stderr), child.exited]);
  void ended.then(() => listening.resolve(undefined));
  return {
    url: await listening.promise,
    written: () => written,
    terminate: () => child.kill("SIGTERM"),
    kill: () => child.kill("SIGKILL"),
    exited: ended.then(([, , code]) => code),
  };
}
