import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/core/index.ts";
import { createStage, type Stage } from "../cli/stage.ts";
import { workload } from "../core/simulated.ts";

async function shop(): Promise<Stage> {
  const stage = await createStage();
  await stage.apply(workload("Deployment", "web"));
  return stage;
}

const isReal = ({ method, url }: Request) => method === "PATCH" && !url.includes("dryRun=All");
const isAgain = ({ headers }: Request) => headers.has("x-again");

/** The same request, past the one who answers in place of the cluster. */
async function pass({ sim }: Stage, request: Request): Promise<Response> {
  const { method, url, signal } = request;
  const headers = new Headers(request.headers);
  headers.set("x-again", "1");
  return sim.handle(new Request(url, { method, headers, signal, body: await request.text() }));
}

const status = (code: number, reason: string, message: string) =>
  Response.json({ apiVersion: "v1", kind: "Status", status: "Failure", code, reason, message }, { status: code });
const sent = ({ sim }: Stage) =>
  sim.requests.filter(({ method, query }) => method === "PATCH" && !query.includes("dryRun=All"));
const replicaSets = ({ sim }: Stage) => sim.store.list("replicasets.apps", "shop").length;

/** What a mutating webhook makes of an answer that takes the restart out again. */
async function stripped(answer: Response): Promise<Response> {
  const object = (await answer.json()) as {
    readonly spec: { readonly template: { readonly metadata: { readonly annotations: Record<string, string> } } };
  };
  delete object.spec.template.metadata.annotations["kubectl.kubernetes.io/restartedAt"];
  return Response.json(object);
}

describe("an answer that is no restart", () => {
  it("row 39: a field that the object does not have is a failure, as every PATCH asks for strictness", async () => {
    const stage = await shop();
    const message = 'strict decoding error: unknown field "spec.template"';
    stage.sim.intercept((request) => (isReal(request) ? status(422, "Invalid", message) : undefined));
    const { out, err, exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect(exitCode).toBe(4);
    expect(err).toContain(message);
    expect(out).not.toContain("restarted");
    const patches = stage.sim.requests.filter(({ method }) => method === "PATCH");
    expect(patches.map(({ query }) => new URLSearchParams(query).get("fieldValidation"))).toEqual(["Strict", "Strict"]);
  });

  it("row 39: a kind whose template nobody knows is sent nothing", async () => {
    const stage = await shop();
    const before = stage.sim.requests.length;
    const { err, exitCode } = await stage.run(["certificates.cert-manager.io/web", "--yes"]);
    expect([exitCode, err]).toEqual([2, expect.stringContaining('there is no kind "certificates.cert-manager.io"')]);
    expect(stage.sim.requests).toHaveLength(before);
  });

  it("row 40: a webhook that takes the annotation out is seen by the dry run", async () => {
    const stage = await shop();
    stage.sim.intercept((request) =>
      request.method === "PATCH" && !isAgain(request) ? pass(stage, request).then(stripped) : undefined,
    );
    const { out, err, exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect([exitCode, out]).toEqual([4, ""]);
    expect(err).toContain(
      "deployment.apps/web would not be restarted: the API server accepted the restart and did not",
    );
    expect(sent(stage)).toEqual([]);
  });

  it("row 40: one that does so only afterwards makes a failure, and never a restart", async () => {
    const stage = await shop();
    stage.sim.intercept((request) =>
      isReal(request) && !isAgain(request) ? pass(stage, request).then(stripped) : undefined,
    );
    const { out, err, exitCode } = await stage.run(["deploy/web", "--yes", "-o", "json"]);
    expect(exitCode).toBe(5);
    expect(err).toContain("did not keep it");
    expect(JSON.parse(out).items[0].error).toMatchObject({ reason: "NotRestarted" });
  });
});

describe("an answer that does not come", () => {
  it("row 53: a 503 without a time to wait is tried again with the same body, and not for ever", async () => {
    const stage = await shop();
    stage.sim.intercept((request) => (isReal(request) ? status(503, "ServiceUnavailable", "no") : undefined));
    const { exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect(exitCode).toBe(9);
    const bodies = sent(stage).map(({ body }) => body);
    expect(bodies).toHaveLength(5);
    expect(new Set(bodies).size).toBe(1);
    expect(replicaSets(stage)).toBe(1);
  });

  const lost = () => Promise.reject(new RestartError("Unreachable", "reset", { detail: { sent: "yes" } }));
  it.each([
    ["a reset", lost],
    ["a 504", () => Promise.resolve(status(504, "Timeout", "request did not complete"))],
  ])("row 55: %s behind the write is looked into, and is one rollout that is followed", async (_, answer) => {
    const stage = await shop();
    let times = 0;
    stage.sim.intercept((request) => {
      if (!isReal(request) || isAgain(request) || times > 0) return undefined;
      times += 1;
      return pass(stage, request).then(answer);
    });
    const { out, exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect([times, exitCode]).toEqual([1, 0]);
    expect(out).toContain('deployment "web" successfully rolled out');
    expect(new Set(sent(stage).map(({ body }) => body)).size).toBe(1);
    expect(replicaSets(stage)).toBe(2);
  });

  it("row 55: a write that happens after the second try is the same restart", async () => {
    const stage = await shop();
    let late: Promise<Response> | undefined;
    stage.sim.intercept((request) => {
      if (!isReal(request) || isAgain(request) || late !== undefined) return undefined;
      const arrived = request.text();
      late = stage.clock.sleep(5000).then(async () => {
        const { method, url } = request;
        const headers = new Headers(request.headers);
        headers.set("x-again", "1");
        return stage.sim.handle(new Request(url, { method, headers, body: await arrived }));
      });
      return lost();
    });
    const { exitCode } = await stage.run(["deploy/web", "--yes"]);
    expect(exitCode).toBe(0);
    await stage.clock.advance(60_000);
    expect((await late)?.status).toBe(200);
    expect(replicaSets(stage)).toBe(2);
  });
});
