import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ExecConfig } from "../../src/runtime/kubeconfig-entry.ts";
import { userCredentials } from "../../src/runtime/user-credentials.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { entryFor, failureOf, fetchFor } from "./cluster-under-test.ts";
import { createPki, type Pki } from "./pki.ts";
import { type Echo, startApiServer, type TestServer } from "./servers.ts";

const version = "client.authentication.k8s.io/v1";
const start = Date.parse("2026-11-25T12:00:00Z");
let pki: Pki;
let folder: string;
let api: TestServer;
/** The first requests that the API server refuses. */
let refusals = 0;

beforeAll(async () => {
  pki = createPki();
  api = await startApiServer(pki, {
    clientCertificate: "asked",
    handle: (request, response) => {
      refusals -= 1;
      response.writeHead(refusals >= 0 ? 401 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify({ authorization: request.headers.authorization }));
    },
  });
});
afterAll(async () => {
  await api.close();
  pki.remove();
});
beforeEach(() => {
  refusals = 0;
  folder = mkdtempSync(join(tmpdir(), "restart-plugin-"));
  return () => rmSync(folder, { recursive: true, force: true });
});

/** A shell script that writes a line for each of its calls into `calls`. */
function plugin(body: string, name = "plugin"): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    `#!/bin/sh\necho call >> '${folder}/calls'\nn=$(wc -l < '${folder}/calls' | tr -d ' ')\n${body}\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

const calls = (): number => readFileSync(join(folder, "calls"), "utf8").split("\n").length - 1;
const credential = (status: string, apiVersion = version): string =>
  `cat <<END\n{"apiVersion":"${apiVersion}","kind":"ExecCredential","status":${status}}\nEND`;

interface Setting {
  readonly exec: Partial<ExecConfig> & { readonly command: string };
  readonly env?: Readonly<Record<string, string>>;
  readonly stdinIsTerminal?: boolean;
  readonly clock?: ReturnType<typeof createVirtualClock>;
  readonly onPluginStderr?: (text: string) => void;
}

function reach({
  exec,
  env = {},
  stdinIsTerminal = false,
  clock = createVirtualClock(start),
  onPluginStderr = () => undefined,
}: Setting) {
  const full: ExecConfig = {
    apiVersion: version,
    args: [],
    env: [],
    provideClusterInfo: false,
    interactiveMode: "IfAvailable",
    ...exec,
  };
  const server = `https://127.0.0.1:${api.port}`;
  const options = { cluster: { certificateAuthorityData: pki.goodCa.cert }, user: { exec: full } };
  const host = { clock, env: { PATH: process.env["PATH"], ...env }, stdinIsTerminal, onPluginStderr };
  return fetchFor(server, { ...options, credentials: userCredentials(entryFor(server, options), host) });
}

const authorization = async (answer: Promise<Response>): Promise<unknown> =>
  ((await (await answer).json()) as { readonly authorization: unknown }).authorization;

describe("a credential plugin", () => {
  it("gives the token of the requests", async () => {
    const fetch = reach({ exec: { command: plugin(credential('{"token":"t-$n"}')) } });
    expect(await authorization(fetch("/api", {}))).toBe("Bearer t-1");
  });

  it("runs once for ten requests that come at the same time", async () => {
    const fetch = reach({ exec: { command: plugin(credential('{"token":"t-$n"}')) } });
    const answers = await Promise.all(Array.from({ length: 10 }, () => authorization(fetch("/api", {}))));
    expect([new Set(answers), calls()]).toEqual([new Set(["Bearer t-1"]), 1]);
  });

  it("runs again only when what it gave has expired", async () => {
    const clock = createVirtualClock(start);
    const command = plugin(credential('{"token":"t-$n","expirationTimestamp":"2026-11-25T12:10:00Z"}'));
    const fetch = reach({ exec: { command }, clock });
    const first = await authorization(fetch("/api", {}));
    await clock.advance(599_000);
    const second = await authorization(fetch("/api", {}));
    await clock.advance(2000);
    const third = await authorization(fetch("/api", {}));
    expect([first, second, third]).toEqual(["Bearer t-1", "Bearer t-1", "Bearer t-2"]);
  });

  it("runs once more after a 401, and the request is sent again", async () => {
    const fetch = reach({ exec: { command: plugin(credential('{"token":"t-$n"}')) } });
    refusals = 1;
    expect(await authorization(fetch("/api", {}))).toBe("Bearer t-2");
  });

  it("is not run again and again by a server that refuses everything", async () => {
    const fetch = reach({ exec: { command: plugin(credential('{"token":"t-$n"}')) } });
    refusals = 10;
    expect([(await fetch("/api", {})).status, (await fetch("/api", {})).status, calls()]).toEqual([401, 401, 2]);
  });

  it("gives a client certificate, and another one after the first has expired", async () => {
    const clock = createVirtualClock(start);
    for (const [name, { cert, key }] of Object.entries({ "1": pki.alice, "2": pki.bob })) {
      const status = { clientCertificateData: cert, clientKeyData: key, expirationTimestamp: "2026-11-25T12:10:00Z" };
      writeFileSync(join(folder, name), JSON.stringify({ apiVersion: version, kind: "ExecCredential", status }));
    }
    const fetch = reach({ exec: { command: plugin(`cat '${folder}'/$n`) }, clock });
    const name = async () => ((await (await fetch("/echo", {})).json()) as Echo).clientName;
    const first = await name();
    await clock.advance(601_000);
    expect([first, await name()]).toEqual(["alice", "bob"]);
  });

  it("is told about the cluster when it asks, and that nobody is there to answer", async () => {
    const command = plugin(`printf '%s' "$KUBERNETES_EXEC_INFO" > '${folder}/info'\n${credential('{"token":"t"}')}`);
    await reach({ exec: { command, provideClusterInfo: true } })("/api", {});
    const info: unknown = JSON.parse(readFileSync(join(folder, "info"), "utf8"));
    expect(info).toMatchObject({
      apiVersion: version,
      kind: "ExecCredential",
      spec: {
        interactive: false,
        cluster: {
          server: `https://127.0.0.1:${api.port}`,
          "certificate-authority-data": Buffer.from(pki.goodCa.cert).toString("base64"),
        },
      },
    });
  });

  it("gets its own environment on top of ours, its arguments, and no input to wait for", async () => {
    const command = plugin(`IFS= read -r line || line=end\n${credential('{"token":"$1-$OURS-$THEIRS-$line"}')}`);
    const exec = { command, args: ["argument"], env: [{ name: "THEIRS", value: "theirs" }] };
    const fetch = reach({ exec, env: { OURS: "ours", THEIRS: "no" } });
    expect(await authorization(fetch("/api", {}))).toBe("Bearer argument-ours-theirs-end");
  });

  it("can say something to the person", async () => {
    const said: string[] = [];
    const command = plugin(`echo 'open the browser' >&2\n${credential('{"token":"t"}')}`);
    await reach({ exec: { command }, onPluginStderr: (text) => said.push(text) })("/api", {});
    expect(said.join("")).toBe("open the browser\n");
  });

  it("speaks the older version, too", async () => {
    const beta = "client.authentication.k8s.io/v1beta1";
    const fetch = reach({ exec: { command: plugin(credential('{"token":"t"}', beta)), apiVersion: beta } });
    expect(await authorization(fetch("/api", {}))).toBe("Bearer t");
  });
});

describe("a credential plugin that fails", () => {
  const table: readonly { readonly name: string; readonly body: string; readonly says: string }[] = [
    { name: "exits", body: "echo secret-token; exit 3", says: "failed with exit code 3" },
    { name: "prints nothing", body: "true", says: "printed nothing" },
    { name: "prints no JSON", body: "echo secret-token", says: "did not print JSON" },
    { name: "prints something else", body: 'echo \'{"kind":"Pod"}\'', says: "did not print an ExecCredential" },
    {
      name: "prints another version",
      body: credential("{}", "example.com/v9"),
      says: "printed apiVersion example.com/v9",
    },
    { name: "prints no credentials", body: credential("{}"), says: "printed neither a token nor a client certificate" },
    {
      name: "prints half a certificate",
      body: credential('{"clientKeyData":"secret-token"}'),
      says: "without its certificate",
    },
    {
      name: "prints a broken time",
      body: credential('{"token":"secret-token","expirationTimestamp":"soon"}'),
      says: "expirationTimestamp",
    },
    { name: "is killed", body: "kill -9 $$", says: "was ended by SIGKILL" },
  ];
  it.each(table)("because it $name says so and never what it printed", async ({ body, says }) => {
    const command = plugin(body);
    const error = await failureOf(reach({ exec: { command } })("/api", {}));
    expect(error.reason).toBe("CredentialsFailed");
    expect(error.message).toContain(says);
    expect(error.message).toContain(JSON.stringify(command));
    expect(JSON.stringify([error.message, error.detail])).not.toContain("secret-token");
  });

  it("because it is not installed shows its hint, without the escape sequences that hide in it", async () => {
    const exec = { command: "restart-test-no-such-plugin", installHint: "get it from\n\u001b[31mexample.com" };
    const error = await failureOf(reach({ exec })("/api", {}));
    expect(error.message).toBe(
      'the credential plugin "restart-test-no-such-plugin" of user "alice" is not installed: get it from example.com',
    );
  });

  it("because it must ask and there is no terminal is not even started", async () => {
    const command = plugin(credential('{"token":"t"}'));
    const error = await failureOf(reach({ exec: { command, interactiveMode: "Always" } })("/api", {}));
    expect(error.message).toContain("needs a terminal");
    expect(() => calls()).toThrow("ENOENT");
  });

  it("is started again for the next request", async () => {
    const command = plugin(`[ $n = 1 ] && exit 1\n${credential('{"token":"t-$n"}')}`);
    const fetch = reach({ exec: { command } });
    await failureOf(fetch("/api", {}));
    expect(await authorization(fetch("/api", {}))).toBe("Bearer t-2");
  });

  it("is ended when nobody waits for it any more", async () => {
    const leave = new AbortController();
    const command = plugin(`echo $$ > '${folder}/pid'\nexec sleep 600`);
    const answer = reach({ exec: { command } })("/api", { signal: leave.signal });
    answer.catch(() => undefined);
    let pid = 0;
    while (pid === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      pid = Number(
        await Bun.file(join(folder, "pid"))
          .text()
          .catch(() => "0"),
      );
    }
    leave.abort();
    await expect(answer).rejects.toThrow();
    const isAlive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    while (isAlive()) await new Promise((resolve) => setImmediate(resolve));
    expect(isAlive()).toBe(false);
  });
});
