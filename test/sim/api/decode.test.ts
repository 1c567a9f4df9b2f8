import { describe, expect, it } from "vitest";
import { decode } from "../../../src/sim/api/decode.ts";

const template = (spec: object) => ({ spec: { template: { spec } } });

describe("decoding", () => {
  it("drops unknown fields and names them in the document's order", () => {
    const document = { spec: { replcas: 3, ...template({ containers: [{ nme: "x", name: "c" }] }).spec }, bogus: 1 };
    expect(decode(document, "Deployment", "json")).toEqual({
      value: template({ containers: [{ name: "c" }] }),
      unknown: ["spec.replcas", "spec.template.spec.containers[0].nme", "bogus"],
    });
  });

  it("leaves out null, empty collections and what Go leaves out", () => {
    const document = {
      metadata: { labels: {}, annotations: null, finalizers: [] },
      spec: { paused: false, replicas: 0 },
    };
    expect(decode(document, "Deployment", "json")).toEqual({
      value: { metadata: {}, spec: { replicas: 0 } },
      unknown: [],
    });
  });

  it.each([
    {
      name: "a text for a number",
      document: { spec: { replicas: "3" } },
      json: "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
      unstructured: "unrecognized type: int32",
    },
    {
      name: "a number for a text",
      document: { spec: { template: { metadata: { annotations: { a: 5 } } } } },
      json: "json: cannot unmarshal number into Go struct field ObjectMeta.spec.template.metadata.annotations of type string",
      unstructured: "cannot convert int64 to string",
    },
  ])("names $name in the decoder's words", ({ document, json, unstructured }) => {
    expect(decode(document, "Deployment", "json")).toBe(json);
    expect(decode(document, "Deployment", "unstructured")).toBe(unstructured);
  });

  it.each([
    ["2026-01-01T00:00:00Z", 'cannot parse "Z" as ".000000"'],
    ["2026-01-01T00:00:00.123Z", 'cannot parse "Z" as ".000000"'],
    ["soon", 'cannot parse "soon" as "2006"'],
  ])("refuses %s as a time of a Lease", (renewTime, detail) => {
    expect(decode({ spec: { renewTime } }, "Lease", "json")).toBe(
      `parsing time "${renewTime}" as "2006-01-02T15:04:05.000000Z07:00": ${detail}`,
    );
  });

  it("takes six decimals for a time of a Lease", () => {
    const spec = { renewTime: "2026-01-01T00:00:00.123456Z" };
    expect(decode({ spec }, "Lease", "json")).toEqual({ value: { spec }, unknown: [] });
  });
});
