import { findKind, listWorkloads, toRestartError } from "../../src/core/index.ts";
import { get } from "../../src/kube/get.ts";
import { list } from "../../src/kube/list.ts";
import { resourcePath } from "../../src/kube/path.ts";
import { follow, watch } from "../../src/kube/watch.ts";
import { apiOf, type Case } from "./case.ts";

const pods = (namespace: string) => ({ group: "", version: "v1", resource: "pods", namespace });
const nameOf = ({ metadata }: { readonly metadata: { readonly name: string } }) => metadata.name;

/** Single requests: what comes over a runtime's fetch, whole, in pieces or not at all. */
export const readingCases: readonly Case[] = [
  {
    name: "a list comes in pages, in order",
    run: async ({ cluster, namespace }, expect) => {
      const kind = findKind("apps/v1", "Deployment");
      const workloads = kind && (await listWorkloads(apiOf(cluster), kind, { namespace, limit: 2 }));
      expect.equal(
        workloads?.map(({ ref }) => ref.name),
        ["crash", "lost", "paused", "web"],
      );
    },
  },
  {
    name: "an object that is not there is NotFound, with the API server's words",
    run: async ({ cluster, namespace }, expect) => {
      const found = await get(apiOf(cluster), { ...pods(namespace), name: "nope" }, "Pod").then(
        () => toRestartError("found"),
        toRestartError,
      );
      expect.equal([found.reason, found.message], ["NotFound", 'pods "nope" not found']);
    },
  },
  {
    name: "a path that would escape is refused before it is sent",
    run: async (_, expect) => {
      for (const name of ["..", "a/b", "%2e%2e", ""]) {
        await expect.rejects(
          Promise.resolve().then(() => resourcePath({ ...pods("x"), name })),
          "Usage",
        );
      }
    },
  },
  {
    name: "a watch reads text that is split within a character",
    run: async ({ odd }, expect) => {
      const events = watch(apiOf(odd), pods("split"), nameOf, { resourceVersion: "1" });
      expect.equal((await events.next()).value, { type: "added", object: "whole" });
      await (await odd.fetch("/release", {})).text();
      expect.equal(await Array.fromAsync(events), [{ type: "added", object: "wéb-✓" }]);
    },
  },
  {
    name: "a watch that is cut in the middle of a line is an error, not an end",
    run: async ({ odd }, expect) => {
      const events = watch(apiOf(odd), pods("cut"), nameOf, { resourceVersion: "1" });
      await expect.rejects(Array.fromAsync(events), "StreamCut");
    },
  },
  ...["fin", "reset"].map(
    (how): Case => ({
      name: `a watch whose connection ends by ${how} in the middle of a line is an error, not an end`,
      run: async ({ faulty, namespace }, expect) => {
        const events = watch(apiOf(faulty), pods(namespace), nameOf, { resourceVersion: "0" });
        expect.equal((await events.next()).value?.type, "added");
        await (await faulty.fetch(`/cut-watches/${how}`, {})).text();
        await expect.rejects(Array.fromAsync(events), "StreamCut");
      },
    }),
  ),
  {
    name: "a version that is no longer kept is Expired",
    run: async ({ odd }, expect) => {
      const events = watch(apiOf(odd), pods("expired"), nameOf, { resourceVersion: "1" });
      await expect.rejects(Array.fromAsync(events), "Expired");
    },
  },
  {
    name: "a watch that is left ends with the reason",
    run: async ({ odd }, expect) => {
      const leave = new AbortController();
      const events = watch(apiOf(odd), pods("quiet"), nameOf, { resourceVersion: "1", signal: leave.signal });
      expect.equal((await events.next()).value, { type: "added", object: "first" });
      const next = events.next();
      leave.abort(new Error("left"));
      await expect.rejects(next, "Error: left");
    },
  },
  {
    name: "a 429 in plain text is waited for and asked again",
    run: async ({ odd, namespace }, expect) => {
      const { items } = await list(apiOf(odd), pods(`busy-${namespace}`), "PodList", nameOf);
      expect.equal(items, ["served"]);
    },
  },
  {
    name: "a page of a proxy is no answer, however friendly its status",
    run: async ({ odd }, expect) => {
      await expect.rejects(list(apiOf(odd), pods("login"), "PodList", nameOf), "UnexpectedAnswer");
    },
  },
  {
    name: "a redirect is not followed",
    run: async ({ odd }, expect) => {
      await expect.rejects(list(apiOf(odd), pods("moved"), "PodList", nameOf), "UnexpectedAnswer");
    },
  },
  {
    name: "a list that expires half-way starts again",
    run: async ({ odd, namespace }, expect) => {
      const { items } = await list(apiOf(odd), pods(`aged-${namespace}`), "PodList", nameOf, { limit: 1 });
      expect.equal(items, ["first", "second"]);
    },
  },
  {
    name: "a follower whose version is no longer kept lists again",
    run: async ({ odd, namespace }, expect) => {
      const leave = new AbortController();
      const told: unknown[] = [];
      const options = { signal: leave.signal };
      for await (const event of follow(apiOf(odd), pods(`gap-${namespace}`), "PodList", nameOf, options)) {
        told.push(event.type === "synced" ? event.items : event.type);
        if (told.length === 2) leave.abort();
      }
      expect.equal(told, [["before"], ["after"]]);
    },
  },
  {
    name: "a refusal is Forbidden, with the API server's words",
    run: async ({ odd }, expect) => {
      const refused = await list(apiOf(odd), pods("forbidden"), "PodList", nameOf).then(
        () => toRestartError("listed"),
        toRestartError,
      );
      expect.equal([refused.reason, refused.message], ["Forbidden", 'pods is forbidden: User "jane" cannot list']);
    },
  },
  {
    name: "a list in protobuf says what the same list in JSON says",
    run: async ({ odd }, expect) => {
      const kind = findKind("apps/v1", "Deployment");
      if (kind === undefined) throw new Error("no Deployment");
      const { wire, ...plain } = kind;
      const listed = await listWorkloads(apiOf(odd), kind, { namespace: "binary" });
      expect.equal(listed, await listWorkloads(apiOf(odd), plain, { namespace: "binary" }));
      expect.equal(
        listed.map(({ ref, images, counts }) => [wire !== undefined, ref.name, images, counts.ready]),
        [[true, "wéb-✓", ["shop.example/wéb:1"], 300]],
      );
    },
  },
];
