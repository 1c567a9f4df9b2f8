import { expect } from "./expect.ts";
import { fetchCluster } from "./fetch-cluster.ts";
import { runSuite } from "./suite.ts";

// Bun, Node and Deno: where the servers are stands behind the program's name, one result a line comes out.
declare const process: { readonly argv: readonly string[]; readonly exit: (code: number) => void } | undefined;
declare const Deno: { readonly args: readonly string[]; readonly exit: (code: number) => void } | undefined;

const words = typeof Deno === "undefined" ? (process?.argv.slice(2) ?? []) : Deno.args;
const [simulated = "", odd = "", faulty = "", token = "", namespace = ""] = words;
const send = (url: string, init: RequestInit) => fetch(url, init);
const results = await runSuite(
  {
    cluster: fetchCluster("sim", simulated, token, send),
    odd: fetchCluster("odd", odd, "", send),
    faulty: fetchCluster("sim", faulty, token, send),
    namespace,
  },
  expect,
);
for (const result of results) console.log(JSON.stringify(result));
// A case that was given up keeps its connections open.
if (typeof Deno === "undefined") process?.exit(0);
else Deno.exit(0);
