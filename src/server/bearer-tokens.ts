import type { Identity } from "./capabilities.ts";

/** A token that lets its bearer in, and the label by which the audit names it. */
export interface LabelledToken {
  readonly label: string;
  readonly token: string;
}

/**
 * Lets in whoever bears one of the tokens, asked for anew with each call so that a rotated file holds at once. Compared
 * are digests of one length, all of them each time: how long it takes says nothing about a token.
 */
export function createTokenAuthenticator(
  tokens: () => readonly LabelledToken[],
): (header: Headers) => Promise<Identity | undefined> {
  return async (header) => {
    // Several headers arrive joined by a comma, which no token holds.
    const [, given] = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(header.get("authorization") ?? "") ?? [];
    if (given === undefined) return undefined;
    const wanted = await digest(given);
    let found: LabelledToken | undefined;
    for (const candidate of tokens()) {
      if (equal(wanted, await digest(candidate.token))) found = candidate;
    }
    return found && { name: found.label, mode: "token" };
  };
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (const [index, byte] of one.entries()) difference |= byte ^ (other[index] ?? 0);
  return difference === 0;
}
