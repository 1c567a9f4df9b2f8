import { createHandler } from "../../../../src/server/handler.ts";
import { listenOnDeno } from "../../../../src/server/hosts/deno.ts";
import { edgeCapabilities } from "../../../../src/server/hosts/edge-bindings.ts";

declare const Deno: { readonly args: readonly string[] };

// The server with one cluster, as at the edge: nothing but fetch.
const [server = "", token = "", port = "0"] = Deno.args;
const bindings = {
  STAGE: {
    fetch: (url: string, init: RequestInit) => fetch(`${server}${url.slice("http://kubernetes".length)}`, init),
  },
  STAGE_TOKEN: "any",
  CLUSTERS: JSON.stringify([{ name: "stage", service: "STAGE", token: "STAGE_TOKEN" }]),
  TOKENS: `tester ${token}`,
};
const print = (record: object) => console.log(JSON.stringify(record));
const never = new AbortController().signal;
listenOnDeno(createHandler(edgeCapabilities(bindings, print, never)), { hostname: "127.0.0.1", port: Number(port) });
