import type { OpenApi } from "../open-api.ts";
import type { Store } from "../store.ts";
import type { TuiHost } from "../tui-host.ts";

/** What the hooks act with. */
export interface Effects {
  readonly host: TuiHost;
  readonly store: Store;
  readonly open: OpenApi;
}
