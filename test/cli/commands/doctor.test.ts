import { describe, expect, it } from "vitest";
import { RestartError } from "../../../src/core/index.ts";
import { createStage, inspection, type RunOptions, type Stage } from "../stage.ts";

const context = await inspection.context("dev", new AbortController().signal);

const allPods = { verbs: ["list", "watch"], apiGroups: [""], resources: ["pods", "events"] };

/** Status and sentence of each check, by section and name. */
async function checks(stage: Stage, args: readonly string[] = [], options: RunOptions = {}) {
  const { out, exitCode, err } = await stage.run(["doctor", ...args, "-o", "json"], options);
  const items: readonly { section: string; context?: string; check: string; status: string; message: string }[] =
    JSON.parse(out).items;
  const found = Object.fromEntries(
    items.map(({ section, context, check, status, message }) => [
      `${context ?? section} ${check}`,
      `${status}: ${message}`,
    ]),
  );
  return { exitCode, err, found, items };
}

describe("restart doctor", () => {
  it("finds nothing wrong where nothing is", async () => {
    const { out, err, exitCode } = await (await createStage()).run(["doctor"]);
    expect([exitCode, err]).toEqual([0, ""]);
    expect(out).toMatch(/^kubeconfig\n {2}ok {4}file {13}\/home\/t\/.kube\/config \(the default file\): 1 context/);
    expect(out).toContain("\ncontext dev (https://dev.example)\n");
    expect(out).toMatch(/ok {4}version {10}v1\.\d+\.\d+\S* \(tested with 1\.36\)\n/);
    expect(out).toMatch(/ok {4}permissions {6}in namespace shop: all that a restart takes\n/);
    expect(out).toMatch(/ok {4}identity {9}\S+, in .*system:authenticated; cluster \S+\n/);
    expect(out).toMatch(/ok {4}clock {12}as the server's, to the second\n/);
    expect(out.endsWith("\nnothing to complain about\n")).toBe(true);
  });

  it("looks at the cluster with eight requests at most, and changes nothing", async () => {
    const stage = await createStage();
    const before = stage.sim.requests.length;
    await stage.run(["doctor"]);
    const sent = stage.sim.requests.slice(before);
    expect(sent.length).toBeLessThanOrEqual(8);
    expect(sent.filter(({ method, path }) => method !== "GET" && !path.includes("/selfsubject"))).toEqual([]);
  });

  it("says what a reader may not do", async () => {
    const stage = await createStage();
    stage.useToken("reader", [
      { verbs: ["get", "list", "watch"], apiGroups: ["apps"], resources: ["*"] },
      { verbs: ["patch"], apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web"] },
      allPods,
    ]);
    const { found, exitCode } = await checks(stage);
    expect(exitCode).toBe(0);
    expect(found["dev permissions"]).toBe(
      "warn: in namespace shop: may patch deployments.apps of certain names only; may not patch statefulsets.apps; " +
        "may not patch daemonsets.apps; may not get, create, patch and delete leases.coordination.k8s.io",
    );
    expect(found["dev identity"]).toMatch(/^ok: tester.*; the cluster's identity .* may not be read$/);
    expect(found["dev priority"]).toMatch(/^ok: level [-0-9a-f]{36}, whose name could not be read$/);
  });

  it.each([
    [
      "is not there",
      () => {
        throw new RestartError("Unreachable", "cluster dev is unreachable: connection refused");
      },
      "reach",
      "connection refused",
    ],
    ["never answers", () => new Promise<Response>(() => undefined), "reach", "no answer within 5 s"],
    [
      "no credentials are to be had for",
      () => {
        throw new RestartError("CredentialsFailed", "the plugin aws ended with 255");
      },
      "identity",
      "the plugin aws ended with 255",
    ],
    [
      "takes no credentials",
      (request: Request) =>
        request.url.endsWith("/version") ? undefined : new Response("who are you", { status: 401 }),
      "identity",
      "log in again",
    ],
  ])("exits 9 for a cluster that %s, and looks at the others", async (_, answer, check, why) => {
    const stage = await createStage("dead", "well");
    stage.sim.intercept(answer);
    const { found, exitCode } = await checks(stage, ["--context", "*"]);
    expect(exitCode).toBe(9);
    expect(found[`dead ${check}`]).toMatch(/^fail: /);
    expect(found[`dead ${check}`]).toContain(why);
    expect(found["dead permissions"]).toBeUndefined();
    expect(found["well permissions"]).toMatch(/^ok: /);
  });

  it.each([
    ["90 s behind", -90_000, /^warn: 1 m 3\d s ahead of the server's|^warn: 1 m 29 s ahead/],
    ["two minutes ahead", 120_000, /^warn: 2 m behind the server's/],
    ["a second behind", -1000, /^ok: /],
  ])("says how a server's clock differs that is %s", async (_, offset, said) => {
    const stage = await createStage();
    stage.sim.intercept((request) =>
      request.url.endsWith("/version")
        ? Response.json(
            { major: "1", minor: "36", gitVersion: "v1.36.2" },
            { headers: { date: new Date(stage.clock.now() + offset).toUTCString() } },
          )
        : undefined,
    );
    expect((await checks(stage)).found["dev clock"]).toMatch(said);
  });

  it.each([
    ["v1.24.17-gke.1", /^warn: v1\.24\.17-gke\.1, older than what this program is made for/],
    ["v1.33.0", /^ok: v1\.33\.0 \(tested with 1\.36\)/],
  ])("judges the version %s", async (gitVersion, said) => {
    const stage = await createStage();
    stage.sim.intercept((request) => (request.url.endsWith("/version") ? Response.json({ gitVersion }) : undefined));
    expect((await checks(stage)).found["dev version"]).toMatch(said);
  });

  const inDays = (days: number) => new Date(Date.parse("2026-11-25T12:00:00Z") + days * 86_400_000).toISOString();

  it.each([
    ["in a year", inDays(365), "ok", 0],
    ["in three days", inDays(3), "warn", 0],
    ["yesterday", inDays(-1), "fail", 9],
  ])("judges credentials that end %s", async (_, expiresAt, status, code) => {
    const credentials = { kinds: ["token"], expiresAt } as const;
    const seen = { context: async () => ({ ...context, credentials }) };
    const { found, exitCode } = await checks(await createStage(), [], { inspection: seen });
    expect([found["dev credentials"]?.split(":")[0], exitCode]).toEqual([status, code]);
  });

  it("says why a server is not trusted, and through which proxy it is reached", async () => {
    const error = new RestartError("TlsFailure", "dev shows a certificate that has expired");
    const seen = {
      context: async () => ({ ...context, proxy: "http://10.0.0.1:3128", tls: { ...context.tls, error } }),
    };
    const { found } = await checks(await createStage(), [], { inspection: seen });
    expect(found["dev tls"]).toBe("fail: dev shows a certificate that has expired");
    expect(found["dev entry"]).toMatch(/^ok: .*, through the proxy http:\/\/10\.0\.0\.1:3128$/);
  });

  it.each([
    [
      "a certificate of the server that ends soon",
      { certificate: { subject: "CN=kube", issuer: "CN=ca", notAfter: inDays(9) } },
    ],
    ["a server that is not checked", { insecureSkipVerify: true }],
    ["plain HTTP", { secure: false }],
  ])("warns of %s", async (_, tls) => {
    const seen = { context: async () => ({ ...context, tls: { ...context.tls, ...tls } }) };
    const { found, exitCode } = await checks(await createStage(), [], { inspection: seen });
    expect([found["dev tls"]?.split(":")[0], exitCode]).toEqual(["warn", 0]);
  });

  it("names what is wrong with the kubeconfig, and asks no cluster then", async () => {
    const stage = await createStage();
    const [file] = inspection.kubeconfig.files;
    if (file === undefined) throw new Error("no file");
    const error = new RestartError("InvalidConfig", "/home/t/two.yaml:7: this is not valid YAML");
    const kubeconfig = {
      ...inspection.kubeconfig,
      files: [
        { ...file, mode: 0o644 },
        { ...file, file: "/home/t/two.yaml", state: "broken" as const, error },
      ],
      keyFiles: [{ file: "/home/t/key.pem", user: "tester", missing: true }],
      shadowed: [{ entry: "user" as const, name: "tester", file: "/b", line: 4, by: "/a" }],
    };
    const before = stage.sim.requests.length;
    const { out, exitCode } = await stage.run(["doctor"], { inspection: { kubeconfig } });
    expect(exitCode).toBe(2);
    expect(stage.sim.requests.length).toBe(before);
    expect(out).toContain("others may read its keys (mode 0644): chmod 600");
    expect(out).toContain("fail  file             /home/t/two.yaml:7: this is not valid YAML");
    expect(out).toContain("/home/t/key.pem of user tester does not exist");
    expect(out).toContain("user tester in /b:4 counts for nothing: /a has one of that name and is read first");
    expect(out).toContain("\n1 failed, 3 warnings\n");
  });

  it("is content with the service account of a pod", async () => {
    const { kubeconfig: usual } = inspection;
    const kubeconfig = {
      ...usual,
      source: "in-cluster" as const,
      files: usual.files.map((file) => ({ ...file, state: "missing" as const, contexts: 0 })),
      keyFiles: [{ file: "/var/run/secrets/token", user: "in-cluster", missing: false, mode: 0o644 }],
    };
    const { found, items, exitCode } = await checks(await createStage(), [], { inspection: { kubeconfig } });
    expect(exitCode).toBe(0);
    expect(found["kubeconfig kubeconfig"]).toBe("ok: the service account of this pod: no kubeconfig has a context");
    expect(items.filter(({ status }) => status !== "ok")).toEqual([]);
  });

  it.each([
    ["no context is current", "", [], 2, /^fail: none; name one/],
    ["no context is current, and one is named", "", ["--context", "dev"], 0, /^warn: none/],
  ])("says that %s", async (_, currentContext, args, code, said) => {
    const kubeconfig = { ...inspection.kubeconfig, currentContext };
    const { found, exitCode } = await checks(await createStage(), args, { inspection: { kubeconfig } });
    expect([exitCode, found["kubeconfig current-context"]]).toEqual([code, expect.stringMatching(said)]);
  });

  it("shows what an entry that cannot be used says, beside the others", async () => {
    const broken = new RestartError("InvalidConfig", "/home/t/.kube/config:3: cluster has no server");
    const seen = {
      context: async (name: string) => {
        if (name === "bad") throw broken;
        return context;
      },
    };
    const { found, exitCode } = await checks(await createStage("bad", "good"), ["--context", "*"], {
      inspection: seen,
    });
    expect(exitCode).toBe(2);
    expect(found["bad entry"]).toBe("fail: /home/t/.kube/config:3: cluster has no server");
    expect(found["good reach"]).toMatch(/^ok: /);
  });

  it.each([
    [["deploy/web"], "takes no target"],
    [["-n", "shop-*"], "takes one name"],
    [["--context", "nope"], 'there is no context "nope"'],
  ])("refuses %j", async (args, why) => {
    const { err, exitCode } = await (await createStage()).run(["doctor", ...args]);
    expect([exitCode, err]).toEqual([2, expect.stringContaining(why)]);
  });

  it("shows what it knows while a cluster is waited for, in the order of the contexts", async () => {
    const stage = await createStage("slow", "well");
    stage.sim.intercept(() => new Promise<Response>(() => undefined));
    const began = stage.clock.now();
    const seen = new Map<string, number>();
    const { out } = await stage.run(["doctor", "--context", "*"], {
      watch: (screen) => {
        for (const title of ["kubeconfig\n", "context slow", "context well"]) {
          if (screen.includes(title) && !seen.has(title)) seen.set(title, stage.clock.now() - began);
        }
      },
    });
    expect([...seen.keys()]).toEqual(["kubeconfig\n", "context slow", "context well"]);
    expect(seen.get("kubeconfig\n")).toBe(0);
    expect(seen.get("context well")).toBe(5000);
    expect(out.endsWith("\n\n1 failed\n")).toBe(true);
  });

  it("cleans what a cluster says", async () => {
    const stage = await createStage();
    const gitVersion = "v1.36.0\u001b[31m\nBearer abcdefghijklmnop";
    stage.sim.intercept((request) => (request.url.endsWith("/version") ? Response.json({ gitVersion }) : undefined));
    const { out } = await stage.run(["doctor"]);
    expect(out).not.toContain("\u001b");
    expect(out).not.toContain("abcdefghijklmnop");
  });
});
