import { startControlPlane } from "./start.ts";

// Starts a control plane, prints the path of its kubeconfig and keeps it until it is interrupted.
const ended = Promise.withResolvers<void>();
process.once("SIGINT", () => ended.resolve());
process.once("SIGTERM", () => ended.resolve());
process.once("SIGHUP", () => ended.resolve());
const begun = performance.now();
const plane = await startControlPlane({ report: (line) => console.error(line) });
console.error(
  `control plane ready after ${((performance.now() - begun) / 1000).toFixed(1)} s; kubectl is ${plane.kubectl}`,
);
console.log(plane.adminKubeconfig);
await ended.promise;
await plane.stop();
