import { isJsonObject } from "../object.ts";
import { fnv32 } from "./fnv.ts";

/** The alphabet of generated names: no vowels, so no words. Source: apimachinery pkg/util/rand. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** The hash that names the ReplicaSet or ControllerRevision of a pod template: the same template gives the same hash. */
export function templateHash(template: unknown): string {
  const hash = fnv32(canonicalJson(template));
  return [...String(hash)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join("");
}

/** The random end of a pod's name. */
export function nameSuffix(random: () => number): string {
  return Array.from({ length: 5 }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value) ?? "null";
  const entries = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${entries.join(",")}}`;
}
