import { RestartError } from "../core/index.ts";

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/y;

/**
 * Reads a duration as Go writes it (`90s`, `1h30m`, `1.5m`) in milliseconds. A number needs its unit, 0 alone does not
 * (Go: time.ParseDuration). Anything else, and less than nothing, rejects with `Usage`.
 */
export function parseDuration(text: string, flag: string): number {
  if (text === "0") return 0;
  let total = 0;
  let read = 0;
  part.lastIndex = 0;
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    total += Number(match[1]) * (units[match[2] ?? ""] ?? 0);
    read = part.lastIndex;
  }
  if (text !== "" && read === text.length) return Math.round(total);
  if (/^\d+(\.\d+)?$/.test(text)) {
    throw new RestartError("Usage", `${flag}: "${text}" needs a unit: ${text}s, ${text}m or ${text}h`);
  }
  throw new RestartError("Usage", `${flag}: "${text}" is not a duration such as 90s, 10m or 1h30m`);
}
