import type { ClusterUnderTest } from "./cluster-under-test.ts";

export interface WatchEvent {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every kind.
  readonly object: any;
}

export interface WatchReader {
  readonly status: number;
  /** The next event; undefined when the stream has ended. */
  readonly next: () => Promise<WatchEvent | undefined>;
  readonly close: () => Promise<void>;
}

/** Opens a watch and reads it line by line. */
export async function openWatch({ api, settle }: ClusterUnderTest, path: string): Promise<WatchReader> {
  const response = await settle(api.cluster.fetch(path, {}));
  const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
  const decoder = new TextDecoder();
  let text = "";
  const line = async (): Promise<WatchEvent | undefined> => {
    for (;;) {
      const end = text.indexOf("\n");
      if (end >= 0) {
        const found = text.slice(0, end);
        text = text.slice(end + 1);
        return JSON.parse(found);
      }
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  };
  return { status: response.status, next: () => settle(line()), close: () => reader.cancel() };
}
