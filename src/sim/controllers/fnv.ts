/** FNV-1a, 32 bit: numbers that look random and follow from a text alone. */
export function fnv32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}

/** A number in [0, 1) that follows from a text. */
export function fraction(text: string): number {
  // The low bits of FNV are the good ones; multiply once more so that close texts come apart.
  return (Math.imul(fnv32(text) ^ 0x9e3779b9, 0x85ebca6b) >>> 8) / 0x100_0000;
}

/** 64 hexadecimal digits that follow from a text, as container and image ids have. */
export function hexId(text: string): string {
  return Array.from({ length: 8 }, (_, index) => fnv32(`${index}${text}`).toString(16).padStart(8, "0")).join("");
}
