import { timestamp } from "../clock.ts";
import type { Draft } from "../object.ts";
import type { Store } from "../store.ts";
import { fraction } from "./fnv.ts";

/** A healthy node that reports its addresses, its room and its versions. */
export function createNode(
  { clock }: Store,
  name: string,
  index: number,
  { version = "v1.36.3", labels = {}, taints = [] }: NodeOptions = {},
): Draft {
  const now = timestamp(clock.now());
  const condition = (type: string, status: string, reason: string, message: string) => {
    return { type, status, lastHeartbeatTime: now, lastTransitionTime: now, reason, message };
  };
  const room = { cpu: "16", memory: "65841032Ki", pods: "110", "ephemeral-storage": "203070420Ki" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        ...labels,
      },
    },
    spec: { podCIDR: `10.64.${index}.0/24`, ...(taints.length === 0 ? {} : { taints }) },
    status: {
      capacity: room,
      allocatable: room,
      addresses: [
        { type: "InternalIP", address: `10.0.${Math.floor(index / 250)}.${10 + (index % 250)}` },
        { type: "Hostname", address: name },
      ],
      conditions: [
        condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
      ],
      nodeInfo: {
        machineID: Math.floor(fraction(name) * 2 ** 40).toString(16),
        systemUUID: "",
        bootID: "",
        kernelVersion: "6.12.41",
        osImage: "Debian GNU/Linux 13 (trixie)",
        containerRuntimeVersion: "containerd://2.1.4",
        kubeletVersion: version,
        kubeProxyVersion: "",
        operatingSystem: "linux",
        architecture: "amd64",
      },
    },
  };
}

export interface NodeOptions {
  readonly version?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
}
