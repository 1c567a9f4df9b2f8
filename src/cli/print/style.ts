/** Colours that stand beside a word, never instead of one. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly caution: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** Styles for a stream: plain text where colour is not wanted. */
export function createStyle(colour: boolean): Style {
  const sgr = (code: number) => (text: string) => (colour && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { good: sgr(32), bad: sgr(31), caution: sgr(33), faint: sgr(2), strong: sgr(1) };
}
