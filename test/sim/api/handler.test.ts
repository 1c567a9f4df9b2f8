import { describe, expect, it } from "vitest";
import { bench, configMap, configMaps, deployment, deployments } from "./simulated.ts";

const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

interface Named {
  readonly name: string;
  readonly resource: string;
}

describe("discovery", () => {
  it("is one document when it is asked for first, and plain otherwise", async () => {
    const { send } = bench();
    const one = await send("GET /apis", undefined, { accept: `${aggregated},application/json` });
    expect(one.headers.get("content-type")).toBe(aggregated);
    const groups = one.body["items"] as readonly {
      metadata: Named;
      versions: readonly { resources: readonly Named[] }[];
    }[];
    const apps = groups.find(({ metadata }) => metadata.name === "apps");
    expect(apps?.versions[0]?.resources.map(({ resource }) => resource)).toContain("deployments");
    const plain = await send("GET /apis", undefined, { accept: "application/json" });
    expect(plain.body).toMatchObject({ kind: "APIGroupList" });
  });

  it("lists a group version with its subresources", async () => {
    const { send } = bench();
    const { body } = await send("GET /apis/apps/v1");
    const names = (body["resources"] as readonly Named[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["deployments", "deployments/scale", "deployments/status"]));
    expect((await send("GET /api")).body).toMatchObject({ kind: "APIVersions", versions: ["v1"] });
    expect((await send("GET /apis/apps")).body).toMatchObject({ kind: "APIGroup", name: "apps" });
  });

  it.each([
    ["GET /apis/apps/v1/namespaces/shop/foos", 404, "the server could not find the requested resource"],
    ["GET /apis/apps/v2", 404, "the server could not find the requested resource"],
    [`PUT ${deployments}`, 405, "the server does not allow this method on the requested resource"],
    [`GET ${deployments}/web/foo`, 404, "the server could not find the requested resource"],
  ])("%s is a Status without details", async (request, status, message) => {
    const { send } = bench();
    const { body, ...answer } = await send(request);
    expect([answer.status, body["message"], body["details"]]).toEqual([status, message, {}]);
  });

  it.each(["/apis/foo.example/v1/namespaces/shop/foos", "/foo", "/openapi/v3/apis/foo/v1"])(
    "GET %s is no API at all",
    async (path) => {
      const { send } = bench();
      const { status, text, headers } = await send(`GET ${path}`);
      expect([status, text, headers.get("content-type")]).toEqual([
        404,
        "404 page not found\n",
        "text/plain; charset=utf-8",
      ]);
    },
  );

  it("describes fields with their merge keys for kubectl", async () => {
    const { send } = bench();
    const index = (await send("GET /openapi/v3")).body["paths"] as Record<string, { serverRelativeURL: string }>;
    const { text } = await send(`GET ${index["apis/apps/v1"]?.serverRelativeURL}`);
    const { components } = JSON.parse(text);
    const spec = components.schemas["io.k8s.api.PodSpec"].properties;
    expect(spec.containers).toMatchObject({ type: "array", "x-kubernetes-patch-merge-key": "name" });
  });
});

describe("who may ask", () => {
  const from = (sim: ReturnType<typeof bench>["sim"], path: string, token?: string) =>
    sim.handle(
      new Request(
        `http://sim.example${path}`,
        token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
      ),
      { trusted: false },
    );

  it("is nobody without a known token, save for health and version", async () => {
    const { sim } = bench();
    const statuses = async (path: string) => [(await from(sim, path)).status, (await from(sim, path, "wrong")).status];
    expect(await statuses(configMaps)).toEqual([403, 401]);
    expect(await statuses("/version")).toEqual([200, 401]);
    expect((await from(sim, "/readyz")).status).toBe(200);
    expect((await from(sim, configMaps, sim.token)).status).toBe(200);
  });

  it("is whom the rules of a token let in", async () => {
    const { sim } = bench();
    sim.addToken("bobs", "bob", ["devs"], [{ verbs: ["list"], resources: ["configmaps"], namespaces: ["shop"] }]);
    expect((await from(sim, configMaps, "bobs")).status).toBe(200);
    expect((await from(sim, "/api/v1/configmaps", "bobs")).status).toBe(403);
    const refused = (await (await from(sim, "/api/v1/namespaces/shop", "bobs")).json()) as { message: string };
    expect(refused.message).toBe(
      'namespaces "shop" is forbidden: User "bob" cannot get resource "namespaces" in API group "" in the namespace "shop"',
    );
  });

  it("may be somebody else when everything is allowed", async () => {
    const { send, sim } = bench();
    sim.addToken("bobs", "bob", [], []);
    const review = (headers = {}) => send("POST /apis/authentication.k8s.io/v1/selfsubjectreviews", {}, headers);
    expect((await review({ "impersonate-user": "bob" })).text).toContain('"username":"bob"');
    const { status } = await send(`GET ${configMaps}`, undefined, { "impersonate-user": "bob" });
    expect(status).toBe(403);
  });
});

describe("the surroundings of an answer", () => {
  it("are the clock's time, the client's Audit-ID and each warning once", async () => {
    const { send, sim } = bench();
    sim.addPolicy({ name: "freeze.example.com", action: "warn", message: "soon", match: () => true });
    const body = { ...(configMap("a") as object), bogus: 1 };
    const { headers, status } = await send(`POST ${configMaps}`, body, { "audit-id": "run-1/7" });
    expect([status, headers.get("audit-id"), headers.get("date")]).toEqual([
      201,
      "run-1/7",
      "Wed, 25 Nov 2026 12:00:00 GMT",
    ]);
    expect(headers.get("warning")?.split(/, (?=299)/)).toEqual([
      String.raw`299 - "unknown field \"bogus\""`,
      `299 - "Validation failed for ValidatingAdmissionPolicy 'freeze.example.com' with binding 'freeze-warn': soon"`,
    ]);
  });

  it("can be taken over by a test, which sees the request whole", async () => {
    const { send, sim } = bench();
    const bodies: string[] = [];
    const stop = sim.intercept((request) => {
      request.text().then(
        (text) => bodies.push(text),
        () => undefined,
      );
      return request.method === "POST" ? new Response("Too many requests", { status: 429 }) : undefined;
    });
    expect((await send(`POST ${configMaps}`, configMap("a"))).status).toBe(429);
    expect((await send(`GET ${configMaps}/a`)).status).toBe(404);
    stop();
    expect((await send(`POST ${configMaps}`, configMap("a"))).status).toBe(201);
    expect(JSON.parse(bodies[0] ?? "")).toEqual(configMap("a"));
  });

  it("are recorded", async () => {
    const { send, sim } = bench();
    await send(`POST ${deployments}?dryRun=All`, deployment("web"));
    expect(sim.requests.at(-1)).toMatchObject({
      method: "POST",
      path: deployments,
      query: "dryRun=All",
      contentType: "application/json",
      userAgent: "tester/1.0",
      user: "admin",
    });
  });
});
