/** One workload of the fleet: what is not said is what Kubernetes defaults. */
export interface FleetWorkload {
  readonly namespace: string;
  readonly kind: "Deployment" | "StatefulSet" | "DaemonSet";
  readonly name: string;
  readonly image: string;
  readonly replicas?: number;
  /** Annotations of the pod template that script trouble: see controllers/pod-life.ts. */
  readonly trouble?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Trouble that began only just before the fleet is handed over: it changes all the time, a day of it would take long to make. */
  readonly recentTrouble?: Readonly<Record<string, string>>;
  /** Of its PodDisruptionBudget. */
  readonly minAvailable?: number;
  /** A Deployment that somebody paused once it ran. */
  readonly paused?: boolean;
}

/** A shop of some size: what every cluster of the fleet runs. */
export const fleetWorkloads: readonly FleetWorkload[] = [
  { namespace: "shop", kind: "Deployment", name: "web", image: "shop/web:4.12.0", replicas: 3, minAvailable: 2 },
  { namespace: "shop", kind: "Deployment", name: "cart", image: "shop/cart:2.8.1", replicas: 3 },
  { namespace: "shop", kind: "Deployment", name: "catalog", image: "shop/catalog:7.1.3", replicas: 4 },
  { namespace: "shop", kind: "Deployment", name: "search", image: "shop/search:3.0.9", replicas: 3 },
  {
    namespace: "shop",
    kind: "Deployment",
    name: "recommendations",
    image: "shop/recommendations:1.9.0",
    replicas: 2,
    trouble: { "fake/ready-delay": "6000" },
  },
  {
    namespace: "shop",
    kind: "Deployment",
    name: "checkout",
    image: "shop/checkout:5.2.2",
    replicas: 2,
    trouble: { "fake/crash-after-restart": "true" },
  },
  {
    namespace: "shop",
    kind: "Deployment",
    name: "banner",
    image: "shop/banner:0.4.0",
    replicas: 1,
    spec: { strategy: { type: "Recreate" } },
  },
  { namespace: "shop", kind: "Deployment", name: "black-friday", image: "shop/landing:2025.11", replicas: 0 },
  { namespace: "shop", kind: "StatefulSet", name: "sessions", image: "redis:8.2", replicas: 3, minAvailable: 2 },
  {
    namespace: "payments",
    kind: "Deployment",
    name: "api",
    image: "payments/api:11.0.4",
    replicas: 3,
    spec: { minReadySeconds: 2 },
    minAvailable: 2,
  },
  { namespace: "payments", kind: "Deployment", name: "fraud", image: "payments/fraud:6.6.1", replicas: 2 },
  {
    namespace: "payments",
    kind: "Deployment",
    name: "invoices",
    image: "payments/invoices:3.3.0",
    replicas: 2,
    paused: true,
  },
  {
    namespace: "payments",
    kind: "StatefulSet",
    name: "ledger",
    image: "postgres:18.1",
    replicas: 3,
    spec: { updateStrategy: { type: "OnDelete" } },
  },
  {
    namespace: "payments",
    kind: "StatefulSet",
    name: "queue",
    image: "nats:2.12",
    replicas: 3,
    spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } },
  },
  { namespace: "platform", kind: "Deployment", name: "gateway", image: "platform/gateway:9.5.0", replicas: 2 },
  { namespace: "platform", kind: "Deployment", name: "auth", image: "platform/auth:4.4.4", replicas: 2 },
  {
    namespace: "platform",
    kind: "Deployment",
    name: "mailer",
    image: "platform/mailer:1.1.0",
    replicas: 1,
    trouble: { "fake/image-pull": "true" },
  },
  {
    namespace: "platform",
    kind: "Deployment",
    name: "reports",
    image: "platform/reports:2.0.0",
    replicas: 1,
    trouble: { "fake/unschedulable": "true" },
  },
  {
    namespace: "platform",
    kind: "Deployment",
    name: "exporter",
    image: "platform/exporter:0.9.9",
    replicas: 2,
    recentTrouble: { "fake/flapping": "true" },
  },
  { namespace: "platform", kind: "DaemonSet", name: "log-agent", image: "platform/log-agent:2.2.0" },
  { namespace: "platform", kind: "DaemonSet", name: "node-exporter", image: "prometheus/node-exporter:1.10.2" },
  { namespace: "kube-system", kind: "Deployment", name: "metrics-server", image: "metrics-server:0.8.0", replicas: 1 },
  {
    namespace: "kube-system",
    kind: "Deployment",
    name: "coredns",
    image: "coredns:1.13.1",
    replicas: 2,
    minAvailable: 1,
  },
  { namespace: "kube-system", kind: "DaemonSet", name: "kube-proxy", image: "kube-proxy:1.36.3" },
];

/** Names of the clusters. `old-dc` never answers; the rollout of `shop/search` in `shop-prod-eu` is stuck. */
export const fleetClusters = {
  reachable: ["shop-dev", "shop-prod-eu", "shop-prod-us"],
  unreachable: ["old-dc"],
  stuck: { cluster: "shop-prod-eu", namespace: "shop", name: "search" },
} as const;
