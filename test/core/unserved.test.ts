import { expect, it } from "vitest";
import { deployment } from "../../src/core/kinds/deployment.ts";
import { findAll, findNamed } from "../../src/core/select.ts";
import { isUnserved } from "../../src/core/unserved.ts";
import { RestartError } from "../../src/kube/error.ts";
import { createScriptedApi } from "../kube/scripted-api.ts";

it("says of a server without Deployments what is missing, and never passes over it", async () => {
  const nothing = () =>
    new Response("404 page not found\n", { status: 404, headers: { "content-type": "text/plain" } });
  const message = "the cluster serves no deployments in apps/v1";
  const api = createScriptedApi([nothing, nothing]);
  const found = await findNamed(api, deployment, "shop", "web");
  expect(found).toMatchObject({ type: "missing", error: { reason: "NotFound", message } });
  const error = await findAll(api, deployment, { namespace: undefined }).catch((caught: unknown) => caught);
  if (!(error instanceof RestartError)) throw new Error("it was listed");
  expect([error.message, isUnserved(error)]).toEqual([message, false]);
});
