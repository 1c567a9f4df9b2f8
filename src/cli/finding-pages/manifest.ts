import type { PageTexts } from "./page-text.ts";

/** Pages of what the manifest asks for and who keeps it. */
export const manifestPages: PageTexts = {
  "mutable-tag": [
    "A container runs an image by the tag latest, or by none. The restart brings whatever the tag means by now, on each node at its own time; with imagePullPolicy IfNotPresent, which makes it a note, only on nodes that do not have the image yet.",
    "Name the image by a version or a digest.",
  ],
  "no-readiness-probe": [
    "No container of the pods says when it can serve, so Kubernetes calls a pod ready as soon as its containers have started. Healthy means no more than that.",
    "Add a readinessProbe, or look at the service itself after the restart.",
  ],
  "long-termination": [
    "terminationGracePeriodSeconds is more than two minutes. Where a new pod waits until the old one is gone (StatefulSets, DaemonSets without maxSurge, Recreate), the restart may take that much longer for each batch; elsewhere old pods stay that long beside the new ones.",
    "Nothing, or lower it. The forecast counts only what starting takes.",
  ],
  hpa: [
    "A HorizontalPodAutoscaler scales the workload. New pods that start up may look busy, so the number of pods can change on the way; the restart follows the number of the moment.",
    "Nothing.",
  ],
  gitops: [
    "A delivery tool keeps this workload as its repository says. Flux's kustomize-controller removes what field managers wrote whose names begin with kubectl, and Argo CD with Replace=true whatever is not in the repository: the restart is undone, and all pods are replaced a second time. As a note it says that Flux keeps the restart. Helm, and Flux with Helm, keep it, too.",
    "Leave --field-manager at restart, which Flux keeps. With Replace=true, restart through Argo CD.",
  ],
};
