import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BunPlugin } from "bun";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({
  options: { target: { type: "string" }, outfile: { type: "string" }, entry: { type: "string" } },
});
const target = values.target;
const entry = values.entry ?? join(root, "src/main/index.ts");
const outfile =
  values.outfile ?? join(root, "dist", target === undefined ? "restart" : `restart-${target.replace(/^bun-/, "")}`);

const sources = await Array.fromAsync(new Bun.Glob("src/**/*.{ts,tsx,json}").scan({ cwd: root }));
const hash = createHash("sha256")
  .update(Bun.version)
  .update(target ?? "")
  .update(entry);
for (const file of ["package.json", "bun.lock", "scripts/compile.ts", ...sources.sort()]) {
  hash.update(file).update(await readFile(join(root, file)));
}
const stamp = hash.digest("hex");
const stampFile = `${outfile}.stamp`;
const isBuilt = (await Bun.file(outfile).exists()) && (await readFile(stampFile, "utf8").catch(() => "")) === stamp;

if (!isBuilt) {
  const { version } = (await Bun.file(join(root, "package.json")).json()) as { version: string };
  // Ink imports it in development only, and a single file cannot leave it out.
  const withoutDevtools: BunPlugin = {
    name: "without-react-devtools",
    setup: (build) => {
      build.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: "react-devtools-core", namespace: "stub" }));
      build.onLoad({ filter: /.*/, namespace: "stub" }, () => ({ contents: "export default {};", loader: "js" }));
    },
  };
  await mkdir(join(root, "dist"), { recursive: true });
  const partial = `${outfile}.partial`;
  const built = await Bun.build({
    entrypoints: [entry],
    minify: true,
    bytecode: true,
    format: "esm",
    splitting: true,
    plugins: [withoutDevtools],
    define: {
      "process.env.NODE_ENV": '"production"',
      RESTART_VERSION: JSON.stringify(version),
    },
    compile: {
      outfile: partial,
      // A command is over before compiled code pays for its compiling: a list of 600 takes a third less processor time.
      jitPolicy: 16,
      ...(target !== undefined && { target: target as Bun.Build.CompileTarget }),
      // A folder that somebody else wrote must not change what the program does.
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
  });
  if (!built.success) throw new AggregateError(built.logs, "the executable does not build");
  await rename(partial, outfile);
  await writeFile(stampFile, stamp);
}
console.log(outfile);
