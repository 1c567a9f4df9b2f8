const factors: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A Kubernetes quantity as a number; what is none is 0. */
export function parseQuantity(text: string): number {
  const [, digits, suffix] = /^([0-9.]+)([a-zA-Z]*)$/.exec(text) ?? [];
  return Number(digits ?? 0) * (factors[suffix ?? ""] ?? 0);
}

/** A number as the API server would write it: whole cores or millicores, bytes in the largest binary unit that divides them. */
export function formatQuantity(value: number, unit: "count" | "milli" | "binary"): string {
  if (unit === "milli") {
    const milli = Math.round(value * 1000);
    return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
  }
  if (unit === "binary" && value > 0) {
    for (const suffix of ["Ti", "Gi", "Mi", "Ki"]) {
      const factor = factors[suffix] ?? 1;
      if (value % factor === 0) return `${value / factor}${suffix}`;
    }
  }
  return String(value);
}
