import type { KubeApi } from "./cluster.ts";
import type { DiscoveredResource, DiscoveryOptions } from "./discovered-resource.ts";
import { type DiscoveryDocument, getDiscoveryDocument } from "./discovery-document.ts";
import { RestartError } from "./error.ts";

interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly preferred: boolean;
}

interface LegacyResource {
  /** `deployments` or `deployments/scale`. */
  readonly name: string;
  readonly singularName?: string;
  readonly namespaced?: boolean;
  readonly kind?: string;
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/**
 * Discovery without aggregation: one document for each group version that `document`, the answer of `root`, names.
 * A group version that cannot be read is told and left out.
 */
export async function discoverLegacy(
  api: KubeApi,
  root: string,
  document: DiscoveryDocument,
  options: DiscoveryOptions,
): Promise<readonly DiscoveredResource[]> {
  const { onBroken, ...rest } = options;
  const found = await Promise.all(
    groupVersionsOf(document).map(async (entry) => {
      const groupVersion = entry.group === "" ? entry.version : `${entry.group}/${entry.version}`;
      try {
        const list = await getDiscoveryDocument(api, `${root}/${groupVersion}`, rest);
        return fromResourceList(entry, (list.resources ?? []) as readonly LegacyResource[]);
      } catch (error) {
        rest.signal?.throwIfAborted();
        if (!(error instanceof RestartError)) throw error;
        onBroken?.(groupVersion, error);
        return [];
      }
    }),
  );
  return found.flat();
}

function groupVersionsOf(document: DiscoveryDocument): readonly GroupVersion[] {
  if (document.kind === "APIVersions") {
    const versions = (document.versions ?? []) as readonly string[];
    return versions.map((version, index) => ({ group: "", version, preferred: index === 0 }));
  }
  const groups = (document.groups ?? []) as readonly {
    readonly name: string;
    readonly versions?: readonly { readonly version: string }[];
    readonly preferredVersion?: { readonly version?: string };
  }[];
  return groups.flatMap(({ name, versions = [], preferredVersion }) =>
    versions.map(({ version }, index) => ({
      group: name,
      version,
      preferred: version === (preferredVersion?.version ?? (index === 0 ? version : "")),
    })),
  );
}

function fromResourceList(entry: GroupVersion, resources: readonly LegacyResource[]): readonly DiscoveredResource[] {
  return resources
    .filter(({ name }) => !name.includes("/"))
    .map((resource) => ({
      ...entry,
      resource: resource.name,
      singular: resource.singularName ?? "",
      kind: resource.kind ?? "",
      namespaced: resource.namespaced ?? false,
      verbs: resource.verbs ?? [],
      shortNames: resource.shortNames ?? [],
      categories: resource.categories ?? [],
      subresources: resources
        .filter(({ name }) => name.startsWith(`${resource.name}/`))
        .map(({ name }) => name.slice(resource.name.length + 1)),
    }));
}
