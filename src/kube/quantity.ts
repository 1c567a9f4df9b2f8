import { cleanText } from "./clean-text.ts";
import { RestartError } from "./error.ts";

const quantity = /^([+-]?)(\d+\.?\d*|\.\d+)(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?\d{1,3}))?$/;

const binary: ReadonlyMap<string, number> = new Map([
  ["Ki", 1024],
  ["Mi", 1024 ** 2],
  ["Gi", 1024 ** 3],
  ["Ti", 1024 ** 4],
  ["Pi", 1024 ** 5],
  ["Ei", 1024 ** 6],
]);

const decimal: ReadonlyMap<string, number> = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);

/**
 * The number that a Kubernetes quantity means (`500m`, `1.5Gi`, `2e3`), in the unit it counts: cores, bytes, pieces.
 * Exact up to 2^53. Throws `Usage` for what is no quantity.
 */
export function parseQuantity(text: string): number {
  const [, sign, digits, suffix = "", exponent] = quantity.exec(text) ?? [];
  if (digits === undefined) {
    throw new RestartError("Usage", `${JSON.stringify(cleanText(text, 80))} is not a quantity`);
  }
  const factor = binary.get(suffix);
  const power = exponent === undefined ? decimal.get(suffix) : exponent;
  // Left to the number parser, since a multiplication would round: 0.1 is not 100 * 0.001.
  const size = factor === undefined ? Number(`${digits}e${power ?? 0}`) : Number(digits) * factor;
  return sign === "-" && size !== 0 ? -size : size;
}

/**
 * Text of a number as Kubernetes writes it: the largest suffix that leaves no fraction. Rounded up to a billionth, as
 * the API server does. `binary` counts in powers of 1024 from 1024 on.
 */
export function formatQuantity(value: number, format: "decimal" | "binary" = "decimal"): string {
  if (!Number.isFinite(value)) throw new RestartError("Usage", `${value} is not a quantity`);
  if (format === "binary" && Number.isInteger(value)) {
    const unit = [...binary].reverse().find(([, factor]) => value !== 0 && value % factor === 0);
    return unit === undefined ? digitsOf(value) : `${digitsOf(value / unit[1])}${unit[0]}`;
  }
  const [whole = "0", fraction = ""] = digitsOf(value).split(".");
  const nanos = BigInt(`${whole}${fraction.slice(0, 9).padEnd(9, "0")}`);
  const beyond = /[1-9]/.test(fraction.slice(9)) ? 1n : 0n;
  const rounded = value < 0 ? nanos - beyond : nanos + beyond;
  if (rounded === 0n) return "0";
  for (const [suffix, power] of [...decimal].reverse()) {
    const unit = 10n ** BigInt(power + 9);
    if (rounded % unit === 0n) return `${rounded / unit}${suffix}`;
  }
  return "0";
}

/** Decimal digits without an exponent. */
function digitsOf(value: number): string {
  const [mantissa = "0", exponent = "0"] = String(value).split("e");
  if (exponent === "0") return mantissa;
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "0", fraction = ""] = mantissa.replace("-", "").split(".");
  const power = Number(exponent);
  if (power < 0) return `${sign}0.${whole.padStart(-power, "0")}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(power, "0")}`;
}
