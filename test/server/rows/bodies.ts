import { brotliCompressSync, gzipSync } from "node:zlib";
import { expect } from "vitest";
import { type Form, fieldNames, forms, jsonForms, protoForms, request, seedPath, told, web } from "./call.ts";
import { expectCode, expectInForms, expectOfBoth } from "./expectations.ts";
import { everywhere, onBun, type Row, type ServerUnderTest, sockets, type Where } from "./row.ts";

const good = JSON.stringify(web);
const limit = 64 * 1024;

/** A row of texts that are no request, in JSON over both protocols. */
const noRequest = (number: number, name: string, inputs: readonly string[], where: readonly Where[] = onBun): Row => ({
  number,
  name,
  where,
  run: async (server) => {
    for (const message of inputs) {
      await expectInForms(server, { message }, "invalid_argument", message.slice(0, 80), jsonForms);
    }
  },
});

const withField = (key: string, value: string): string => good.replace("}", `,${JSON.stringify(key)}:${value}}`);
const withName = (value: string): string => good.replace('"name":"web"', `"name":${value}`);

/** A field of bytes or a number that no message here knows, and one that it knows. */
const protoText = (field: number, text: Uint8Array | string): readonly number[] => {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
};

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

const protoOf = (fields: typeof web): readonly number[] =>
  fieldNames.flatMap((name, index) => protoText(index + 1, fields[name]));

async function sendCompressed(
  server: ServerUnderTest,
  form: Form,
  encoding: string,
  body: Uint8Array,
): Promise<{ readonly code: string; readonly message: string }> {
  const isConnect = form.protocol === "connect";
  const header = isConnect ? "content-encoding" : "grpc-encoding";
  const sent = request(server, { form, message: body, headers: [[header, encoding]] });
  // The first bit of an envelope says that what is in it is compressed.
  if (!isConnect) sent.body[0] = 1;
  return told(await server.send(sent), form);
}

/** 65 to 78, 81 and 82: bodies. */
export const bodyRows: readonly Row[] = [
  noRequest(65, "no object", ["", "null", "[]", '"x"', "1", "true", " "]),
  noRequest(66, "JSON that is none", [
    ...[good.slice(0, -1), good.slice(0, 20), `${good}x`, `${good}{}`, `${good}\n//`, `/* */${good}`],
    ...[good.replaceAll('"', "'"), withName("NaN"), withName("undefined"), withField("name", "1,")],
  ]),
  noRequest(67, "a field twice", ['{"name":"a","name":"b"}', withField("name", '"web"'), withField("cluster", '""')]),
  noRequest(68, "a name that is no text", ["1", "1.5", "true", "{}", "[]", '["web"]', '{"name":"web"}'].map(withName)),
  {
    number: 69,
    name: "no name",
    where: onBun,
    run: async (server) => {
      for (const message of [withName("null"), withName('""'), good.replace(/,"name":"web"/, "")]) {
        for (const answer of await expectInForms(server, { message }, "invalid_argument", message, jsonForms)) {
          expect(answer.message).toBe("name is required");
        }
      }
      await expectOfBoth(server, { name: "" }, "invalid_argument", "empty");
    },
  },
  noRequest(
    70,
    "a field that there is not",
    [withField("clustr", '"x"'), withField("dryrun", "true"), withField("dry_run", "true"), withField("Name", '"x"')],
    everywhere,
  ),
  {
    number: 71,
    name: "a field named like a property of every object",
    where: onBun,
    run: async (server) => {
      const polluted = '{"polluted":true}';
      for (const message of [
        withField("__proto__", polluted),
        withField("constructor", `{"prototype":${polluted}}`),
        withField("toString", '"x"'),
        withField("hasOwnProperty", "1"),
      ]) {
        await expectInForms(server, { message }, "invalid_argument", message, jsonForms);
      }
      expect(({} as { readonly polluted?: boolean }).polluted).toBeUndefined();
    },
  },
  {
    number: 72,
    name: "characters that are no text, in any field",
    where: everywhere,
    run: async (server) => {
      for (const field of fieldNames) {
        for (const character of ["\u0000", "\ufffd", "\u202e", "\u200b", "\u2060", "\ufeff"]) {
          const value = `${web[field].slice(0, 1)}${character}${web[field].slice(1)}`;
          const what = `${field} with ${character.codePointAt(0)?.toString(16)}`;
          await expectInForms(server, { message: { ...web, [field]: value } }, "invalid_argument", what);
        }
        const text = new TextEncoder().encode(good);
        const at = good.indexOf(`"${web[field]}"`) + 2;
        const message = new Uint8Array([...text.subarray(0, at), 0xff, ...text.subarray(at)]);
        await expectInForms(server, { message }, "invalid_argument", `${field} with ff`, jsonForms);
      }
    },
  },
  noRequest(73, "half a surrogate pair", ['"\\ud800"', '"web\\udc00"', '"\\ude00\\ud83d"'].map(withName)),
  {
    number: 74,
    name: "a byte order mark is taken",
    where: everywhere,
    patches: 2,
    run: async (server) => {
      await expectInForms(server, { message: `\ufeff${good}` }, "ok", "mark", jsonForms);
    },
  },
  noRequest(75, "20 000 arrays in each other", [withField("deep", `${"[".repeat(20_000)}${"]".repeat(20_000)}`)]),
  {
    number: 76,
    name: "bytes that are no message",
    where: onBun,
    run: async (server) => {
      const whole = protoOf(web);
      for (const [what, bytes] of [
        ["truncated", whole.slice(0, -1)],
        ["a length beyond the end", [...whole.slice(0, -4), 0x7f, 0x77]],
        ["a number where text belongs", [...protoOf({ ...web, name: "" }), 6 * 8, 1]],
        ["bad UTF-8", [...protoOf({ ...web, name: "" }), ...protoText(6, new Uint8Array([0x77, 0xff, 0xfe]))]],
        ["a group without its end", [...whole, 100 * 8 + 3 - 768 + 768 - 672]],
        ["the end of a group", [...whole, 9 * 8 + 4]],
        ["field 0", [...whole, 2, 1, 0x61]],
        ["a varint without end", [...whole, ...Array<number>(11).fill(0xff)]],
        ["wire type 7", [...whole, 9 * 8 + 7]],
      ] as const) {
        const message = new Uint8Array(bytes);
        await expectInForms(server, { message }, ["invalid_argument", "internal"], what, protoForms);
      }
    },
  },
  {
    number: 77,
    name: "fields of a later version are taken",
    where: onBun,
    patches: 2,
    run: async (server) => {
      const message = new Uint8Array([...protoOf(web), ...protoText(99, "later"), ...varint(98 * 8), 1]);
      await expectInForms(server, { message }, "ok", "unknown fields", protoForms);
    },
  },
  {
    number: 78,
    name: "a body of just the limit, and of one byte more",
    where: onBun,
    patches: 4,
    run: async (server) => {
      for (const form of forms) {
        const padded = (size: number): Uint8Array => {
          if (form.codec === "json") return new TextEncoder().encode(`${" ".repeat(size - good.length)}${good}`);
          const start = protoOf(web);
          // The field's number and its length take five bytes.
          return new Uint8Array([...start, ...protoText(99, "x".repeat(size - start.length - 5))]);
        };
        expect(padded(limit)).toHaveLength(limit);
        await expectCode(server, { form, message: padded(limit) }, "ok", "just the limit");
        await expectCode(server, { form, message: padded(limit + 1) }, "resource_exhausted", "one more");
      }
    },
  },
  {
    number: 81,
    name: "a small body that unpacks to a thousand times its size",
    where: onBun,
    run: async (server) => {
      const bomb = bombOf(48);
      const before = process.memoryUsage.rss();
      for (const form of forms) {
        expect((await sendCompressed(server, form, "gzip", bomb)).code, "a bomb").toBe("resource_exhausted");
        const brotli = brotliCompressSync(new Uint8Array(1024 * 1024));
        for (const encoding of ["br", "zstd"]) {
          expect((await sendCompressed(server, form, encoding, brotli)).code, encoding).toBe("unimplemented");
        }
      }
      expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
    },
  },
  {
    number: 82,
    name: "a compression that is not what it says, or that there is not",
    where: onBun,
    patches: 4,
    run: async (server) => {
      for (const form of forms) {
        const inner = form.codec === "json" ? new TextEncoder().encode(good) : new Uint8Array(protoOf(web));
        expect((await sendCompressed(server, form, "gzip", inner)).code, "plain").toBe("invalid_argument");
        for (const encoding of ["gzip, gzip", "foo", "GZIP "]) {
          const { code, message } = await sendCompressed(server, form, encoding, gzipSync(inner));
          expect(code, encoding).toBe("unimplemented");
          expect(message).toContain("gzip");
        }
        expect((await sendCompressed(server, form, "gzip", gzipSync(inner))).code).toBe("ok");
      }
    },
  },
  {
    number: 79,
    name: "a length that is not the body's",
    where: sockets,
    run: async (server) => {
      const head = (length: string, body = good) =>
        `POST ${seedPath} HTTP/1.1\r\nHost: ${server.host}\r\nContent-Type: application/json\r\nAuthorization: Bearer ${server.token}\r\nContent-Length: ${length}\r\n\r\n${body}`;
      for (const length of ["-1", "+12", "12, 12", "0x0c", "18446744073709551628", "abc", ""]) {
        expect((await server.raw(head(length))).text, length).toMatch(/^HTTP\/1\.1 400 /);
      }
      expect((await server.raw(head(String(2 ** 32)))).text).toMatch(/^HTTP\/1\.1 (413|429) /);
      expect((await server.raw(head("20"))).text, "less than the body").toMatch(/^HTTP\/1\.1 400 /);
      // More than the body: it waits for the rest until it gives up.
      expect((await server.raw(head(String(good.length + 10)))).text, "more").not.toMatch(/^HTTP\/1\.1 200 /);
    },
  },
  {
    number: 80,
    name: "a head that two servers would read differently",
    where: sockets,
    run: async (server) => {
      const chunked = `${good.length.toString(16)}\r\n${good}\r\n0\r\n\r\n`;
      const length = `Content-Length: ${good.length}`;
      for (const [what, lines, body] of [
        ["both lengths", [length, "Transfer-Encoding: chunked"], chunked],
        ["two lengths", [length, "Content-Length: 3"], good],
        ["another coding", ["Transfer-Encoding: xchunked"], chunked],
        ["a coding before it", ["Transfer-Encoding: gzip, chunked"], chunked],
        ["chunked twice", ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], chunked],
        ["a folded line", [length, "X-A: 1", " 2"], good],
        ["space before the colon", [length, "X-A : 1"], good],
        ["NUL", [length, "X-A: \0"], good],
        ["a bare CR", [length, "X-A: 1\rX-B: 2"], good],
      ] as const) {
        const head = [
          `POST ${seedPath} HTTP/1.1`,
          `Host: ${server.host}`,
          "Content-Type: application/json",
          `Authorization: Bearer ${server.token}`,
          ...lines,
        ];
        const { text, closed } = await server.raw(`${head.join("\r\n")}\r\n\r\n${body}`);
        expect(text, what).toMatch(/^HTTP\/1\.1 400 /);
        expect(closed, `${what}: the connection is closed`).toBe(true);
      }
    },
  },
];

/** So many megabytes of nothing, packed. */
function bombOf(megabytes: number): Uint8Array {
  return gzipSync(new Uint8Array(megabytes * 1024 * 1024), { level: 9 });
}
