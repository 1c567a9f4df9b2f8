/**
 * Reads patterns in which `*` and `?` stand for any text and any character, and `^` in front excludes. A name matches when
 * one of the including patterns does and no excluding one; with excluding ones alone everything else matches.
 */
export function matchPatterns(patterns: readonly string[], name: string): boolean {
  const including = patterns.filter((pattern) => !pattern.startsWith("^"));
  const excluding = patterns.filter((pattern) => pattern.startsWith("^"));
  if (excluding.some((pattern) => matches(pattern.slice(1), name))) return false;
  return including.length === 0 || including.some((pattern) => matches(pattern, name));
}

/** True when a pattern may stand for more than the one name that it spells. */
export function isPattern(text: string): boolean {
  return /[*?]/.test(text) || text.startsWith("^");
}

function matches(pattern: string, name: string): boolean {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (character) => {
    if (character === "*") return ".*";
    return character === "?" ? "." : `\\${character}`;
  });
  return new RegExp(`^${source}$`, "s").test(name);
}
