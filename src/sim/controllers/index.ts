import type { Store } from "../store.ts";
import type { ControllerContext } from "./controller-context.ts";
import { createDaemonSetController } from "./daemon-set.ts";
import { createDeploymentController } from "./deployment.ts";
import { createDisruptionController } from "./disruption-budget.ts";
import { createEventRecorder } from "./event-recorder.ts";
import { createGarbageCollector } from "./garbage-collector.ts";
import { createKubelet } from "./kubelet.ts";
import { createNode } from "./node.ts";
import { createOwnerIndex } from "./owner-index.ts";
import { createQuotaController } from "./quota.ts";
import { createReplicaSetController } from "./replica-set.ts";
import { createRolloutController } from "./rollout.ts";
import { createScheduler } from "./scheduler.ts";
import { createStatefulSetController } from "./stateful-set.ts";
import { createReconcileLoop, type ReconcileLoop } from "./work-queue.ts";

/** The controllers of one cluster, not yet working by themselves. A cluster without a node gets `nodes` of them. */
export function createControllers(store: Store, { nodes = 3 }: { readonly nodes?: number } = {}): ReconcileLoop {
  if (store.list("nodes").length === 0) {
    for (let index = 1; index <= nodes; index += 1) store.create("nodes", createNode(store, `node-${index}`, index));
  }
  // The index must hear of a write before the work queues do.
  const owners = createOwnerIndex(store);
  const context: ControllerContext = { store, owners, events: createEventRecorder(store) };
  const loop = createReconcileLoop(store, [
    // Before Deployments: the pods that a smaller ReplicaSet must lose are gone before the room is given to another.
    createReplicaSetController(context),
    createDeploymentController(context),
    createStatefulSetController(context),
    createDaemonSetController(context),
    createRolloutController(context),
    createScheduler(context),
    createKubelet(context),
    createGarbageCollector(context),
    createQuotaController(store),
    createDisruptionController(context),
  ]);
  return {
    ...loop,
    stop: () => {
      loop.stop();
      owners.stop();
    },
  };
}

/** Runs the controllers of a cluster on the store's clock until they are stopped. While nothing changes they hold no timer. */
export function startControllers(
  store: Store,
  options: { readonly nodes?: number } = {},
): { readonly stop: () => void } {
  const { start, stop } = createControllers(store, options);
  start();
  return { stop };
}
