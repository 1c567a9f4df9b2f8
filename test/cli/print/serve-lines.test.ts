import { describe, expect, it } from "vitest";
import { type ServeStart, serveLines } from "../../../src/cli/print/serve-lines.ts";

const start: ServeStart = {
  url: "http://127.0.0.1:8484",
  socketPath: undefined,
  certFile: undefined,
  tokenFile: { path: "/home/you/token", isBare: true, isNew: false },
  clusters: ["dev"],
  example: { cluster: "dev", namespace: "shop" },
  isExposed: false,
};
const curlOf = (more: Partial<ServeStart>) => /curl .*/.exec(serveLines({ ...start, ...more }))?.[0];

describe("the first lines of a server", () => {
  it("say where, for whom and how", () => {
    expect(serveLines(start)).toBe(
      [
        "serving on http://127.0.0.1:8484; callers bear a token of /home/you/token; clusters: dev",
        "A restart, with the workload's name in place of NAME:",
        `  curl -H "Authorization: Bearer $(cat /home/you/token)" -H 'Content-Type: application/json' -d '{"group":"apps","version":"v1","resource":"deployments","namespace":"shop","name":"NAME"}' http://127.0.0.1:8484/otterscale.runtime.v1.RuntimeService/Restart`,
        "",
      ].join("\n"),
    );
  });

  it("name a cluster where there are several, and not hundreds of them", () => {
    const clusters = Array.from({ length: 200 }, (_, index) => `c${index}`);
    expect(serveLines({ ...start, clusters })).toContain("clusters: c0, c1, c2, c3, c4 and 195 more\n");
    expect(curlOf({ clusters })).toContain(`{"cluster":"dev","group"`);
  });

  it("show a call over a socket, with a certificate, without a token", () => {
    expect(serveLines({ ...start, socketPath: "/run/r.sock" })).toContain("serving on unix:/run/r.sock;");
    expect(curlOf({ socketPath: "/run/r.sock" })).toContain("--unix-socket /run/r.sock ");
    expect(curlOf({ certFile: "/etc/my certs/tls.crt" })).toContain("--cacert '/etc/my certs/tls.crt' ");
    expect(curlOf({ tokenFile: undefined })).not.toContain("Authorization");
    expect(serveLines({ ...start, tokenFile: undefined })).toContain("anyone who can connect may call");
  });

  it("read the token of a file that a shell would stumble over", () => {
    const path = "/home/o'neil/my token";
    const { stdout } = Bun.spawnSync([
      "sh",
      "-c",
      `cat() { printf %s "$1"; }; set -- ${curlOf({ tokenFile: { path, isBare: true, isNew: false } })}; printf %s "$3"`,
    ]);
    expect(stdout.toString()).toBe(`Authorization: Bearer ${path}`);
  });

  it("take the first token of a list", () => {
    expect(curlOf({ tokenFile: { path: "t", isBare: false, isNew: false } })).toContain(
      "$(awk '!/^#/ && NF {print $NF; exit}' t)",
    );
  });

  it("warn of tokens in clear, and hand nothing raw to the terminal", () => {
    expect(serveLines({ ...start, isExposed: true })).toContain("Warning: tokens cross the network in clear");
    expect(serveLines({ ...start, clusters: ["a\u001b[31mb"] })).not.toContain("\u001b");
  });
});
