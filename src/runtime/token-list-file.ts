import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, type Stats, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { RestartError, toRestartError } from "../kube/error.ts";

/** Tokens that let callers in, kept in a file that only its owner can read. */
export interface TokenListFile {
  readonly path: string;
  /** It did not exist and was made, with one random token. */
  readonly isNew: boolean;
  /** It holds one token and nothing else. */
  readonly isBare: boolean;
  /**
   * The tokens as the file is now: read again whenever it has changed. A file that is gone, empty, open to others or not
   * readable holds none, and `onProblem` hears of it once.
   */
  readonly tokens: () => readonly LabelledToken[];
}

export interface LabelledToken {
  /** For the audit: the word in front of the token, else `token` and the number of its line. */
  readonly label: string;
  readonly token: string;
}

export interface TokenListOptions {
  readonly path: string;
  /** Makes a file that does not exist, with a token of 256 random bits. */
  readonly create: boolean;
  readonly onProblem: (error: RestartError) => void;
}

/**
 * Opens a file of one token a line, `TOKEN` or `LABEL TOKEN`; lines that begin with `#` are for people. Throws
 * `InvalidConfig` when it cannot be used: missing, empty, malformed, or open to others than its owner.
 */
export function openTokenListFile({ path, create, onProblem }: TokenListOptions): TokenListFile {
  const isNew = create && makeTokenFile(path);
  const first = readTokenFile(path);
  let { stamp, tokens } = first;
  return {
    path,
    isNew,
    isBare: first.isBare,
    tokens: () => {
      if (stampOf(statSync(path, { throwIfNoEntry: false })) === stamp) return tokens;
      try {
        ({ stamp, tokens } = readTokenFile(path));
      } catch (caught) {
        // Whoever emptied the file, or opened it to others, took the right away from those who had it.
        stamp = stampOf(statSync(path, { throwIfNoEntry: false }));
        tokens = [];
        onProblem(toRestartError(caught));
      }
      return tokens;
    },
  };
}

/** False when there is a file of that name already; it is never written over. */
function makeTokenFile(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return false;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
    return true;
  } catch (cause) {
    throw unusable(path, `cannot be made (${codeOf(cause)})`, cause);
  }
}

interface ReadTokens {
  readonly stamp: string;
  readonly tokens: readonly LabelledToken[];
  readonly isBare: boolean;
}

function readTokenFile(path: string): ReadTokens {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw unusable(path, "does not exist");
  if (!status.isFile()) throw unusable(path, "is no file");
  if ((status.mode & 0o077) !== 0) {
    throw unusable(path, `can be read by others than its owner; chmod 600 ${path} mends it`);
  }
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw unusable(path, `cannot be read (${codeOf(cause)})`, cause);
  }
  const lines = text.split("\n").map((line) => line.trim());
  const tokens = lines.flatMap((line, index) => {
    if (line === "" || line.startsWith("#")) return [];
    const { label = `token ${index + 1}`, token } =
      /^(?:(?<label>[\w.@-]{1,64})\s+)?(?<token>[A-Za-z0-9._~+/-]+=*)$/.exec(line)?.groups ?? {};
    if (token === undefined) throw unusable(path, `has no token in line ${index + 1}`);
    return [{ label, token }];
  });
  const [only] = tokens;
  if (only === undefined) throw unusable(path, "is empty");
  return { stamp: stampOf(status), tokens, isBare: text.trim() === only.token };
}

// A replaced file has another inode, a rewritten one another time, and one that was opened to others another mode.
function stampOf(status: Stats | undefined): string {
  if (status === undefined) return "";
  const { dev, ino, mtimeMs, ctimeMs, size, mode } = status;
  return [dev, ino, mtimeMs, ctimeMs, size, mode].join(" ");
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "it failed";
}

function unusable(path: string, why: string, cause?: unknown): RestartError {
  return new RestartError("InvalidConfig", `the token file ${path} ${why}`, { cause, detail: { file: path } });
}
