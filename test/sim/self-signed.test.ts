import { X509Certificate } from "node:crypto";
import { expect, it } from "vitest";
import { createSelfSigned } from "../../src/sim/self-signed.ts";

const now = Date.parse("2026-11-25T12:00:00Z");

it("makes a certificate that vouches for itself and for loopback alone", async () => {
  const { certificate, privateKey } = await createSelfSigned("simulated", now);
  const parsed = new X509Certificate(certificate);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(parsed.ca).toBe(true);
  expect([parsed.checkIP("127.0.0.1"), parsed.checkHost("localhost")]).toEqual(["127.0.0.1", "localhost"]);
  expect([parsed.checkIP("127.0.0.2"), parsed.checkHost("example.com")]).toEqual([undefined, undefined]);
  expect(Date.parse(parsed.validFrom)).toBe(now - 86_400_000);
  expect(privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
});

it("is valid DER however its numbers fall", async () => {
  const certificates = await Promise.all(Array.from({ length: 40 }, () => createSelfSigned("simulated", now)));
  const serials = certificates.map(({ certificate }) => {
    const parsed = new X509Certificate(certificate);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    return parsed.serialNumber;
  });
  expect(new Set(serials).size).toBe(40);
});
