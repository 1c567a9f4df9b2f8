import type { ObjectReference } from "../pod-template.ts";
import type { NamespaceFacts } from "./facts.ts";
import type { ClusterCheck, Subject } from "./finding.ts";

/**
 * Something that new pods need and that is not there. Running pods hide it: they read it when they started. Optional
 * references are never missing.
 */
export const missingRef: ClusterCheck = {
  codes: [{ code: "missing-ref", levels: ["block"] }],
  check: async (subject) => {
    const needed = subject.found.needs.references.filter(({ optional }) => !optional);
    const missing = (await Promise.all(needed.map((one) => isMissing(subject, one)))).flatMap((is, index) => {
      const one = needed[index];
      return is && one !== undefined ? [referenceName(one)] : [];
    });
    if (missing.length === 0) return [];
    return [{ code: "missing-ref", level: "block", evidence: { missing: [...new Set(missing)].join(",") } }];
  },
};

/** `secret/db`, or with a key `secret/db:password`. */
function referenceName({ kind, name, key }: ObjectReference): string {
  return `${kind.toLowerCase()}/${name}${key === undefined ? "" : `:${key}`}`;
}

async function isMissing({ namespace, ask }: Subject, reference: ObjectReference): Promise<boolean> {
  const { kind, name, key } = reference;
  if (kind === "ConfigMap" || kind === "Secret") {
    const present = await ask(kind === "Secret" ? namespace.secrets() : namespace.configMaps());
    if (present === undefined) return false;
    if (!present.has(name)) return true;
    return key === undefined ? false : lacksKey(namespace, ask, kind, name, key);
  }
  if (kind === "PersistentVolumeClaim") return (await ask(namespace.claims()))?.has(name) === false;
  if (kind === "ServiceAccount") return (await ask(namespace.serviceAccounts()))?.has(name) === false;
  // A SecretProviderClass is a custom resource, whose driver says itself what it lacks.
  return false;
}

async function lacksKey(
  namespace: NamespaceFacts,
  ask: Subject["ask"],
  kind: "ConfigMap" | "Secret",
  name: string,
  key: string,
): Promise<boolean> {
  const keys = await ask(namespace.keys(kind, name));
  return keys !== undefined && !keys.has(key);
}
