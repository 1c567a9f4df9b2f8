/** The few comparisons that the portable suite needs; the real libraries do not run on every runtime. */
export interface Expect {
  readonly equal: (actual: unknown, wanted: unknown) => void;
  /** Rejects unless the promise ends with an error of this reason, or of this text where it has none. */
  readonly rejects: (promise: Promise<unknown>, reason: string) => Promise<void>;
}

export const expect: Expect = {
  equal: (actual, wanted) => {
    const [left, right] = [JSON.stringify(actual), JSON.stringify(wanted)];
    if (left !== right) throw new Error(`expected ${right}, got ${left}`);
  },
  rejects: async (promise, reason) => {
    const ended = await promise.then(
      () => "no error",
      (error: unknown) => (error as { readonly reason?: string }).reason ?? String(error),
    );
    if (ended !== reason) throw new Error(`expected the error ${reason}, got ${ended}`);
  },
};
