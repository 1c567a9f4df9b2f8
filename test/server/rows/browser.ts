import { expect } from "vitest";
import { forms, request, seedPath, told, web } from "./call.ts";
import { everywhere, onBun, overHttp, type Row, type ServerUnderTest } from "./row.ts";

/** One call with another Host header; what is said of it, in each form. */
async function withHost(server: ServerUnderTest, host: string, statuses: readonly number[]): Promise<void> {
  for (const form of forms) {
    const { headers, ...sent } = request(server, { form });
    const others = headers.filter(([name]) => name !== "host");
    const got = await server.send({ ...sent, headers: [["host", host], ...others] });
    expect(statuses, `Host: ${host}`).toContain(got.status);
    expect(told(got, form).text, host).not.toMatch(/<html|\.ts:\d|node_modules|\n {4}at /i);
  }
}

/** A good call as bytes, but for its target and its Host lines. */
function restartBytes(server: ServerUnderTest, target: string, hostLines: readonly string[], version = "1.1"): string {
  const body = JSON.stringify(web);
  return [
    `POST ${target} HTTP/${version}`,
    ...hostLines,
    "Content-Type: application/json",
    `Authorization: Bearer ${server.token}`,
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

/** 41 to 47, 52 and 53: what a page in a browser may try. */
export const browserRows: readonly Row[] = [
  {
    number: 41,
    name: "a Host of somebody else's",
    where: everywhere,
    run: async (server) => {
      for (const host of ["evil.example", "evil.example:8484", "10.0.0.1"]) await withHost(server, host, [403]);
    },
  },
  {
    number: 42,
    name: "a Host that looks like loopback",
    where: everywhere,
    run: async (server) => {
      const hosts = ["localhost.evil.com", "127a0b0c1", "127.0.0.1.nip.io", "localhost.", "0.0.0.0", "127.0.0.2"];
      for (const host of [...hosts, "xlocalhost", "[::]", "[::ffff:127.0.0.1]"]) await withHost(server, host, [403]);
    },
  },
  {
    number: 43,
    name: "a Host that is none",
    where: overHttp,
    run: async (server) => {
      const hosts = [
        "localhost@evil.com",
        "localhost/../x",
        "[::1",
        "a b",
        "localhost:99999",
        "localhost:0",
        ":80",
        "",
      ];
      for (const host of hosts) {
        const { text } = await server.raw(restartBytes(server, seedPath, [`Host: ${host}`]));
        expect(text, host).toMatch(/^HTTP\/1\.1 400 /);
        expect(text, host).not.toMatch(/<html|\.ts:\d|node_modules|\n {4}at /i);
      }
    },
  },
  {
    number: 44,
    name: "two Host headers",
    where: overHttp,
    run: async (server) => {
      for (const second of ["evil.example", server.host]) {
        const { text } = await server.raw(restartBytes(server, seedPath, [`Host: ${server.host}`, `Host: ${second}`]));
        expect(text, second).toMatch(/^HTTP\/1\.1 40[03] /);
      }
    },
  },
  {
    number: 45,
    name: "a target with a foreign host in it",
    where: ["bun-sockets", "deno"],
    not: { workerd: "a worker is not told of the target's host; the one in `Host` is judged" },
    run: async (server) => {
      for (const target of [
        `http://evil.example${seedPath}`,
        `https://evil.example:443${seedPath}`,
        `//evil.example/`,
      ]) {
        const { text } = await server.raw(restartBytes(server, target, [`Host: ${server.host}`]));
        expect(text, target).toMatch(/^HTTP\/1\.1 40[034] /);
      }
    },
  },
  {
    number: 46,
    name: "no Host",
    where: ["bun-sockets", "workerd"],
    not: { deno: "Deno puts the listener's own address in the place of a missing `Host`" },
    run: async (server) => {
      for (const version of ["1.1", "1.0"]) {
        const { text } = await server.raw(restartBytes(server, seedPath, [], version));
        expect(text, version).toMatch(/^HTTP\/1\.[01] 400 /);
        expect(text, version).not.toMatch(/<html|\.ts:\d|node_modules|\n {4}at /i);
      }
    },
  },
  {
    // The port is not compared: a page cannot choose it apart from the name, and forwarded ports differ.
    number: 47,
    name: "the right Host with another port is taken",
    where: onBun,
    patches: 8,
    run: async (server) => {
      await withHost(server, "localhost:1", [200]);
      await withHost(server, "LOCALHOST", [200]);
    },
  },
  {
    number: 52,
    name: "a POST of a form",
    where: onBun,
    run: async (server) => {
      const form = "multipart/form-data; boundary=x";
      for (const type of ["text/plain", "application/x-www-form-urlencoded", form, "", "application/json5", "*/*"]) {
        const { headers, ...sent } = request(server, {});
        const others = headers.filter(([name]) => name !== "content-type");
        const typed = type === "" ? others : [...others, ["content-type", type] as const];
        const { status } = await server.send({ ...sent, headers: typed });
        expect(status, type).toBe(415);
      }
    },
  },
  {
    number: 53,
    name: "GET and HEAD on Restart",
    where: onBun,
    run: async (server) => {
      const message = encodeURIComponent(JSON.stringify(web));
      for (const method of ["GET", "HEAD"]) {
        const headers = [
          ["host", server.host],
          ["authorization", `Bearer ${server.token}`],
        ] as const;
        const path = `${seedPath}?connect=v1&encoding=json&message=${message}`;
        const { status, header } = await server.send({ method, path, headers });
        expect(status, method).toBe(405);
        expect(header.get("allow")).toBe("POST");
      }
    },
  },
];
