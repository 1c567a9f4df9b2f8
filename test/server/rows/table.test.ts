import { describe, expect, it } from "vitest";
import { allRows } from "./all-rows.ts";
import { commandRows } from "./command-rows.ts";
import { renderTable } from "./table.ts";

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The bad inputs that this server has to know by now; the others come with the features that they try. */
const wanted = [
  ...from(1, 10),
  ...from(39, 47),
  ...from(52, 53),
  ...from(58, 84),
  94,
  ...from(98, 124),
  ...from(126, 137),
  ...[140, 143, 145, 148],
];

describe("the table of bad inputs", () => {
  it("leaves none out", () => {
    const there = new Set([...allRows, ...commandRows].map(({ number }) => number));
    expect(wanted.filter((number) => !there.has(number))).toEqual([]);
  });

  it("tries each where the server runs for people: on a connection, or as the command", () => {
    const onConnections = allRows.filter(({ where }) => where.includes("bun-sockets"));
    const there = new Set([...onConnections, ...commandRows].map(({ number }) => number));
    // An exception has to be made, which no request can.
    expect(wanted.filter((number) => !there.has(number))).toEqual([143]);
  });

  it("is written down in the page beside it", async () => {
    // `vitest -u` writes it anew.
    await expect(renderTable(allRows, commandRows)).toMatchFileSnapshot("./README.md");
  });
});
