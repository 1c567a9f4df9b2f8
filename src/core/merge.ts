/** Items from several sources in the order in which they arrive, with a wait that can be cut short. */
export interface Inbox<T> {
  readonly push: (item: T) => void;
  /** Takes what has arrived, without waiting. */
  readonly take: () => readonly T[];
  /** Resolves when something has arrived; resolves at once when something is there. */
  readonly arrival: () => Promise<void>;
}

/** An unbounded inbox: its sources are watches of single objects, which the API server paces. */
export function createInbox<T>(): Inbox<T> {
  let items: T[] = [];
  let wake: (() => void) | undefined;
  return {
    push: (item) => {
      items.push(item);
      wake?.();
    },
    take: () => {
      const taken = items;
      items = [];
      return taken;
    },
    arrival: () =>
      new Promise<void>((resolve) => {
        if (items.length > 0) resolve();
        else wake = resolve;
      }),
  };
}
