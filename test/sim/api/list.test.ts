import { describe, expect, it } from "vitest";
import { bench, configMap, configMaps } from "./simulated.ts";

interface Page {
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

async function filled(names: readonly string[]) {
  const { send, sim } = bench();
  for (const name of names) await send(`POST ${configMaps}`, configMap(name, { odd: String(name.length % 2) }));
  const page = async (query: string): Promise<Page> => {
    const { body } = await send(`GET ${configMaps}?${query}`);
    return body as unknown as Page;
  };
  return { send, sim, page };
}

const namesOf = ({ items }: Page) => items.map(({ metadata }) => metadata.name);

describe("a list", () => {
  it("comes in pages that all show the state of the first", async () => {
    const { page, send } = await filled(["a", "b", "c", "d", "e"]);
    const first = await page("limit=2");
    expect([namesOf(first), first.metadata.remainingItemCount]).toEqual([["a", "b"], 3]);
    await send(`DELETE ${configMaps}/d`);
    await send(`POST ${configMaps}`, configMap("bb"));
    await send(`PATCH ${configMaps}/e`, { data: { key: "new" } }, { "content-type": "application/merge-patch+json" });
    const second = await page(`limit=2&continue=${first.metadata.continue}`);
    expect(namesOf(second)).toEqual(["c", "d"]);
    const third = await page(`limit=2&continue=${second.metadata.continue}`);
    expect(third).toMatchObject({ items: [{ metadata: { name: "e" }, data: { key: "e" } }] });
    expect(third.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
  });

  it("does not count what is left when it selects", async () => {
    const { page } = await filled(["a", "b", "cc", "d"]);
    const first = await page("limit=2&labelSelector=odd%3D1");
    expect(namesOf(first)).toEqual(["a", "b"]);
    expect(Object.keys(first.metadata).toSorted()).toEqual(["continue", "resourceVersion"]);
    expect(namesOf(await page(`limit=2&labelSelector=odd%3D1&continue=${first.metadata.continue}`))).toEqual(["d"]);
  });

  it("expires, and offers to go on with what is there now", async () => {
    const { page, send, sim } = await filled(["a", "b", "c"]);
    const { metadata } = await page("limit=1");
    await send(`DELETE ${configMaps}/b`);
    sim.store.compact(sim.store.revision());
    const { status, body } = await send(`GET ${configMaps}?limit=1&continue=${metadata.continue}`);
    expect([status, body["reason"]]).toEqual([410, "Expired"]);
    const token = (body["metadata"] as { continue: string }).continue;
    expect(namesOf(await page(`limit=5&continue=${token}`))).toEqual(["c"]);
  });

  it("shows the state of an exact version", async () => {
    const { page, send } = await filled(["a"]);
    const { metadata } = await page("");
    await send(`POST ${configMaps}`, configMap("b"));
    const query = `resourceVersionMatch=Exact&resourceVersion=${metadata.resourceVersion}`;
    expect(namesOf(await page(query))).toEqual(["a"]);
  });

  it("leaves kind and version out of its items", async () => {
    const { page } = await filled(["a"]);
    expect(Object.keys((await page("")).items[0] ?? {})).toEqual(["metadata", "data"]);
  });

  it("comes as metadata alone when that is asked for", async () => {
    const { send } = await filled(["a"]);
    const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    const { body } = await send(`GET ${configMaps}`, undefined, { accept });
    expect(body).toMatchObject({
      kind: "PartialObjectMetadataList",
      items: [{ kind: "PartialObjectMetadata", metadata: { name: "a" } }],
    });
    expect(JSON.stringify(body)).not.toContain('"data":');
  });

  it.each([
    ["None", null],
    ["Metadata", { kind: "PartialObjectMetadata" }],
    ["Object", { kind: "ConfigMap", data: { key: "a" } }],
  ])("comes as a table with %s of each object", async (include, object) => {
    const { send } = await filled(["a"]);
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    const { body } = await send(`GET ${configMaps}?includeObject=${include}`, undefined, { accept });
    expect(body).toMatchObject({ kind: "Table", rows: [{ cells: ["a", 1, "0s"], object }] });
  });

  it("is not made in an encoding that is not served", async () => {
    const { send } = await filled([]);
    expect((await send(`GET ${configMaps}`, undefined, { accept: "application/cbor" })).status).toBe(406);
  });
});
