import type { PageTexts } from "./page-text.ts";

/** Pages of what a pod template refers to. */
export const referencesPages: PageTexts = {
  "missing-ref": [
    "A Secret, ConfigMap, key of one, PersistentVolumeClaim or ServiceAccount that the pod template needs does not exist. Running pods do not notice: they read it when they started. New pods would not start.",
    "Make what is named, or mark the reference optional.",
  ],
  "config-changed": [
    "A ConfigMap or a Secret that the pods use was changed after the oldest of them started, so this restart brings more than fresh pods.",
    "Make sure that the change is meant.",
  ],
  "rwo-deadlock": [
    "The rolling update brings a new pod before it takes an old one away, and both need a volume that only one node (ReadWriteOnce) or one pod (ReadWriteOncePod) may hold. The new pod waits for the volume, the old one for the new pod. Where one node alone would take the new pod, both share a ReadWriteOnce volume there, and nothing is found.",
    "Set the strategy to Recreate, or maxSurge to 0 and maxUnavailable to 1. --allow rwo-deadlock restarts it all the same.",
  ],
};
