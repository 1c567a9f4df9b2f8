import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** Child processes that end with `stop`, or with this process however it ends. */
export interface ProcessGroup {
  /** Starts a program; what it prints goes into `<folder>/<name>.log`. */
  readonly start: (name: string, file: string, args: readonly string[]) => void;
  /** Rejects when a child ends before `stop`, with the end of its log; never resolves. */
  readonly failure: Promise<never>;
  /** Kills exactly the children that were started here and waits until they are gone. */
  readonly stop: () => Promise<void>;
}

/** `folder` is removed when this process dies without having called `stop`. */
export function createProcessGroup(folder: string): ProcessGroup {
  const children: ChildProcess[] = [];
  const { promise: failure, reject } = Promise.withResolvers<never>();
  failure.catch(() => undefined);
  let stopping = false;
  // Children outlive a killed parent; the end of this shell's standard input is the only sign that always comes.
  const reaper = spawn(
    "sh",
    ["-c", 'pids=; while read -r pid; do pids="$pids $pid"; done; kill -9 $pids; sleep 0.2; rm -rf "$1"', "sh", folder],
    { stdio: ["pipe", "ignore", "ignore"], detached: true },
  );
  reaper.stdin.on("error", () => undefined);
  reaper.unref();
  return {
    failure,
    start: (name, file, args) => {
      const log = openSync(join(folder, `${name}.log`), "a");
      const child = spawn(file, args, { cwd: folder, stdio: ["ignore", log, log], detached: true });
      closeSync(log);
      children.push(child);
      reaper.stdin.write(`${child.pid}\n`);
      child.once("error", (cause) => reject(new Error(`${name} did not start`, { cause })));
      child.once("exit", (code, signal) => {
        if (stopping) return;
        const said = readFileSync(join(folder, `${name}.log`), "utf8")
          .trimEnd()
          .split("\n")
          .slice(-15)
          .join("\n");
        reject(new Error(`${name} ended (${signal ?? code}):\n${said}`));
      });
    },
    stop: async () => {
      stopping = true;
      reaper.kill("SIGKILL");
      const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
      await Promise.all(
        running.map((child) => {
          const gone = new Promise((resolve) => child.once("exit", resolve));
          // Nothing is kept, so nobody needs to leave in order.
          child.kill("SIGKILL");
          return gone;
        }),
      );
    },
  };
}

/** Ports on 127.0.0.1 that nobody listens on at this moment. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  // All at once, so that no number comes twice.
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            if (address === null || typeof address === "string") reject(new Error("the port is not known"));
            else resolve(address.port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
