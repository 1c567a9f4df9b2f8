import { get as httpGet, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createSimulatedCluster, type SimulatedCluster } from "../../src/sim/cluster.ts";
import { renderKubeconfig, type ServedClusters, serveClusters } from "../../src/sim/host.ts";
import { createVirtualClock } from "../virtual-clock.ts";

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

function cluster(name: string, unreachable = false): SimulatedCluster & { readonly pending: () => number } {
  const clock = createVirtualClock(Date.parse("2026-11-25T12:00:00Z"));
  const sim = createSimulatedCluster({ clock, seed: 1, name, unreachable, controllers: false });
  return { ...sim, pending: clock.pending };
}

async function serve(...clusters: readonly SimulatedCluster[]): Promise<ServedClusters> {
  const served = await serveClusters(clusters);
  closers.push(served.close);
  return served;
}

/** Opens a request and resolves with its headers, whether or not a body ever comes. */
function open(served: ServedClusters, path: string, token = served.entries[0]?.token): Promise<IncomingMessage> {
  const [entry] = served.entries;
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      `${entry?.server}${path}`,
      { ca: entry?.certificate ?? "", headers: { authorization: `Bearer ${token}` }, agent: false },
      resolve,
    );
    request.on("error", reject);
    request.end();
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of message.setEncoding("utf8")) text += chunk;
  return text;
}

/** Waits for something that follows from what was done, turn by turn of the event loop. */
async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("it did not come true within five seconds");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("a served cluster", () => {
  it("answers over TLS to its token alone", async () => {
    const served = await serve(cluster("shop-dev"));
    const answer = await open(served, "/api/v1/namespaces");
    expect([answer.statusCode, JSON.parse(await textOf(answer)).kind]).toEqual([200, "NamespaceList"]);
    const refused = await open(served, "/api/v1/namespaces", "wrong");
    expect(refused.statusCode).toBe(401);
    refused.resume();
  });

  it("sends the headers of a watch before the first event, and each event at once", async () => {
    const sim = cluster("shop-dev");
    const served = await serve(sim);
    const watch = await open(served, `/api/v1/configmaps?watch=1&resourceVersion=${sim.store.revision()}`);
    expect(watch.statusCode).toBe(200);
    sim.store.create("configmaps", {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a", namespace: "default" },
    });
    const [first] = await watch
      .setEncoding("utf8")
      [Symbol.asyncIterator]()
      .next()
      .then(({ value }) => [String(value)]);
    expect(JSON.parse(first ?? "")).toMatchObject({ type: "ADDED", object: { metadata: { name: "a" } } });
    watch.destroy();
  });

  it("forgets a watch whose client leaves", async () => {
    const sim = cluster("shop-dev");
    const served = await serve(sim);
    const watch = await open(served, "/api/v1/configmaps?watch=1");
    await until(() => sim.pending() === 1);
    watch.destroy();
    await until(() => sim.pending() === 0);
  });

  it("ends its watches when it closes", async () => {
    const served = await serveClusters([cluster("shop-dev")]);
    const watch = await open(served, "/api/v1/configmaps?watch=1");
    const ended = new Promise((resolve) => watch.on("close", resolve).on("error", resolve).resume());
    await served.close();
    await ended;
  });

  it("holds 300 watches and answers beside them", async () => {
    const served = await serve(cluster("shop-dev"));
    const watches = await Promise.all(Array.from({ length: 300 }, () => open(served, "/api/v1/configmaps?watch=1")));
    expect((await open(served, "/version")).resume().statusCode).toBe(200);
    for (const watch of watches) watch.destroy();
  });

  it("is silent when it is unreachable", async () => {
    const { entries } = await serve(cluster("old-dc", true));
    const { port } = new URL(entries[0]?.server ?? "");
    const heard: unknown[] = [];
    const socket = connect(Number(port), "127.0.0.1");
    await new Promise((resolve) => socket.on("connect", resolve));
    socket.on("data", (data) => heard.push(data)).on("close", () => heard.push("closed"));
    await new Promise((resolve) => socket.write("GET / HTTP/1.1\r\n\r\n", resolve));
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual([]);
    socket.destroy();
  });

  it("can be served without TLS, for what stands in front of it", async () => {
    const served = await serveClusters([cluster("shop-dev")], { tls: false });
    closers.push(served.close);
    const answer = await new Promise<IncomingMessage>((resolve) =>
      httpGet(`${served.entries[0]?.server}/readyz`, resolve),
    );
    expect(await textOf(answer)).toBe("ok");
  });

  it("stands in a kubeconfig with its authority, the first as the current context", async () => {
    const { entries } = await serve(cluster("shop-dev"), cluster("old-dc", true));
    const config = parse(renderKubeconfig(entries));
    expect(config["current-context"]).toBe("shop-dev");
    expect(config.contexts.map(({ name }: { name: string }) => name)).toEqual(["shop-dev", "old-dc"]);
    const [{ cluster: first }] = config.clusters;
    expect(first.server).toBe(entries[0]?.server);
    expect(atob(first["certificate-authority-data"])).toBe(entries[0]?.certificate);
    expect(config.users[0].user.token).toBe(entries[0]?.token);
  });
});
