import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inspectFolder } from "../../src/runtime/inspect-folder.ts";
import { inspectKubeconfig } from "../../src/runtime/inspect-kubeconfig.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "restart-inspect-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

const config = (context: string, user: string) => `apiVersion: v1
kind: Config
current-context: ${context}
clusters: [{ name: shared, cluster: { server: "https://127.0.0.1:6443" } }]
contexts: [{ name: ${context}, context: { cluster: shared, user: ${context} } }]
users: [{ name: ${context}, user: ${user} }]
`;

const inspect = (env: Readonly<Record<string, string>>, explicitFiles: readonly string[] = []) =>
  inspectKubeconfig({ env, explicitFiles, homeDirectory: folder, workingDirectory: folder });

describe("a look at the kubeconfig", () => {
  it("sees each file, which of them hold keys, and what counts for nothing", () => {
    const one = write("one", config("dev", '{ token: "s3cret" }'), 0o644);
    const two = write("two", config("prod", '{ client-key: key.pem, client-certificate: "c.pem" }'));
    const broken = write("broken", "clusters: [\n");
    const missing = join(folder, "missing");
    const key = write("key.pem", "key", 0o640);
    const facts = inspect({ KUBECONFIG: [one, broken, two, missing].join(delimiter) });
    expect(facts).toMatchObject({
      source: "environment",
      currentContext: "dev",
      currentContextFile: one,
      files: [
        { file: one, state: "read", contexts: 1, users: 1, holdsKeys: true, mode: 0o644 },
        { file: broken, state: "broken", error: { reason: "InvalidConfig" } },
        { file: two, state: "read", holdsKeys: false },
        { file: missing, state: "missing" },
      ],
      keyFiles: [{ file: key, user: "prod", missing: false, mode: 0o640 }],
      shadowed: [{ entry: "cluster", name: "shared", file: two, line: 4, by: one }],
    });
    expect(JSON.stringify(facts)).not.toContain("s3cret");
  });

  it("says what decided which files are read", () => {
    const file = write("one", config("dev", "{}"));
    expect(inspect({}).source).toBe("default");
    expect(inspect({}).files[0]).toMatchObject({ file: join(folder, ".kube/config"), state: "missing" });
    expect(inspect({ KUBECONFIG: "elsewhere" }, ["one"])).toMatchObject({ source: "flag", files: [{ file }] });
    expect(inspect({}, ["nope"]).files[0]).toMatchObject({ state: "broken", error: { reason: "InvalidConfig" } });
  });
});

describe("a look at a folder", () => {
  it("says whether it is there and could be written, and writes nothing", () => {
    const deep = join(folder, "a/b");
    expect(inspectFolder(deep)).toEqual({ path: deep, exists: false, writable: true });
    expect(inspectFolder(deep).exists).toBe(false);
    expect(inspectFolder(folder)).toEqual({ path: folder, exists: true, writable: true });
  });
});
