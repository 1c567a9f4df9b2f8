import { expect } from "vitest";
import { type Call, call, type Form, forms, fullPath, type SixFields, seedPath, type Told, web } from "./call.ts";
import type { ServerUnderTest } from "./row.ts";

/** The codes that a row accepts. */
type Codes = string | readonly string[];

/** Sends the call and expects one of the codes; nothing of this program's source may be in the answer. */
export async function expectCode(server: ServerUnderTest, given: Call, codes: Codes, what: string): Promise<Told> {
  const answer = await call(server, given);
  const form = given.form === undefined ? "" : ` (${given.form.protocol}, ${given.form.codec})`;
  expect(typeof codes === "string" ? [codes] : codes, `${what}${form}: ${answer.message}`).toContain(answer.code);
  expect(answer.text, what).not.toMatch(/<html|\.ts:\d|node_modules|\n {4}at /i);
  return answer;
}

/** The same in each form. */
export async function expectInForms(
  server: ServerUnderTest,
  given: Call,
  codes: Codes,
  what: string,
  among: readonly Form[] = forms,
): Promise<readonly Told[]> {
  const answers: Told[] = [];
  for (const form of among) answers.push(await expectCode(server, { ...given, form }, codes, what));
  return answers;
}

/** The same fields to both contracts, in each form. */
export async function expectOfBoth(
  server: ServerUnderTest,
  fields: Partial<SixFields>,
  codes: Codes,
  what: string,
): Promise<readonly Told[]> {
  const message = { ...web, ...fields };
  const seed = await expectInForms(server, { message, path: seedPath }, codes, what);
  return [...seed, ...(await expectInForms(server, { message, path: fullPath }, codes, what))];
}
