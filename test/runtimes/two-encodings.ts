import { envelope } from "../kube/wire-encoding.ts";

const labels = { app: "wéb-✓" };
const meta = {
  name: "wéb-✓",
  namespace: "binary",
  uid: "u1",
  resourceVersion: "7",
  generation: 3,
  creationTimestamp: "2025-11-25T09:16:48Z",
  labels,
};
const label = [
  [1, "app"],
  [2, labels.app],
] as const;

/** One list of Deployments with one item, in the encoding that the request prefers. */
export function deploymentList(request: Request): Response {
  const binary = request.headers.get("accept")?.startsWith("application/vnd.kubernetes.protobuf");
  if (!binary) {
    const spec = {
      replicas: 300,
      selector: { matchLabels: labels },
      template: { spec: { containers: [{ name: "app", image: "shop.example/wéb:1" }] } },
      minReadySeconds: 5,
    };
    const status = { observedGeneration: 3, replicas: 300, updatedReplicas: 300, readyReplicas: 300 };
    const items = [{ metadata: meta, spec, status }];
    return Response.json({ kind: "DeploymentList", apiVersion: "apps/v1", metadata: { resourceVersion: "9" }, items });
  }
  // Numbers of k8s.io/api/apps/v1/generated.proto.
  const body = envelope("DeploymentList", [
    [1, [[2, "9"]]],
    [
      2,
      [
        [
          1,
          [
            [1, meta.name],
            [3, meta.namespace],
            [5, meta.uid],
            [6, meta.resourceVersion],
            [7, meta.generation],
            [8, [[1, Date.parse(meta.creationTimestamp) / 1000]]],
            [11, label],
          ],
        ],
        [
          2,
          [
            [1, 300],
            [2, [[1, label]]],
            [
              3,
              [
                [
                  2,
                  [
                    [
                      2,
                      [
                        [1, "app"],
                        [2, "shop.example/wéb:1"],
                      ],
                    ],
                  ],
                ],
              ],
            ],
            [5, 5],
          ],
        ],
        [
          3,
          [
            [1, 3],
            [2, 300],
            [3, 300],
            [7, 300],
          ],
        ],
      ],
    ],
  ]);
  return new Response(body, { headers: { "content-type": "application/vnd.kubernetes.protobuf" } });
}
