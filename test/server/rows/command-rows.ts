import { stat, writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { workload } from "../../core/simulated.ts";
import { seedPath, watchPath, web } from "./call.ts";
import type { CommandRow, CommandUnderTest } from "./row.ts";

const token = "a-token-of-some-length-0123456789";
const loopback = ["--listen", "127.0.0.1:0"];

/** Starts with a token file that is as it should be; the words come on top. */
async function started(command: CommandUnderTest, words: readonly string[] = [], env = {}): Promise<Started> {
  const file = join(command.folder, "token");
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  const running = await command.serve([...loopback, "--token-file", file, ...words], env);
  expect(running.url, running.written()).toBeDefined();
  return { ...running, url: running.url ?? "" };
}

type Started = Awaited<ReturnType<CommandUnderTest["serve"]>> & { readonly url: string };

function restart(url: string, given: string | undefined, fields: Partial<typeof web> = {}): Promise<Response> {
  return fetch(`${url}${seedPath}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(given !== undefined && { authorization: `Bearer ${given}` }),
    },
    body: JSON.stringify({ ...web, ...fields }),
  });
}

async function refused(command: CommandUnderTest, words: readonly string[], says: RegExp): Promise<void> {
  const running = await command.serve(words);
  expect(running.url, words.join(" ")).toBeUndefined();
  expect(await running.exited, words.join(" ")).not.toBe(0);
  expect(running.written()).toMatch(says);
  expect(running.written()).not.toMatch(/\.ts:\d|\n {4}at /);
}

/** 10, 39, 40, 145 and 148: how the command starts, and how it stops. */
export const commandRows: readonly CommandRow[] = [
  {
    number: 10,
    name: "a token file that is empty, holds a line end, or is open to others",
    run: async (command) => {
      const file = join(command.folder, "given");
      for (const [text, mode] of [
        ["", 0o600],
        ["\n", 0o600],
        ["  \n\n", 0o600],
        [`${token}\n`, 0o644],
        [`${token}\n`, 0o640],
      ] as const) {
        await writeFile(file, text);
        await Bun.$`chmod ${mode.toString(8)} ${file}`.quiet();
        await refused(command, [...loopback, "--token-file", file], /token/i);
      }
    },
  },
  {
    number: 10,
    name: "a token file that is not there; the usual one is made, and opens to nobody without what is in it",
    run: async (command) => {
      await command.api.apply(workload("Deployment", "web"));
      await refused(command, [...loopback, "--token-file", join(command.folder, "absent")], /token/i);
      const { url = "" } = await command.serve(loopback);
      const file = join(command.folder, ".config/restart/token");
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      const made = (await Bun.file(file).text()).trim();
      expect(made.length).toBeGreaterThanOrEqual(22);
      for (const given of [undefined, "", " ", "x"]) expect((await restart(url, given)).status).toBe(401);
      expect(command.api.patches()).toBe(0);
      expect((await restart(url, made)).status).toBe(200);
    },
  },
  {
    number: 39,
    name: "no authentication beyond loopback",
    run: async (command) => {
      const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
      const outside = addresses.filter(({ internal, family }) => !internal && family === "IPv4");
      for (const host of ["0.0.0.0", "[::]", ...outside.map(({ address }) => address)]) {
        await refused(command, ["--auth", "none", "--listen", `${host}:0`], /loopback/i);
      }
      await command.api.apply(workload("Deployment", "web"));
      const { url = "" } = await command.serve(["--auth", "none", ...loopback]);
      expect((await restart(url, undefined)).status).toBe(200);
    },
  },
  {
    number: 40,
    name: "variables that mean debugging elsewhere",
    run: async (command) => {
      await command.api.apply(workload("Deployment", "web"));
      const env = {
        OTTERSCALE_DEBUG: "1",
        RESTART_DEBUG: "1",
        DEBUG: "*",
        NODE_ENV: "development",
        KUBERNETES_DEBUG: "1",
      };
      const { url } = await started(command, [], env);
      for (const given of [undefined, "x"]) expect((await restart(url, given)).status).toBe(401);
      expect((await restart(url, token, { cluster: "other" })).status).toBe(404);
      expect(command.api.patches()).toBe(0);
      expect((await restart(url, token)).status).toBe(200);
    },
  },
  {
    number: 145,
    name: "SIGTERM during a restart and during a watch",
    run: async (command) => {
      await command.api.apply(workload("Deployment", "web", { trouble: { "fake/ready-delay": "600000" } }));
      const { url, terminate, exited, written } = await started(command);
      const watch = await fetch(`${url}${watchPath}`, {
        method: "POST",
        headers: { "content-type": "application/connect+json", authorization: `Bearer ${token}` },
        body: envelopeOf({ workload: web }),
      });
      const ended = watch.text();
      const asked = Promise.withResolvers<void>();
      const generation = command.api.generation();
      command.api.answer(({ method }) => {
        if (method === "PATCH") asked.resolve();
        return undefined;
      });
      // The cluster answers when the server has long been told to stop.
      command.api.breakLine({
        when: ({ method }) => method === "PATCH",
        fault: { kind: "slow", milliseconds: 1000 },
      });
      const restarting = restart(url, token);
      await asked.promise;
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      terminate();
      // It says so before it is gone.
      let ready = 200;
      while (ready === 200) ready = (await fetch(`${url}/readyz`)).status;
      expect(ready).toBe(503);
      expect(await ended).toMatch(/"code":"unavailable"/);
      expect((await restarting).status).toBe(200);
      expect(command.api.generation()).toBe(generation + 1);
      expect(await exited, written()).toBe(0);
      await expect(fetch(`${url}/livez`)).rejects.toThrow();
    },
  },
  {
    number: 148,
    name: "an address that is taken",
    run: async (command) => {
      await command.api.apply(workload("Deployment", "web"));
      const { url } = await started(command);
      const file = join(command.folder, "token");
      await refused(command, ["--listen", new URL(url).host, "--token-file", file], /in use|taken/i);
      expect((await restart(url, token)).status).toBe(200);

      const socket = join(command.folder, "serve.sock");
      const first = await command.serve(["--listen", `unix:${socket}`, "--token-file", file]);
      expect(first.url, first.written()).toContain(socket);
      await refused(command, ["--listen", `unix:${socket}`, "--token-file", file], /another server/i);
      const alive = await fetch("http://localhost/livez", { unix: socket });
      expect(alive.status, "the one that was there goes on").toBe(200);
    },
  },
];

function envelopeOf(message: object): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(message));
  const framed = new Uint8Array(5 + text.length);
  new DataView(framed.buffer).setUint32(1, text.length);
  framed.set(text, 5);
  return framed;
}
