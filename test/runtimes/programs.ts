import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { basename, join } from "node:path";

// The programs themselves, not the scripts that start them: a script that is killed leaves its program behind.
const modules = join(import.meta.dirname, "../../node_modules");
const machine = `${process.platform}-${process.arch}`;
export const programs = {
  node: join(modules, `node-${machine}/bin/node`),
  deno: join(modules, `@deno/${machine}${process.platform === "linux" ? "-glibc" : ""}/deno`),
  workerd: join(modules, `@cloudflare/workerd-${machine.replace("x64", "64")}/bin/workerd`),
} as const;

/** One file without an import that only some runtime has, written into the folder. */
export async function bundle(entry: string, folder: string): Promise<string> {
  const name = basename(entry, ".ts");
  const built = await Bun.build({ entrypoints: [entry], target: "browser", format: "esm" });
  const [file] = built.outputs;
  const text = (await file?.text()) ?? "";
  const foreign = /from\s*["'](?:node:|bun)/.exec(text);
  if (text === "" || foreign) throw new Error(`${name} is not portable: ${foreign?.[0] ?? built.logs.join("; ")}`);
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, text);
  return path;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
