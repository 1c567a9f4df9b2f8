import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { fetchFor } from "../runtime/cluster-under-test.ts";
import { createPki } from "../runtime/pki.ts";
import { startApiServer } from "../runtime/servers.ts";

// Bun's own fetch gives up after 300 to 360 seconds without a byte. The wait is the point: a virtual clock moves no socket.
const silence = 370_000;

it("a watch that was silent for more than six minutes still delivers", async () => {
  const pki = createPki();
  const opened = Promise.withResolvers<ServerResponse>();
  const api = await startApiServer(pki, {
    handle: (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.flushHeaders();
      opened.resolve(response);
    },
  });
  try {
    const fetch = fetchFor(`https://127.0.0.1:${api.port}`, { cluster: { certificateAuthorityData: pki.goodCa.cert } });
    const response = await fetch("/api/v1/pods?watch=true", {});
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const first = reader?.read();
    const server = await opened.promise;
    await wait(silence);
    server.write('{"type":"ADDED"}\n');
    expect(await first).toEqual({ done: false, value: '{"type":"ADDED"}\n' });
    await reader?.cancel();
  } finally {
    await api.close();
    pki.remove();
  }
});
