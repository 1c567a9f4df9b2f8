const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Reads `90s`, `5m`, `2h`, `7d`, `1d12h` or `0` in milliseconds; undefined for anything else. */
export function parseAge(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^(\d{1,9}(\.\d{1,9})?[smhdw])+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number = "", unit = ""] of text.matchAll(/([\d.]+)([smhdw])/g))
    total += Number(number) * (units[unit] ?? 0);
  return total;
}
