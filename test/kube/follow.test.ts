import { describe, expect, it } from "vitest";
import { RestartError } from "../../src/kube/error.ts";
import type { KubeObject } from "../../src/kube/get.ts";
import { type FollowEvent, follow } from "../../src/kube/watch.ts";
import {
  createScriptedApi,
  deployment,
  json,
  listOf,
  openStream,
  type SentRequest,
  type Step,
  silence,
  statusAnswer,
  text,
} from "./scripted-api.ts";

const deployments = { group: "apps", version: "v1", resource: "deployments", namespace: "shop" };
const show = (object: KubeObject) => `${object.metadata.name}@${object.metadata.resourceVersion}`;
const reset = () => new RestartError("Unreachable", "the connection was reset", { detail: { sent: "no" } });
const listing = (names: readonly string[], resourceVersion: string) => json(listOf(names, { resourceVersion }));
const expired = { kind: "Status", code: 410, reason: "Expired", message: "too old" };

/** A follower whose events are written down as one word each. */
function begin(steps: readonly Step[], options: { readonly resourceVersion?: string } = {}) {
  const api = createScriptedApi(steps);
  const abort = new AbortController();
  const seen: string[] = [];
  const word = (event: FollowEvent<string>) => {
    if (event.type === "synced") return `synced ${event.items.join(" ")}`;
    if (event.type === "lost") return `lost ${event.error.reason}`;
    return event.type === "changed" || event.type === "deleted" ? `${event.type} ${event.object}` : event.type;
  };
  const ended = (async () => {
    const all = follow(api, deployments, "DeploymentList", show, { ...options, signal: abort.signal });
    for await (const event of all) seen.push(word(event));
    return "ended";
  })();
  ended.catch(() => {});
  return { api, abort, seen, ended };
}

/** A watch that stays open, to be written to once it was asked for. */
function held() {
  let stream: ReturnType<typeof openStream> | undefined;
  const step = (request: SentRequest) => {
    stream = openStream(request);
    return stream.response;
  };
  return {
    step,
    stream: () => {
      if (stream === undefined) throw new Error("the watch was not opened");
      return stream;
    },
  };
}

const versionOf = (request: SentRequest | undefined) =>
  new URLSearchParams(request?.path.split("?")[1]).get("resourceVersion");
const isWatch = (request: SentRequest | undefined) => request?.path.includes("watch=1") ?? false;

describe("follow", () => {
  it("lists, watches from there, and ends quietly on an abort with no timer left", async () => {
    const watch = held();
    const { api, abort, seen, ended } = begin([listing(["a"], "10"), watch.step], { resourceVersion: "0" });
    await api.clock.advance(0);
    watch.stream().event("MODIFIED", deployment("a", "11"));
    watch.stream().event("BOOKMARK", { metadata: { resourceVersion: "15" } });
    watch.stream().event("DELETED", deployment("a", "16"));
    await api.clock.advance(0);
    abort.abort();
    expect(await ended).toBe("ended");
    expect(seen).toEqual(["synced a@7", "changed a@11", "alive", "deleted a@16"]);
    expect(api.sent.map(versionOf)).toEqual(["0", "10"]);
    const seconds = Number(new URLSearchParams(api.sent[1]?.path).get("timeoutSeconds"));
    expect(seconds).toBeGreaterThanOrEqual(1800);
    expect(seconds).toBeLessThanOrEqual(3600);
    expect(api.clock.pending()).toBe(0);
  });

  it("goes on from the last version when the server ends the watch, or it is cut", async () => {
    const watches = [held(), held(), held()];
    const { api, seen } = begin([listing([], "10"), ...watches.map((watch) => watch.step)]);
    await api.clock.advance(0);
    watches[0]?.stream().event("ADDED", deployment("a", "11"));
    watches[0]?.stream().end();
    await api.clock.advance(0);
    watches[1]?.stream().event("BOOKMARK", { metadata: { resourceVersion: "20" } });
    watches[1]?.stream().write('{"type":"ADDED","obj');
    await api.clock.advance(0);
    watches[1]?.stream().fail(new Error("reset"));
    await api.clock.advance(0);
    watches[2]?.stream().event("ADDED", deployment("b", "21"));
    await api.clock.advance(0);
    expect(seen).toEqual(["synced ", "changed a@11", "alive", "alive", "alive", "changed b@21"]);
    expect(api.sent.map(versionOf)).toEqual([null, "10", "11", "20"]);
  });

  it("counts what is projected to nothing as seen", async () => {
    const watches = [held(), held()];
    const api = createScriptedApi([listing([], "10"), ...watches.map((watch) => watch.step)]);
    const events = follow(api, deployments, "DeploymentList", () => undefined);
    expect((await events.next()).value).toEqual({ type: "synced", items: [] });
    const next = events.next();
    await api.clock.advance(0);
    watches[0]?.stream().event("ADDED", deployment("a", "11"));
    watches[0]?.stream().end();
    expect((await next).value).toEqual({ type: "alive" });
    expect(api.sent.map(versionOf)).toEqual([null, "10", "11"]);
    await events.return();
    expect(api.clock.pending()).toBe(0);
  });

  it.each([
    { name: "an ERROR event", step: () => new Response(`${JSON.stringify({ type: "ERROR", object: expired })}\n`) },
    { name: "a 410", step: () => statusAnswer(410, "Expired", "too old") },
  ])("lists anew, never from a cache, after $name", async ({ step }) => {
    const watch = held();
    const { api, seen } = begin([listing(["a"], "10"), step, listing(["b"], "90"), watch.step], {
      resourceVersion: "0",
    });
    await api.clock.advance(1000);
    expect(seen).toEqual(["synced a@7", "synced b@7"]);
    expect(api.sent.map(versionOf)).toEqual(["0", "10", null, "90"]);
  });

  it("says once that the server is lost, tries ever more slowly, and says when it is back", async () => {
    const watches = [held(), held()];
    const failures = Array.from({ length: 10 }, reset);
    const { api, seen } = begin([
      listing([], "10"),
      held().step,
      ...failures,
      listing([], "11"),
      ...watches.map((w) => w.step),
    ]);
    await api.clock.advance(0);
    expect(api.sent).toHaveLength(2);
    await api.clock.advance(600_000);
    expect(seen.slice(0, 4)).toEqual(["synced ", "lost Unreachable", "recovered", "alive"]);
    const at = api.sent.map((request) => request.at);
    const pauses = at.slice(3, 13).map((time, index) => time - (at[index + 2] ?? 0));
    expect(pauses).toEqual([187.5, 375, 750, 1500, 3000, 6000, 12_000, 22_500, 22_500, 22_500]);
    expect(versionOf(api.sent[13])).toBe("10");
    expect(isWatch(api.sent[13])).toBe(true);
  });

  it("begins lost where nothing answers, and lists when something does", async () => {
    const watch = held();
    const { api, seen } = begin([reset(), reset(), listing(["a"], "10"), watch.step]);
    await api.clock.advance(1000);
    expect(seen).toEqual(["lost Unreachable", "recovered", "synced a@7"]);
  });

  it("calls a server lost that takes 30 s over a list", async () => {
    const { api, seen } = begin([silence, listing(["a"], "10"), held().step]);
    await api.clock.advance(29_999);
    expect(seen).toEqual([]);
    await api.clock.advance(1000);
    expect(seen).toEqual(["lost Unreachable", "recovered", "synced a@7"]);
  });

  it("does not call one cut the loss of the server, but the second in a row", async () => {
    const cut = () => {
      const stream = openStream();
      stream.fail(new Error("reset"));
      return stream.response;
    };
    const watch = held();
    const { api, seen } = begin([listing([], "10"), cut, cut, listing([], "12"), watch.step]);
    await api.clock.advance(300);
    expect(seen).toEqual(["synced ", "alive", "lost StreamCut"]);
    await api.clock.advance(1000);
    expect(seen.slice(3)).toEqual(["recovered", "alive"]);
    expect(versionOf(api.sent[4])).toBe("10");
  });

  it("does not spin on a server that ends every watch at once", async () => {
    const end = () => {
      const stream = openStream();
      stream.end();
      return stream.response;
    };
    const { api } = begin([listing([], "10"), ...Array.from({ length: 50 }, () => end)]);
    await api.clock.advance(10_000);
    expect(api.sent.length).toBeLessThan(10);
  });

  it("waits as long as a busy server asks", async () => {
    const busy = () => text("busy", 429, { "retry-after": "9" });
    const { api, seen } = begin([...Array.from({ length: 5 }, () => busy), listing([], "10"), held().step]);
    await api.clock.advance(60_000);
    expect(seen).toEqual(["lost TooManyRequests", "recovered", "synced "]);
    expect(api.sent.map((request) => request.at).slice(0, 6)).toEqual([0, 9450, 18_900, 28_350, 37_800, 46_800]);
  });

  it.each([
    { name: "a list", steps: [statusAnswer(403, "Forbidden", "no")], want: "Forbidden" },
    { name: "a list", steps: [statusAnswer(401, "Unauthorized", "no")], want: "Unauthorized" },
    { name: "a list", steps: [text("404 page not found", 404)], want: "NotFound" },
    { name: "a watch", steps: [listing([], "1"), statusAnswer(403, "Forbidden", "no")], want: "Forbidden" },
    { name: "a watch", steps: [listing([], "1"), statusAnswer(401, "Unauthorized", "no")], want: "Unauthorized" },
    { name: "the credentials", steps: [new RestartError("CredentialsFailed", "no")], want: "CredentialsFailed" },
  ])("rejects with $want of $name", async ({ steps, want }) => {
    const { api, ended, seen } = begin(steps);
    await expect(api.clock.runUntil(ended)).rejects.toMatchObject({ reason: want });
    expect(seen.some((event) => event.startsWith("lost"))).toBe(false);
    expect(api.clock.pending()).toBe(0);
  });

  it("rejects with what the projection throws, instead of trying for ever", async () => {
    const api = createScriptedApi([listing(["a"], "1")]);
    const project = () => {
      throw new TypeError("no status");
    };
    await expect(follow(api, deployments, "DeploymentList", project).next()).rejects.toThrow("no status");
  });

  it.each([
    { name: "a list that never comes", steps: [silence] },
    { name: "a watch whose headers never come", steps: [listing([], "1"), silence] },
    { name: "a pause", steps: [reset()] },
  ])("ends quietly when it is aborted during $name", async ({ steps }) => {
    const { api, abort, ended } = begin(steps);
    await api.clock.advance(0);
    abort.abort(new Error("enough"));
    expect(await ended).toBe("ended");
    expect(api.clock.pending()).toBe(0);
  });
});

describe("follow, when a watch is quiet", () => {
  it("keeps it while bookmarks come, and asks nothing", async () => {
    const watch = held();
    const { api } = begin([listing([], "10"), watch.step]);
    await api.clock.advance(0);
    for (let minute = 0; minute < 30; minute += 1) {
      await api.clock.advance(60_000);
      watch.stream().event("BOOKMARK", { metadata: { resourceVersion: "10" } });
    }
    expect(api.sent).toHaveLength(2);
  });

  it("asks after 75 s, and keeps it when nothing has changed since", async () => {
    const watch = held();
    const { api, seen } = begin([listing([], "10"), watch.step, listing([], "10"), listing([], "10")]);
    await api.clock.advance(150_000);
    expect(api.sent.slice(2).map(({ at, path }) => `${at} ${path}`)).toEqual([
      "75000 /apis/apps/v1/namespaces/shop/deployments?limit=1",
      "150000 /apis/apps/v1/namespaces/shop/deployments?limit=1",
    ]);
    watch.stream().event("ADDED", deployment("a", "11"));
    await api.clock.advance(0);
    expect(seen).toEqual(["synced ", "changed a@11"]);
  });

  it("opens it anew when the server has moved on, and loses nothing", async () => {
    const watches = [held(), held()];
    const { api, seen } = begin([
      listing([], "10"),
      ...watches.slice(0, 1).map((w) => w.step),
      listing([], "12"),
      watches[1]?.step ?? reset(),
    ]);
    await api.clock.advance(75_000);
    expect(watches[0]?.stream().isCanceled() || isWatch(api.sent[3])).toBe(true);
    watches[1]?.stream().event("ADDED", deployment("a", "11"));
    await api.clock.advance(0);
    expect(seen).toEqual(["synced ", "alive", "changed a@11"]);
    expect(versionOf(api.sent[3])).toBe("10");
  });

  it("keeps it when an event comes while the server is asked", async () => {
    const watch = held();
    const slow = async (request: SentRequest) => {
      watch.stream().event("ADDED", deployment("a", "12"));
      await new Promise((resolve) => setImmediate(resolve));
      return request.signal?.aborted ? text("", 500) : listing([], "13");
    };
    const { api, seen } = begin([listing([], "10"), watch.step, slow]);
    await api.clock.advance(76_000);
    expect(seen).toEqual(["synced ", "changed a@12"]);
    expect(api.sent).toHaveLength(3);
    await api.clock.advance(60_000);
    expect(api.sent).toHaveLength(3);
  });

  it("calls the server lost when it does not answer within 15 s", async () => {
    const { api, seen } = begin([listing([], "10"), held().step, silence, listing([], "10"), held().step]);
    await api.clock.advance(89_999);
    expect(seen).toEqual(["synced "]);
    await api.clock.advance(1000);
    expect(seen).toEqual(["synced ", "lost Unreachable", "recovered", "alive"]);
  });

  it("takes events that come late together with their headers", async () => {
    let answer: ((response: Response) => void) | undefined;
    const late = () =>
      new Promise<Response>((resolve) => {
        answer = resolve;
      });
    const { api, seen } = begin([listing([], "10"), late, listing([], "10")]);
    await api.clock.advance(80_000);
    const stream = openStream();
    stream.event("ADDED", deployment("a", "11"));
    answer?.(stream.response);
    await api.clock.advance(0);
    expect(seen).toEqual(["synced ", "changed a@11"]);
  });

  it("never calls a server lost that holds back its headers but answers, and lists instead", async () => {
    const asked = (version: string) => [silence, listing([], version)];
    const lists = [listing(["a"], "22"), listing(["b"], "24")];
    const steps = [...asked("20"), ...asked("21"), ...lists.slice(0, 1), ...asked("23"), ...lists.slice(1), silence];
    const { api, seen } = begin([listing([], "10"), ...steps]);
    await api.clock.advance(3 * 75_000);
    expect(seen).toEqual(["synced ", "synced a@7", "synced b@7"]);
    expect(api.sent).toHaveLength(10);
  });
});
