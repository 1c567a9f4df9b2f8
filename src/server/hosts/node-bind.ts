import { lstatSync, unlinkSync } from "node:fs";
import { connect, type Server } from "node:net";
import { RestartError } from "../../core/index.ts";

export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** Binds the server to the address. Rejects with a RestartError that names it; see `listen`. */
export async function bind(server: Server, address: ListenAddress): Promise<void> {
  if (!("path" in address)) {
    await listening(server, address);
    return;
  }
  await removeStaleSocket(address.path);
  // A mode that is set afterwards comes too late for whoever connects in between.
  const before = process.umask(0o077);
  try {
    await listening(server, address);
  } finally {
    process.umask(before);
  }
}

function listening(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((settle, fail) => {
    const failed = (cause: Error): void => fail(bindError(cause, address));
    server.once("error", failed);
    server.listen(address, () => {
      server.off("error", failed);
      settle();
    });
  });
}

/** Removes what a killed server left behind; a live server's socket, and anything else of that name, stays. */
async function removeStaleSocket(path: string): Promise<void> {
  const present = lstatSync(path, { throwIfNoEntry: false });
  if (present === undefined) return;
  if (!present.isSocket()) throw new RestartError("Usage", `cannot listen on unix:${path}: it is no socket`);
  if (await isAnswered(path)) {
    throw new RestartError("AlreadyExists", `cannot listen on unix:${path}: another server does`);
  }
  unlinkSync(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ path });
    socket.once("connect", () => {
      socket.destroy();
      settle(true);
    });
    socket.once("error", (error) => settle(!("code" in error && error.code === "ECONNREFUSED")));
  });
}

function bindError(cause: Error, address: ListenAddress): RestartError {
  const at = "path" in address ? `unix:${address.path}` : addressText(address.host, address.port);
  const code = "code" in cause ? String(cause.code) : "";
  const failed = (reason: ConstructorParameters<typeof RestartError>[0], why: string): RestartError =>
    new RestartError(reason, `cannot listen on ${at}: ${why}`, { cause });
  if (code === "EADDRINUSE") return failed("AlreadyExists", "the address is in use");
  if (code === "EACCES" || code === "EPERM") return failed("Forbidden", "the system does not permit it");
  if (code === "EADDRNOTAVAIL") return failed("Usage", "it is no address of this machine");
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return failed("Usage", "there is no such host");
  if (code === "ENOENT" || code === "ENOTDIR") return failed("Usage", "there is no such folder");
  return failed("Unknown", code === "" ? "it failed" : code);
}

/** `127.0.0.1:8484` or `[::1]:8484`. */
export function addressText(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
