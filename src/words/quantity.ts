const binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** An amount of a resource as manifests write it: bytes as `1.5Gi`, cores as `500m`, pieces as they are. */
export function formatQuantity(resource: string, amount: number): string {
  const name = resource.replace(/^(requests|limits)\./, "");
  if (/^(memory|storage|ephemeral-storage|hugepages-.+)$/.test(name)) return formatBytes(amount);
  return name === "cpu" && !Number.isInteger(amount) ? `${Math.round(amount * 1000)}m` : String(amount);
}

function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < binary.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Math.round(value * 10) / 10}${binary[unit]}`;
}
