import { expect } from "./expect.ts";
import { fetchCluster } from "./fetch-cluster.ts";
import { runSuite } from "./suite.ts";

interface Service {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

interface Bindings {
  readonly simulated: Service;
  readonly odd: Service;
  readonly faulty: Service;
  readonly token: string;
  readonly namespace: string;
}

// The runtime calls the default export of its module.
// biome-ignore lint/style/noDefaultExport: workerd takes its handler from the default export
export default {
  fetch: async (_request: Request, { simulated, odd, faulty, token, namespace }: Bindings): Promise<Response> => {
    const results = await runSuite(
      {
        cluster: fetchCluster("sim", "http://simulated", token, (url, init) => simulated.fetch(url, init)),
        odd: fetchCluster("odd", "http://odd", "", (url, init) => odd.fetch(url, init)),
        faulty: fetchCluster("sim", "http://faulty", token, (url, init) => faulty.fetch(url, init)),
        namespace,
      },
      expect,
    );
    return new Response(results.map((result) => JSON.stringify(result)).join("\n"));
  },
};
