import type { V1Affinity, V1Container, V1PodSpec, V1Toleration, V1Volume } from "@kubernetes/client-node";
import { parseQuantity } from "../kube/quantity.ts";

/** An object that pods of a template need. */
export interface ObjectReference {
  readonly kind: "ConfigMap" | "Secret" | "PersistentVolumeClaim" | "ServiceAccount" | "SecretProviderClass";
  readonly name: string;
  /** One key of a ConfigMap or a Secret; undefined needs the object alone. */
  readonly key: string | undefined;
  /** Pods start without it. */
  readonly optional: boolean;
  /** Empty for what the whole pod refers to. */
  readonly container: string;
}

/** A container of a template, its environment's values left out. */
export interface TemplateContainer {
  readonly name: string;
  /** `sidecar` is an init container that goes on running. */
  readonly role: "init" | "sidecar" | "main";
  readonly image: string;
  /** As written; the API server fills it in, so it is empty for custom resources alone. */
  readonly imagePullPolicy: string;
  readonly hasReadinessProbe: boolean;
}

/** What a pod template asks for and refers to. It holds no value of an environment, and so no secret. */
export interface PodNeeds {
  readonly containers: readonly TemplateContainer[];
  /** Each once, in the order of the template. */
  readonly references: readonly ObjectReference[];
  /** Something outside the pod has a say in whether it is ready. */
  readonly hasReadinessGates: boolean;
  /** Seconds. */
  readonly terminationGracePeriodSeconds: number;
  /** What the scheduler reserves: cores, bytes, pieces by resource name. */
  readonly requests: Readonly<Record<string, number>>;
  readonly limits: Readonly<Record<string, number>>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly affinity: V1Affinity | undefined;
  readonly tolerations: readonly V1Toleration[];
  readonly labels: Readonly<Record<string, string>>;
  readonly priorityClassName: string;
}

/** A pod template as the API sends it. */
export interface PodTemplateObject {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: V1PodSpec;
}

/** Reads what a pod template needs. Claims that a StatefulSet makes for each of its pods are not among the references. */
export function projectPodNeeds(template: PodTemplateObject | undefined): PodNeeds {
  const spec: Partial<V1PodSpec> = template?.spec ?? {};
  const containers = [...roles(spec)];
  return {
    containers: containers.map(({ container, role }) => ({
      name: container.name,
      role,
      image: container.image ?? "",
      imagePullPolicy: container.imagePullPolicy ?? "",
      hasReadinessProbe: container.readinessProbe !== undefined,
    })),
    references: distinct(
      [...podReferences(spec), ...containers.flatMap(({ container }) => containerReferences(container))].filter(
        ({ name }) => name !== "",
      ),
    ),
    hasReadinessGates: (spec.readinessGates ?? []).length > 0,
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    requests: reserved(spec, "requests"),
    limits: reserved(spec, "limits"),
    nodeSelector: spec.nodeSelector ?? {},
    affinity: spec.affinity,
    tolerations: spec.tolerations ?? [],
    labels: template?.metadata?.labels ?? {},
    priorityClassName: spec.priorityClassName ?? "",
  };
}

function* roles(spec: Partial<V1PodSpec>): Generator<{ container: V1Container; role: TemplateContainer["role"] }> {
  for (const container of spec.initContainers ?? []) {
    yield { container, role: container.restartPolicy === "Always" ? "sidecar" : "init" };
  }
  for (const container of spec.containers ?? []) yield { container, role: "main" };
}

function reference(
  kind: ObjectReference["kind"],
  name: string | undefined,
  more: Partial<ObjectReference> = {},
): ObjectReference {
  return { kind, name: name ?? "", key: undefined, optional: false, container: "", ...more };
}

function podReferences(spec: Partial<V1PodSpec>): readonly ObjectReference[] {
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  return [
    // The controller-manager makes the default one in every namespace, in its own time.
    ...(account === undefined || account === "default" ? [] : [reference("ServiceAccount", account)]),
    // A pull secret that is missing keeps no pod from starting: the kubelet goes on without it.
    ...(spec.imagePullSecrets ?? []).map(({ name }) => reference("Secret", name, { optional: true })),
    ...(spec.volumes ?? []).flatMap(volumeReferences),
  ];
}

function volumeReferences(volume: V1Volume): readonly ObjectReference[] {
  const { configMap, secret, persistentVolumeClaim, projected, csi } = volume;
  const found: ObjectReference[] = [];
  const keyed = (
    kind: "ConfigMap" | "Secret",
    name: string | undefined,
    optional: boolean | undefined,
    items: readonly { readonly key: string }[] | undefined,
  ) => {
    const more = { optional: optional ?? false };
    if (items === undefined || items.length === 0) found.push(reference(kind, name, more));
    for (const { key } of items ?? []) found.push(reference(kind, name, { ...more, key }));
  };
  if (configMap) keyed("ConfigMap", configMap.name, configMap.optional, configMap.items);
  if (secret) keyed("Secret", secret.secretName, secret.optional, secret.items);
  if (persistentVolumeClaim) found.push(reference("PersistentVolumeClaim", persistentVolumeClaim.claimName));
  for (const source of projected?.sources ?? []) {
    if (source.configMap) keyed("ConfigMap", source.configMap.name, source.configMap.optional, source.configMap.items);
    if (source.secret) keyed("Secret", source.secret.name, source.secret.optional, source.secret.items);
  }
  // Mounting asks for them, so pods do not start without.
  const { azureFile, cephfs, flexVolume, iscsi, rbd, scaleIO, storageos } = volume;
  for (const user of [cephfs, flexVolume, iscsi, rbd, scaleIO, storageos]) {
    if (user?.secretRef) found.push(reference("Secret", user.secretRef.name));
  }
  if (azureFile) found.push(reference("Secret", azureFile.secretName));
  if (csi?.nodePublishSecretRef) found.push(reference("Secret", csi.nodePublishSecretRef.name));
  const provider =
    csi?.driver === "secrets-store.csi.k8s.io" ? csi.volumeAttributes?.["secretProviderClass"] : undefined;
  if (provider !== undefined) found.push(reference("SecretProviderClass", provider));
  return found;
}

function containerReferences({ name: container, env, envFrom }: V1Container): readonly ObjectReference[] {
  return [
    ...(envFrom ?? []).flatMap(({ configMapRef, secretRef }) => [
      ...(configMapRef
        ? [reference("ConfigMap", configMapRef.name, { optional: configMapRef.optional ?? false, container })]
        : []),
      ...(secretRef ? [reference("Secret", secretRef.name, { optional: secretRef.optional ?? false, container })] : []),
    ]),
    ...(env ?? []).flatMap(({ valueFrom }) => {
      const { configMapKeyRef: map, secretKeyRef: secret } = valueFrom ?? {};
      return [
        ...(map
          ? [reference("ConfigMap", map.name, { key: map.key, optional: map.optional ?? false, container })]
          : []),
        ...(secret
          ? [reference("Secret", secret.name, { key: secret.key, optional: secret.optional ?? false, container })]
          : []),
      ];
    }),
  ];
}

function distinct(references: readonly ObjectReference[]): readonly ObjectReference[] {
  const seen = new Map<string, ObjectReference>();
  for (const one of references) {
    const key = [one.kind, one.name, one.key ?? "", one.key === undefined ? "" : "key"].join("\n");
    const known = seen.get(key);
    // Needed by one container is needed, whoever else could do without.
    if (known === undefined || (known.optional && !one.optional)) seen.set(key, one);
  }
  return [...seen.values()];
}

/**
 * What a pod reserves as the scheduler adds it up: the sum of what runs together, or one init container with the
 * sidecars before it if that is more (KEP-753).
 */
function reserved(spec: Partial<V1PodSpec>, which: "requests" | "limits"): Readonly<Record<string, number>> {
  const sum: Record<string, number> = {};
  const peak: Record<string, number> = {};
  for (const { container, role } of roles(spec)) {
    for (const [name, text] of Object.entries(container.resources?.[which] ?? {})) {
      const amount = quantityOf(text);
      if (role === "init") peak[name] = Math.max(peak[name] ?? 0, (sum[name] ?? 0) + amount);
      else sum[name] = (sum[name] ?? 0) + amount;
    }
  }
  const total: Record<string, number> = {};
  for (const name of new Set([...Object.keys(sum), ...Object.keys(peak)])) {
    total[name] = Math.max(sum[name] ?? 0, peak[name] ?? 0) + (which === "requests" ? overhead(spec, name) : 0);
  }
  return total;
}

function overhead(spec: Partial<V1PodSpec>, name: string): number {
  const text = spec.overhead?.[name];
  return text === undefined ? 0 : quantityOf(text);
}

function quantityOf(text: string): number {
  try {
    return parseQuantity(text);
  } catch {
    // The API server has taken it; what it means here is not worth a failed plan.
    return 0;
  }
}
