import { describe, expect, it } from "vitest";
import { bench, configMap, configMaps } from "./simulated.ts";

const merge = { "content-type": "application/merge-patch+json" };

/** `TYPE name@version`, and the mark of a bookmark that ends the initial events. */
function brief(seen: readonly unknown[]): readonly string[] {
  return seen.map((line) => {
    if (typeof line === "string") return line;
    if (line instanceof Error) return line.message;
    const { type, object } = line as {
      readonly type: string;
      readonly object: {
        readonly metadata: { readonly name?: string; readonly resourceVersion?: string; readonly annotations?: object };
        readonly message?: string;
      };
    };
    const { name = "", resourceVersion = "", annotations } = object.metadata;
    return [type, `${name}@${resourceVersion}`, ...Object.keys(annotations ?? {}), object.message ?? ""]
      .join(" ")
      .trim();
  });
}

async function filled() {
  const { clock, send, open, sim } = bench();
  await send(`POST ${configMaps}`, configMap("a", { app: "web" }));
  const version = sim.store.revision();
  const watch = (query: string, signal?: AbortSignal) => open(`${configMaps}?watch=1&${query}`, signal);
  return { clock, send, sim, watch, version };
}

describe("a watch", () => {
  it("goes on from a version without losing or repeating an event", async () => {
    const { clock, send, watch, version } = await filled();
    await send(`POST ${configMaps}`, configMap("b"));
    const { seen } = await watch(`resourceVersion=${version}`);
    await send(`PATCH ${configMaps}/b`, { data: { key: "2" } }, merge);
    await send(`DELETE ${configMaps}/a`);
    await send("POST /api/v1/namespaces/default/configmaps", configMap("elsewhere"));
    await clock.advance(0);
    const at = (offset: number) => version + offset;
    expect(brief(seen)).toEqual([`ADDED b@${at(1)}`, `MODIFIED b@${at(2)}`, `DELETED a@${at(3)}`]);
  });

  it("shows what enters and leaves its selection as added and deleted", async () => {
    const { clock, send, watch, version } = await filled();
    const { seen } = await watch(`resourceVersion=${version}&labelSelector=app%3Dweb`);
    await send(`PATCH ${configMaps}/a`, { metadata: { labels: { app: "api" } } }, merge);
    await send(`PATCH ${configMaps}/a`, { data: { key: "2" } }, merge);
    await send(`PATCH ${configMaps}/a`, { metadata: { labels: { app: "web" } } }, merge);
    await clock.advance(0);
    expect(brief(seen)).toEqual([`DELETED a@${version + 1}`, `ADDED a@${version + 3}`]);
  });

  it("marks the end of the initial events and then a bookmark a minute", async () => {
    const { clock, send, watch, version } = await filled();
    const query =
      "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=150";
    const { seen } = await watch(query);
    await clock.advance(59_000);
    expect(brief(seen)).toEqual([`ADDED a@${version}`, `BOOKMARK @${version} k8s.io/initial-events-end`]);
    await send("POST /api/v1/namespaces/default/configmaps", configMap("elsewhere"));
    await clock.advance(90_000);
    expect(brief(seen).slice(2)).toEqual([`BOOKMARK @${version + 1}`, `BOOKMARK @${version + 1}`]);
    await clock.advance(1_000);
    expect(brief(seen).slice(4)).toEqual(["closed"]);
  });

  it("sends no bookmark that nobody asked for", async () => {
    const { clock, watch, version } = await filled();
    const { seen } = await watch("timeoutSeconds=150");
    await clock.advance(150_000);
    expect(brief(seen)).toEqual([`ADDED a@${version}`, "closed"]);
  });

  it("answers a forgotten version with one error event", async () => {
    const { clock, sim, send, watch, version } = await filled();
    await send(`DELETE ${configMaps}/a`);
    sim.store.compact(version + 1);
    const { seen } = await watch(`resourceVersion=${version}`);
    await clock.advance(0);
    expect(brief(seen)).toEqual([`ERROR @ too old resource version: ${version} (${version + 1})`, "closed"]);
    expect(seen[0]).toMatchObject({ object: { kind: "Status", reason: "Expired", code: 410 } });
  });

  it("lives for half an hour at least when no time is asked for", async () => {
    const { clock, watch, version } = await filled();
    const { seen } = await watch(`resourceVersion=${version}`);
    await clock.advance(1_799_000);
    expect(seen).toEqual([]);
    await clock.advance(1_801_000);
    expect(seen).toEqual(["closed"]);
  });

  it.each(["an abort", "a reader that leaves", "the cluster's end"])("leaves no timer behind after %s", async (how) => {
    const { clock, sim, watch, version } = await filled();
    const abort = new AbortController();
    const { seen, cancel } = await watch(`resourceVersion=${version}`, abort.signal);
    await clock.advance(1_000);
    expect(clock.pending()).toBe(1);
    if (how === "an abort") abort.abort(new Error("enough"));
    else if (how === "a reader that leaves") await cancel();
    else sim.close();
    await clock.advance(0);
    expect(clock.pending()).toBe(0);
    expect(brief(seen)).toEqual([how === "an abort" ? "enough" : "closed"]);
  });

  it("of rows names the columns once", async () => {
    const { clock, send, sim } = await filled();
    const headers = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };
    const response = await sim.handle(
      new Request(`http://sim.example${configMaps}?watch=1&timeoutSeconds=1`, { headers }),
    );
    await send(`POST ${configMaps}`, configMap("b"));
    await clock.advance(1_000);
    const tables = (await response.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).object);
    expect(tables.map(({ columnDefinitions: columns, rows }) => [columns?.length, rows[0].cells[0]])).toEqual([
      [3, "a"],
      [undefined, "b"],
    ]);
  });
});
