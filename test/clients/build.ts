import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { buildInCache, type Missing } from "../conformance/build.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const module = join(import.meta.dirname, "go");
const plugins = ["google.golang.org/protobuf/cmd/protoc-gen-go", "connectrpc.com/connect/cmd/protoc-gen-connect-go"];

/** Folder of the program `client` and of the plugins that generate its code; a quarter of a minute, once. */
export function buildGoClient(): Promise<string | Missing> {
  const generated = readdirSync(join(module, "gen"), { recursive: true, encoding: "utf8" });
  const sources = ["main.go", ...generated.filter((name) => name.endsWith(".go")).map((name) => join("gen", name))];
  const make = async (into: string, go: (...args: readonly string[]) => Promise<string>) => {
    await go("build", "-o", into, ...plugins);
    await go("build", "-trimpath", "-o", join(into, "client"), ".");
  };
  return buildInCache({ module, cache: "restart-clients", sources: sources.sort(), make });
}

/** Generates the client's code from `proto`, without a network, into `<output>/gen`. */
export async function generateGoClient(tools: string, output: string): Promise<void> {
  const words = ["generate", join(root, "proto"), "--path", join(root, "proto/otterscale")];
  const template = ["--template", join(module, "buf.gen.yaml"), "--output", output];
  await run(process.execPath, [join(root, "node_modules/@bufbuild/buf/bin/buf"), ...words, ...template], {
    env: { ...process.env, PATH: `${tools}${delimiter}${process.env["PATH"] ?? ""}` },
  });
}

if (import.meta.main) {
  const tools = await buildGoClient();
  if (typeof tools === "string") await generateGoClient(tools, module);
  else throw new Error(tools.missing);
}
