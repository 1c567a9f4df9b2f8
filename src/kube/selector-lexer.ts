/** A piece of a label selector; `at` is its place in the text, from 0. */
export interface SelectorToken {
  readonly type: "word" | "=" | "==" | "!=" | "!" | "(" | ")" | "," | ">" | "<" | "end";
  readonly text: string;
  readonly at: number;
}

const piece = /([=]=|!=|[=!(),<>])|([^\s=!(),<>]+)/g;

/** Cuts a label selector as the API server does: white space only separates, everything else that is no sign is a word. */
export function lexSelector(text: string): readonly SelectorToken[] {
  const tokens = Array.from(text.matchAll(piece), (match): SelectorToken => {
    const sign = match[1] as SelectorToken["type"] | undefined;
    return { type: sign ?? "word", text: match[0], at: match.index };
  });
  return [...tokens, { type: "end", text: "", at: text.length }];
}
