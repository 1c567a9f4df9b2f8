import { createTokenAuthenticator } from "../../src/server/bearer-tokens.ts";
import { defaultServerLimits } from "../../src/server/capabilities.ts";
import { createHandler } from "../../src/server/handler.ts";
import { bearerCluster } from "../../src/server/hosts/bearer-cluster.ts";
import { listenOnDeno } from "../../src/server/hosts/deno.ts";
import { createFetchHost } from "../../src/server/hosts/fetch.ts";
import { webClock } from "../../src/server/hosts/web-clock.ts";

// Bun and Deno: the API server, the token for it and the token of callers stand behind the program's name. The first
// line that comes out is the server's URL, every other one a line of the audit.
declare const Deno: { readonly args: readonly string[] } | undefined;

const words = typeof Deno === "undefined" ? process.argv.slice(2) : Deno.args;
const [api = "", apiToken = "", token = ""] = words;
const cluster = bearerCluster("sim", api, apiToken, (url, init) => fetch(url, init));
const handler = createHandler({
  clusters: { names: ["sim"], open: async () => cluster },
  clock: webClock,
  random: Math.random,
  authenticate: createTokenAuthenticator(() => [{ label: "tester", token }]),
  audit: (record) => console.log(JSON.stringify(record)),
  hosts: [],
  origins: ["https://shop.example"],
  limits: defaultServerLimits,
  stop: new AbortController().signal,
});

function listenOnBun(): { readonly url: string } {
  const host = createFetchHost(handler);
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    http2: true,
    development: false,
    fetch: (request, bun) => host(request, { address: bun.requestIP(request)?.address }),
  });
  return { url: `http://127.0.0.1:${server.port}` };
}

const address = { hostname: "127.0.0.1", port: 0 };
console.log((typeof Deno === "undefined" ? listenOnBun() : listenOnDeno(handler, address)).url);
