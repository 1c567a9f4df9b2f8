/** A certificate that signs itself, with its key, as PEM texts. */
export interface SelfSigned {
  readonly certificate: string;
  readonly privateKey: string;
}

const day = 86_400_000;
const oids = {
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
  commonName: [0x55, 0x04, 0x03],
  subjectAltName: [0x55, 0x1d, 0x11],
  basicConstraints: [0x55, 0x1d, 0x13],
  keyUsage: [0x55, 0x1d, 0x0f],
  extendedKeyUsage: [0x55, 0x1d, 0x25],
  serverAuth: [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01],
} as const;

/**
 * A fresh P-256 certificate for 127.0.0.1 and localhost, good for ten years from `now`. kubectl sends a bearer token over TLS
 * only, so a served cluster needs one; it is its own authority and goes into the kubeconfig.
 */
export async function createSelfSigned(commonName: string, now: number): Promise<SelfSigned> {
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", publicKey));
  const name = sequence(tagged(0x31, sequence(oid(oids.commonName), text(commonName))));
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const body = sequence(
    tagged(0xa0, integer([2])),
    // A number that no other key has; the top bit off, so that it is positive and short.
    integer([(digest[0] ?? 0) & 0x7f, ...digest.slice(1, 12)]),
    algorithm,
    name,
    sequence(time(now - day), time(now + 3650 * day)),
    name,
    publicKey,
    tagged(
      0xa3,
      sequence(
        extension(oids.basicConstraints, sequence(tagged(0x01, [0xff]))),
        // digitalSignature and keyCertSign
        extension(oids.keyUsage, tagged(0x03, [0x02, 0x84])),
        extension(oids.extendedKeyUsage, sequence(oid(oids.serverAuth))),
        extension(oids.subjectAltName, sequence(tagged(0x87, [127, 0, 0, 1]), tagged(0x82, ascii("localhost")))),
      ),
    ),
  );
  const raw = new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, keys.privateKey, body));
  const signature = sequence(integer([...raw.slice(0, 32)]), integer([...raw.slice(32)]));
  const certificate = sequence(body, algorithm, tagged(0x03, [0, ...signature]));
  const privateKey = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return { certificate: pem("CERTIFICATE", certificate), privateKey: pem("PRIVATE KEY", privateKey) };
}

type Bytes = Uint8Array<ArrayBuffer>;

/** DER: tag, length, content. */
function tagged(tag: number, content: Iterable<number>): Bytes {
  const bytes = [...content];
  const { length } = bytes;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.from([tag, ...size, ...bytes]);
}

function sequence(...parts: readonly Bytes[]): Bytes {
  return tagged(
    0x30,
    parts.flatMap((part) => [...part]),
  );
}

/** A positive number without needless leading zeros, and with one where the sign bit would be set. */
function integer(bytes: readonly number[]): Bytes {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? [0] : bytes.slice(first);
  return tagged(0x02, (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits);
}

function oid(bytes: readonly number[]): Bytes {
  return tagged(0x06, bytes);
}

function ascii(value: string): readonly number[] {
  return [...value].map((character) => character.charCodeAt(0) & 0x7f);
}

function text(value: string): Bytes {
  return tagged(0x0c, new TextEncoder().encode(value));
}

function time(ms: number): Bytes {
  return tagged(0x17, ascii(`${new Date(ms).toISOString().slice(2, 19).replace(/[-:T]/g, "")}Z`));
}

function extension(id: readonly number[], value: Bytes): Bytes {
  return sequence(oid(id), tagged(0x04, value));
}

function pem(label: string, bytes: Bytes): string {
  const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
