import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTokenListFile } from "../../src/runtime/token-list-file.ts";

let folder: string;
let path: string;
let problems: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "restart-tokens-"));
  path = join(folder, "token");
  problems = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (create = false) =>
  openTokenListFile({ path, create, onProblem: ({ message }) => problems.push(message) });

function write(text: string, mode = 0o600): void {
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
}

describe("a token file", () => {
  it("is made for its owner alone, with a token that no two files share", () => {
    path = join(folder, "restart", "token");
    const first = open(true);
    expect(first).toMatchObject({ isNew: true, isBare: true });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "restart")).mode & 0o777).toBe(0o700);
    const [token] = first.tokens();
    // 256 bits in base64.
    expect(token?.token).toMatch(/^[\w-]{43}$/);
    expect(readFileSync(path, "utf8")).toBe(`${token?.token}\n`);
    rmSync(path);
    expect(open(true).tokens()[0]?.token).not.toBe(token?.token);
  });

  it("that exists is not written over", () => {
    write("mine\n");
    expect(open(true)).toMatchObject({ isNew: false });
    expect(readFileSync(path, "utf8")).toBe("mine\n");
  });

  it("holds a token a line, with a label where one is in front", () => {
    write("# of the platform\r\nportal  abc.DEF-123_~+/==\r\n\nplain\n");
    const { tokens, isBare } = open();
    expect(tokens()).toEqual([
      { label: "portal", token: "abc.DEF-123_~+/==" },
      { label: "token 4", token: "plain" },
    ]);
    expect(isBare).toBe(false);
  });

  it.each([
    ["is empty", "", 0o600],
    ["is empty", "\n \n", 0o600],
    ["is empty", "# nothing\n", 0o600],
    ["has no token in line 2", "good\nthree little words\n", 0o600],
    ["has no token in line 1", "tökén\n", 0o600],
    ["can be read by others", "good\n", 0o644],
    ["can be read by others", "good\n", 0o640],
    ["can be read by others", "good\n", 0o602],
  ])("%s: it is refused, and nothing of it is said (%j, %o)", (why, text, mode) => {
    write(text, mode);
    expect(() => open()).toThrow(why);
    expect(() => open()).toThrow(expect.objectContaining({ reason: "InvalidConfig" }));
    for (const word of text.split(/\s/).filter((part) => part.length > 3)) expect(() => open()).not.toThrow(word);
  });

  it("that is not there is refused, and not made", () => {
    expect(() => open()).toThrow(`the token file ${path} does not exist`);
    expect(existsSync(path)).toBe(false);
  });

  it("that is a folder is refused", () => {
    path = folder;
    expect(() => open()).toThrow("is no file");
  });
});

describe("a token file that changes", () => {
  it("holds what it holds now", () => {
    write("old\n");
    const { tokens } = open();
    expect(tokens()).toEqual([{ label: "token 1", token: "old" }]);
    // As a secret is renewed: another file of the same name.
    writeFileSync(`${path}.new`, "new\n", { mode: 0o600 });
    renameSync(`${path}.new`, path);
    expect(tokens()).toEqual([{ label: "token 1", token: "new" }]);
    expect(problems).toEqual([]);
  });

  it.each([
    ["is emptied", () => writeFileSync(path, "")],
    ["is removed", () => rmSync(path)],
    ["is opened to others", () => chmodSync(path, 0o644)],
  ])("lets in nobody when it %s, says so once, and recovers", (_, change) => {
    write("old\n");
    const { tokens } = open();
    change();
    expect(tokens()).toEqual([]);
    expect(tokens()).toEqual([]);
    expect(problems).toHaveLength(1);
    write("again\n");
    expect(tokens()).toEqual([{ label: "token 1", token: "again" }]);
  });
});
