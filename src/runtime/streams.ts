import { isatty } from "node:tty";
import type { Streams } from "../core/index.ts";

/** The process as a command sees it. */
export interface StreamsOptions {
  /** Opened when a line is asked for: most commands never read. */
  readonly stdin: () => NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The streams of a process. A reader that goes away is no error: from then on `out` drops what it is given and resolves
 * false, so that a listing can stop and a run can be followed to its end in silence.
 */
export function createStreams({ stdin, stdout, stderr, env }: StreamsOptions): Streams {
  return {
    out: writer(stdout),
    err: writer(stderr),
    readLine: () => readLine(stdin(), stderr),
    stdinIsTerminal: isatty(0),
    stdoutIsTerminal: stdout.isTTY === true,
    stderrIsTerminal: stderr.isTTY === true,
    columns: () => stderr.columns ?? stdout.columns ?? 80,
    rows: () => stdout.rows ?? stderr.rows ?? 24,
    colour: (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb",
  };
}

function writer(stream: NodeJS.WriteStream): (text: string) => Promise<boolean> {
  let isClosed = false;
  // Without a listener a closed pipe ends the process with a stack trace.
  stream.on("error", () => {
    isClosed = true;
  });
  return (text) =>
    new Promise((resolve) => {
      if (isClosed) resolve(false);
      else if (text === "") resolve(true);
      else stream.write(text, (error) => resolve(!error && !isClosed));
    });
}

/** One line, without the terminal's own end of it; undefined at the end of the input. */
async function readLine(stdin: NodeJS.ReadStream, stderr: NodeJS.WriteStream): Promise<string | undefined> {
  const { createInterface } = await import("node:readline");
  return new Promise((resolve) => {
    const lines = createInterface({ input: stdin, output: stderr, terminal: false });
    lines.once("line", (line) => {
      resolve(line);
      lines.close();
    });
    lines.once("close", () => resolve(undefined));
  });
}
