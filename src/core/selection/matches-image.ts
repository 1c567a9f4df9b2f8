import { matchPatterns } from "../pattern.ts";

/**
 * Whether a pattern (`*`, `?`) stands for an image as it is written, or for what is left of it from one of its slashes
 * on, with or without tag and digest: `nginx`, `nginx:1.*`, `shop/*`, `:latest` and `@sha256:…` are all understood.
 */
export function matchesImage(pattern: string, image: string): boolean {
  return forms(image).some((form) => matchPatterns([pattern], form));
}

function forms(image: string): readonly string[] {
  if (image === "") return [];
  const at = image.indexOf("@");
  const digest = at < 0 ? "" : image.slice(at);
  const tagged = at < 0 ? image : image.slice(0, at);
  // A colon before the last slash belongs to the registry's port.
  const colon = tagged.indexOf(":", tagged.lastIndexOf("/") + 1);
  const tag = colon < 0 ? "" : tagged.slice(colon);
  const name = colon < 0 ? tagged : tagged.slice(0, colon);
  const names = [name];
  for (let slash = name.indexOf("/"); slash >= 0; slash = name.indexOf("/", slash + 1))
    names.push(name.slice(slash + 1));
  const ends = new Set(["", tag, digest, `${tag}${digest}`]);
  const tails = [tag, digest].filter((tail) => tail !== "");
  return [...names.flatMap((one) => [...ends].map((end) => `${one}${end}`)), ...tails];
}
