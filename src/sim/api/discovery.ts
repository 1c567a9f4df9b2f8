import { groupVersion, type ResourceInfo, servedResources } from "../resources.ts";

const allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const readWrite = ["get", "patch", "update"];

interface Subresource {
  readonly name: string;
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly verbs: readonly string[];
}

/** Resources that only answer questions. */
const reviews = [
  { group: "authentication.k8s.io", version: "v1", resource: "selfsubjectreviews", kind: "SelfSubjectReview" },
  {
    group: "authorization.k8s.io",
    version: "v1",
    resource: "selfsubjectaccessreviews",
    kind: "SelfSubjectAccessReview",
  },
  { group: "authorization.k8s.io", version: "v1", resource: "selfsubjectrulesreviews", kind: "SelfSubjectRulesReview" },
] as const;

interface Entry {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
}

const made = new Map<string, readonly Entry[]>();

function entriesOf(custom: ReadonlySet<string>): readonly Entry[] {
  const key = [...custom].sort().join(",");
  const entries = made.get(key) ?? makeEntries(custom);
  made.set(key, entries);
  return entries;
}

const makeEntries = (custom: ReadonlySet<string>): readonly Entry[] => [
  ...servedResources(custom).map((info) => ({
    ...info,
    verbs: info.kind === "Namespace" ? allVerbs.filter((verb) => verb !== "deletecollection") : allVerbs,
    subresources: subresourcesOf(info),
  })),
  ...reviews.map((review) => ({
    ...review,
    singular: review.kind.toLowerCase(),
    namespaced: false,
    verbs: ["create"],
    shortNames: [],
    categories: [],
    subresources: [],
  })),
];

function subresourcesOf(info: ResourceInfo): readonly Subresource[] {
  const own = (name: string, kind: string, group: string, version: string, verbs: readonly string[]): Subresource => ({
    name,
    kind,
    group,
    version,
    verbs,
  });
  const list: Subresource[] = [];
  if (info.kind === "Pod") {
    list.push(own("eviction", "Eviction", "policy", "v1", ["create"]), own("log", "Pod", "", "", ["get"]));
  }
  if (info.hasScale) list.push(own("scale", "Scale", "autoscaling", "v1", readWrite));
  if (info.hasStatus) list.push(own("status", info.kind, "", "", readWrite));
  return list;
}

function groupNamesOf(custom: ReadonlySet<string>): readonly string[] {
  return [...new Set(entriesOf(custom).map((entry) => entry.group))].filter((group) => group !== "");
}

function versionsOf(group: string, custom: ReadonlySet<string>): readonly string[] {
  return [
    ...new Set(
      entriesOf(custom)
        .filter((entry) => entry.group === group)
        .map((entry) => entry.version),
    ),
  ];
}

/** `/api` or `/apis` as one document with every resource. */
export function aggregatedDiscovery(core: boolean, custom: ReadonlySet<string>): unknown {
  const groups = core ? [""] : groupNamesOf(custom);
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map((group) => ({
      metadata: group === "" ? {} : { name: group },
      versions: versionsOf(group, custom).map((version) => ({
        version,
        resources: entriesOf(custom)
          .filter((entry) => entry.group === group && entry.version === version)
          .map(aggregatedEntry),
        freshness: "Current",
      })),
    })),
  };
}

function aggregatedEntry(entry: Entry): unknown {
  return {
    resource: entry.resource,
    responseKind: { group: "", version: "", kind: entry.kind },
    scope: entry.namespaced ? "Namespaced" : "Cluster",
    singularResource: entry.singular,
    verbs: entry.verbs,
    ...(entry.shortNames.length === 0 ? {} : { shortNames: entry.shortNames }),
    ...(entry.categories.length === 0 ? {} : { categories: entry.categories }),
    ...(entry.subresources.length === 0
      ? {}
      : {
          subresources: entry.subresources.map(({ name, kind, group, version, verbs }) => ({
            subresource: name,
            responseKind: { group, version, kind },
            verbs,
          })),
        }),
  };
}

/** The plain documents; undefined where there is none. `address` is the server's host and port. */
export function plainDiscovery(path: string, address: string, custom: ReadonlySet<string>): unknown {
  const groupNames = groupNamesOf(custom);
  if (path === "/api") {
    return {
      kind: "APIVersions",
      versions: ["v1"],
      serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: address }],
    };
  }
  if (path === "/apis")
    return { kind: "APIGroupList", apiVersion: "v1", groups: groupNames.map((name) => groupEntry(name, custom)) };
  const group = /^\/apis\/([^/]+)$/.exec(path)?.[1];
  if (group !== undefined) {
    return groupNames.includes(group)
      ? { kind: "APIGroup", apiVersion: "v1", ...groupEntry(group, custom) }
      : undefined;
  }
  const found = /^\/api\/([^/]+)$|^\/apis\/([^/]+)\/([^/]+)$/.exec(path);
  if (found === null) return undefined;
  const [, coreVersion, named = "", version = coreVersion] = found;
  const list = entriesOf(custom).filter((entry) => entry.group === named && entry.version === version);
  const [first] = list;
  if (first === undefined) return undefined;
  return {
    kind: "APIResourceList",
    ...(named === "" ? {} : { apiVersion: "v1" }),
    groupVersion: groupVersion(first),
    resources: list.flatMap(resourceEntries),
  };
}

function groupEntry(
  name: string,
  custom: ReadonlySet<string>,
): {
  readonly name: string;
  readonly versions: unknown;
  readonly preferredVersion: unknown;
} {
  const versions = versionsOf(name, custom).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceEntries(entry: Entry): readonly unknown[] {
  const { namespaced } = entry;
  return [
    {
      name: entry.resource,
      singularName: entry.singular,
      namespaced,
      kind: entry.kind,
      verbs: entry.verbs,
      ...(entry.shortNames.length === 0 ? {} : { shortNames: entry.shortNames }),
      ...(entry.categories.length === 0 ? {} : { categories: entry.categories }),
    },
    ...entry.subresources.map(({ name, kind, group, version, verbs }) => ({
      name: `${entry.resource}/${name}`,
      singularName: "",
      namespaced,
      ...(group === "" ? {} : { group, version }),
      kind,
      verbs,
    })),
  ];
}

/** Whether a group is known: an unknown one is not even an API error. */
export function knowsGroup(group: string, custom: ReadonlySet<string>): boolean {
  return group === "" || groupNamesOf(custom).includes(group);
}

/** `/apis/G/V` for every group version with resources, for the index of paths. */
export function discoveryPathsServed(custom: ReadonlySet<string>): readonly string[] {
  const versions = new Set(entriesOf(custom).map((entry) => `/apis/${groupVersion(entry)}`));
  return ["/api", "/api/v1", "/apis", ...[...versions].filter((path) => path !== "/apis/v1").toSorted()];
}
