import type { ClusterCheck, Subject } from "./finding.ts";
import { ownPods } from "./own-pods.ts";

/** Times of the API server have whole seconds: what happened in one of them has no order. */
const resolution = 1000;

/** ConfigMaps and Secrets that were changed after the oldest present pod was made: what this restart will pick up. */
export const configChanged: ClusterCheck = {
  codes: [{ code: "config-changed", levels: ["info"] }],
  check: async (subject) => {
    const { found, namespace, ask } = subject;
    const names = (kind: "ConfigMap" | "Secret") =>
      new Set(found.needs.references.filter((one) => one.kind === kind && !isPullSecret(one)).map(({ name }) => name));
    const maps = names("ConfigMap");
    const secrets = names("Secret");
    if (maps.size + secrets.size === 0) return [];
    const oldest = await oldestPod(subject);
    if (oldest === undefined) return [];
    const changed = async (kind: string, wanted: ReadonlySet<string>, read: typeof namespace.configMaps) => {
      if (wanted.size === 0) return [];
      const present = await ask(read());
      return [...wanted]
        .map((name) => ({ name: `${kind}/${name}`, later: (present?.get(name)?.changed ?? 0) - oldest }))
        .filter(({ later }) => later > resolution);
    };
    const all = [
      ...(await changed("configmap", maps, namespace.configMaps)),
      ...(await changed("secret", secrets, namespace.secrets)),
    ];
    if (all.length === 0) return [];
    const evidence = {
      changed: all.map(({ name }) => name).join(","),
      secondsLater: all.map(({ later }) => String(Math.round(later / 1000))).join(","),
    };
    return [{ code: "config-changed", level: "info", evidence }];
  },
};

/** It is read when an image is pulled, and nothing of it reaches the pod. */
function isPullSecret({ optional, container, kind, key }: Subject["found"]["needs"]["references"][number]): boolean {
  return kind === "Secret" && optional && container === "" && key === undefined;
}

async function oldestPod({ found, namespace, ask }: Subject): Promise<number | undefined> {
  const pods = await ask(namespace.pods());
  const own = ownPods(found, pods ?? []);
  return own.length === 0 ? undefined : Math.min(...own.map(({ created }) => created));
}
