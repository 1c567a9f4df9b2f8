/** What is asked of a terminal's input here; a `tty.ReadStream` fits. */
interface RawInput {
  setRawMode: (raw: boolean) => unknown;
}

/** A terminal that is gone has no modes left to restore: whoever tries is not failed for it. Throws nothing itself. */
export function tolerateLostTerminal(input: RawInput, onLost: () => void): void {
  const setRawMode = input.setRawMode.bind(input);
  input.setRawMode = (raw) => {
    try {
      return setRawMode(raw);
    } catch {
      // It cannot be anything else: this was a terminal when it was opened, and the call takes no other argument.
      onLost();
      return input;
    }
  };
}
