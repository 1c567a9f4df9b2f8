import type { KubeApi } from "./cluster.ts";
import type { DiscoveredResource, DiscoveryOptions } from "./discovered-resource.ts";
import { getDiscoveryDocument } from "./discovery-document.ts";
import { RestartError } from "./error.ts";
import { discoverLegacy } from "./legacy-discovery.ts";

export type { DiscoveredResource, DiscoveryOptions };

const aggregated = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat("application/json")
  .join(",");

interface GroupDiscovery {
  readonly metadata?: { readonly name?: string };
  readonly versions?: readonly {
    readonly version: string;
    readonly freshness?: string;
    readonly resources?: readonly ResourceDiscovery[];
  }[];
}

interface ResourceDiscovery {
  readonly resource: string;
  readonly responseKind?: { readonly kind?: string };
  readonly scope?: string;
  readonly singularResource?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs?: readonly string[];
  readonly subresources?: readonly { readonly subresource: string }[];
}

/**
 * What the cluster serves, in the server's order. Two requests on a server with aggregated discovery (1.26 and later),
 * one for each group version on others. Rejects only when `/api` or `/apis` itself cannot be read.
 */
export async function discover(api: KubeApi, options: DiscoveryOptions = {}): Promise<readonly DiscoveredResource[]> {
  const roots = await Promise.all(["/api", "/apis"].map((root) => discoverRoot(api, root, options)));
  return roots.flat();
}

async function discoverRoot(
  api: KubeApi,
  root: string,
  options: DiscoveryOptions,
): Promise<readonly DiscoveredResource[]> {
  const { onBroken, ...rest } = options;
  const document = await getDiscoveryDocument(api, root, { ...rest, headers: { ...rest.headers, accept: aggregated } });
  if (document.kind !== "APIGroupDiscoveryList") return await discoverLegacy(api, root, document, options);
  return ((document.items ?? []) as readonly GroupDiscovery[]).flatMap((group) => {
    const name = group.metadata?.name ?? "";
    return (group.versions ?? []).flatMap(({ version, freshness, resources = [] }, index) => {
      if (freshness === "Stale" && resources.length === 0) {
        const groupVersion = name === "" ? version : `${name}/${version}`;
        onBroken?.(groupVersion, new RestartError("ServiceUnavailable", `${groupVersion} cannot be read at present`));
      }
      return resources.map((resource) => fromAggregated(name, version, index === 0, resource));
    });
  });
}

function fromAggregated(
  group: string,
  version: string,
  preferred: boolean,
  resource: ResourceDiscovery,
): DiscoveredResource {
  return {
    group,
    version,
    preferred,
    resource: resource.resource,
    singular: resource.singularResource ?? "",
    kind: resource.responseKind?.kind ?? "",
    namespaced: resource.scope === "Namespaced",
    verbs: resource.verbs ?? [],
    shortNames: resource.shortNames ?? [],
    categories: resource.categories ?? [],
    subresources: (resource.subresources ?? []).map(({ subresource }) => subresource),
  };
}
