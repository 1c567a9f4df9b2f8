import { expect, it } from "vitest";
import { deployment } from "../contract/manifests.ts";
import { pathOf } from "../contract/patch.ts";
import { type FaultRule, type SeenRequest, tooManyRequests } from "../faults/proxy.ts";
import { atOnce, describeSideBySide, type SideBySide, still } from "./kubectl-side-by-side.ts";

const isRestartOf =
  (name: string) =>
  ({ method, path }: SeenRequest) =>
    method === "PATCH" && path.includes(`/deployments/${name}-`) && !path.includes("dryRun=All");

const status = (code: number, reason: string, message: string): FaultRule["fault"] => ({
  kind: "answer",
  status: code,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message }),
});

/** Both at once, each with a Deployment of its own whose PATCHes meet the fault. */
async function meet(
  { cluster, proxy, kubectl, restart, patches }: SideBySide,
  row: string,
  rule: Omit<FaultRule, "when">,
) {
  const [his, own] = [`${row}-kubectl`, `${row}-restart`];
  await cluster.apply(deployment(his, still), deployment(own, still));
  patches();
  const removers = [his, own].map((name) => proxy.add({ ...rule, when: isRestartOf(name.replace(/-\w+$/, "")) }));
  const began = Date.now();
  const timed = async <T>(promise: Promise<T>) => {
    const ended = await promise;
    return { ...ended, milliseconds: Date.now() - began };
  };
  const [theirs, ours] = await Promise.all([
    timed(kubectl("rollout", "restart", `deploy/${his}`)),
    timed(restart(`deploy/${own}`, ...atOnce)),
  ]);
  for (const remove of removers) remove();
  const sent = patches();
  const generationOf = async (name: string): Promise<number> =>
    (await cluster.request(pathOf(`deployments/${name}`, cluster.namespace))).body.metadata.generation;
  return { theirs, ours, sent, generations: [await generationOf(his), await generationOf(own)] };
}

const bodiesOf = (requests: readonly SeenRequest[]) => new Set(requests.map(({ body }) => body)).size;

describeSideBySide("what is answered", (both) => {
  it("row 51: a second restart within the same second rolls nothing", async () => {
    const { cluster, kubectl, restart, patches } = both();
    await cluster.apply(deployment("row-51", { pods: { "fake/ready-delay": "600000" }, spec: { replicas: 1 } }));
    const refusal =
      "error: failed to create patch for row-51: if restart has already been triggered within the past second, " +
      "please wait before attempting to trigger another\n";
    const again = () => kubectl("rollout", "restart", "deploy/row-51");
    await again();
    let sent = 0;
    // Now and then a second ends between the two.
    await cluster.until("kubectl meets its own second", async () => {
      patches();
      const { stderr, exitCode } = await again();
      sent = patches().kubectl.length;
      return exitCode === 1 && stderr === refusal;
    });
    const ours = await restart("deploy/row-51", "--yes", "--no-wait");
    expect([ours.exitCode, ours.stdout]).toEqual([4, ""]);
    expect(ours.stderr).toContain("rollout of deployment.apps/row-51 is in progress");
    expect([sent, patches().restart.length]).toEqual([0, 0]);
  });

  it("row 52: waits as long as a 429 asks for and sends the same once more", async () => {
    const { headers } = tooManyRequests as { headers: Readonly<Record<string, string>> };
    const fault = { ...tooManyRequests, headers: { ...headers, "retry-after": "2" } } as FaultRule["fault"];
    const { theirs, ours, sent, generations } = await meet(both(), "row-52", { fault, times: 1 });
    for (const ended of [theirs, ours]) {
      expect(ended.exitCode).toBe(0);
      expect(ended.milliseconds).toBeGreaterThanOrEqual(2000);
    }
    expect([sent.kubectl.length, sent.restart.length]).toEqual([2, 2]);
    expect([bodiesOf(sent.kubectl), bodiesOf(sent.restart)]).toEqual([1, 1]);
    expect(generations).toEqual([2, 2]);
  });

  it("row 54: gives up on a 429 that does not end", async () => {
    const { headers } = tooManyRequests as { headers: Readonly<Record<string, string>> };
    const fault = { ...tooManyRequests, headers: { ...headers, "retry-after": "0" } } as FaultRule["fault"];
    const { theirs, ours, sent, generations } = await meet(both(), "row-54", { fault });
    expect([theirs.exitCode, ours.exitCode]).toEqual([1, 9]);
    expect(sent.kubectl).toHaveLength(11);
    expect(sent.restart.length).toBeGreaterThan(1);
    expect(sent.restart.length).toBeLessThanOrEqual(11);
    expect(bodiesOf(sent.restart)).toBe(1);
    expect(generations).toEqual([1, 1]);
  });

  it.each([
    [403, "Forbidden", 4],
    [404, "NotFound", 5],
    [409, "Conflict", 10],
    [422, "Invalid", 4],
  ] as const)("row 56: a %i is not tried again, and is shown in the server's words", async (code, reason, exitCode) => {
    const message = `this is not to be done today (${reason})`;
    const { theirs, ours, sent } = await meet(both(), `row-56-${code}`, { fault: status(code, reason, message) });
    expect(theirs).toMatchObject({ exitCode: 1, stdout: "", stderr: `error: failed to patch: ${message}\n` });
    expect(ours.exitCode).toBe(exitCode);
    expect(ours.stderr).toContain(message);
    expect([sent.kubectl.length, sent.restart.length]).toEqual([1, 1]);
  });
});

describeSideBySide("what a policy denies", (both) => {
  it("row 57: is shown with its name and in its words", async () => {
    const { cluster, kubectl, restart, patches } = both();
    await cluster.apply(deployment("row-57", still));
    await cluster.addPolicy({
      name: `freeze.${cluster.namespace}.example.com`,
      action: "deny",
      message: "change freeze until Monday, ask the release desk",
    });
    patches();
    const theirs = await kubectl("rollout", "restart", "deploy/row-57");
    const ours = await restart("deploy/row-57", ...atOnce);
    const words = theirs.stderr.replace("error: failed to patch: ", "").trim();
    expect(words).toBe(
      `deployments.apps "row-57" is forbidden: ValidatingAdmissionPolicy 'freeze.${cluster.namespace}.example.com' ` +
        "with binding 'freeze-deny' denied request: change freeze until Monday, ask the release desk",
    );
    expect([theirs.exitCode, ours.exitCode]).toEqual([1, 4]);
    expect(ours.stderr).toContain(words);
    // The dry run has told.
    expect(patches().restart).toEqual([]);
  });
});

describeSideBySide("what a policy warns of", (both) => {
  it("row 58: is shown once, as kubectl shows it, and changes no exit code", async () => {
    const { cluster, kubectl, restart } = both();
    await cluster.apply(deployment("row-58", still));
    await cluster.addPolicy({
      name: `freeze.${cluster.namespace}.example.com`,
      action: "warn",
      message: "the freeze begins tomorrow",
    });
    const theirs = await kubectl("rollout", "restart", "deploy/row-58");
    const ours = await restart("deploy/row-58", ...atOnce);
    expect(theirs.stderr).toMatch(/^Warning: .*the freeze begins tomorrow\n$/);
    expect([theirs.exitCode, ours.exitCode]).toEqual([0, 0]);
    expect(ours.stderr.split("\n").filter((line) => line.includes("the freeze begins"))).toEqual([
      theirs.stderr.trim(),
    ]);
  });
});
