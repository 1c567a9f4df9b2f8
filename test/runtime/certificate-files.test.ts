import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readCertificate, watchCertificate } from "../../src/runtime/certificate-files.ts";

const folder = mkdtempSync(join(tmpdir(), "restart-certificate-"));
const files = { certFile: join(folder, "tls.crt"), keyFile: join(folder, "tls.key") };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("reads both texts, and names the file that is not there", () => {
  writeFileSync(files.certFile, "CERT");
  expect(() => readCertificate(files)).toThrow(`the file of the key does not exist: ${files.keyFile}`);
  writeFileSync(files.keyFile, "KEY");
  expect(readCertificate(files)).toEqual({ cert: "CERT", key: "KEY" });
});

it("says once that a file was replaced, also when it was gone in between", () => {
  const hasChanged = watchCertificate(files);
  expect(hasChanged()).toBe(false);
  writeFileSync(`${files.certFile}.new`, "NEXT");
  renameSync(`${files.certFile}.new`, files.certFile);
  expect([hasChanged(), hasChanged()]).toEqual([true, false]);
  rmSync(files.keyFile);
  expect(hasChanged()).toBe(true);
  writeFileSync(files.keyFile, "KEY2");
  expect(hasChanged()).toBe(true);
});
