import type { ObjectReference } from "../pod-template.ts";
import type { ClusterCheck, Subject } from "./finding.ts";

/**
 * Something that new pods need and that is not there. Running pods hide it: they read it when they started. Optional
 * references are never missing.
 */
export const missingRef: ClusterCheck = {
  codes: [{ code: "missing-ref", levels: ["block"] }],
  check: async (subject) => {
    const needed = subject.found.needs.references.filter(({ optional }) => !optional);
    const names = await Promise.all(needed.map((reference) => missingName(subject, reference)));
    const missing = [...new Set(names.filter((name) => name !== undefined))];
    return missing.length === 0
      ? []
      : [{ code: "missing-ref", level: "block", evidence: { missing: missing.join(",") } }];
  },
};

/** `secret/db` where that is not there, `secret/db:password` where it lacks the key. */
async function missingName({ namespace, ask }: Subject, reference: ObjectReference): Promise<string | undefined> {
  const { kind, name, key } = reference;
  const object = `${kind.toLowerCase()}/${name}`;
  switch (kind) {
    case "ConfigMap":
    case "Secret": {
      const present = await ask(kind === "Secret" ? namespace.secrets() : namespace.configMaps());
      if (present?.has(name) === false) return object;
      if (present === undefined || key === undefined) return undefined;
      return (await ask(namespace.keys(kind, name)))?.has(key) === false ? `${object}:${key}` : undefined;
    }
    case "PersistentVolumeClaim":
      return (await ask(namespace.claims()))?.has(name) === false ? object : undefined;
    case "ServiceAccount":
      return (await ask(namespace.serviceAccounts()))?.has(name) === false ? object : undefined;
    case "SecretProviderClass":
      // A custom resource, whose driver says itself what it lacks.
      return undefined;
  }
}
