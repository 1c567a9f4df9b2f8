import { startControlPlane } from "./start.ts";

// A control plane to use by hand: prints the kubeconfig's path and stays until it is interrupted.
const plane = await startControlPlane();
console.log(plane.kubeconfig);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void plane.stop().then(() => process.exit(0)));
}
await new Promise(() => setInterval(() => undefined, 60_000));
