import type { CatalogSnapshot, CatalogSource, WorkloadRow } from "../../src/core/index.ts";

/** A row of a list; a healthy Deployment of three pods but for what is given. */
export function row(
  name: string,
  given: Partial<WorkloadRow> & { readonly namespace?: string; readonly cluster?: string; readonly kind?: string } = {},
): WorkloadRow {
  const { namespace = "shop", cluster = "stage", kind = "Deployment", ...rest } = given;
  const uid = `uid-${cluster}-${namespace}-${kind}-${name}`;
  return {
    uid,
    ref: { cluster, apiVersion: "apps/v1", kind, namespace, name, uid },
    counts: { desired: 3, replicas: 3, updated: 3, ready: 3, available: 3 },
    phase: { phase: "complete" },
    restartedAt: undefined,
    owner: undefined,
    manager: undefined,
    images: ["shop.example/app:1"],
    strategy: "RollingUpdate",
    creationTimestamp: "2026-11-01T00:00:00Z",
    generation: 1,
    ...rest,
  };
}

export function snapshot(rows: readonly WorkloadRow[], given: Partial<CatalogSource> = {}): CatalogSnapshot {
  const source: CatalogSource = {
    kind: "Deployment",
    namespace: undefined,
    rows: rows.length,
    state: "live",
    error: undefined,
    heardAt: 0,
    lostAt: undefined,
    ...given,
  };
  return { version: 1, rows, sources: [source] };
}
