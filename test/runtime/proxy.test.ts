import { describe, expect, it } from "vitest";
import { chooseProxy } from "../../src/runtime/proxy.ts";

const used = (server: string, noProxy: string): boolean =>
  chooseProxy(new URL(server), undefined, { HTTPS_PROXY: "http://proxy:3128", NO_PROXY: noProxy }) !== undefined;

// The rows follow golang.org/x/net/http/httpproxy, whose rules kubectl's users know.
const rows: readonly { readonly noProxy: string; readonly server: string; readonly proxied: boolean }[] = [
  { noProxy: "", server: "https://example.com", proxied: true },
  { noProxy: "", server: "https://localhost:6443", proxied: false },
  { noProxy: "", server: "https://127.3.2.1:6443", proxied: false },
  { noProxy: "", server: "https://[::1]:6443", proxied: false },
  { noProxy: "*", server: "https://example.com", proxied: false },
  { noProxy: "example.com", server: "https://example.com", proxied: false },
  { noProxy: "example.com", server: "https://EXAMPLE.com", proxied: false },
  { noProxy: "example.com", server: "https://api.example.com", proxied: false },
  { noProxy: "example.com", server: "https://badexample.com", proxied: true },
  { noProxy: ".example.com", server: "https://example.com", proxied: true },
  { noProxy: ".example.com", server: "https://api.example.com", proxied: false },
  { noProxy: "*.example.com", server: "https://api.example.com", proxied: false },
  { noProxy: "*.example.com", server: "https://example.com", proxied: true },
  { noProxy: "example.com:6443", server: "https://example.com:6443", proxied: false },
  { noProxy: "example.com:6443", server: "https://example.com:443", proxied: true },
  { noProxy: "example.com:443", server: "https://example.com", proxied: false },
  { noProxy: "10.0.0.0/8", server: "https://10.9.8.7:6443", proxied: false },
  { noProxy: "10.0.0.0/8", server: "https://11.9.8.7:6443", proxied: true },
  { noProxy: "10.0.0.0/8", server: "https://ten.example.com", proxied: true },
  { noProxy: "10.0.0.0/33", server: "https://10.9.8.7", proxied: true },
  { noProxy: "10.1.2.3", server: "https://10.1.2.3", proxied: false },
  { noProxy: "10.1.2.3", server: "https://10.1.2.30", proxied: true },
  { noProxy: "10.1.2.3:6443", server: "https://10.1.2.3:6443", proxied: false },
  { noProxy: "10.1.2.3:6443", server: "https://10.1.2.3:443", proxied: true },
  { noProxy: "fd00::/8", server: "https://[fd12::1]:6443", proxied: false },
  { noProxy: "fd12::1", server: "https://[fd12:0::1]:6443", proxied: false },
  { noProxy: "[fd12::1]:6443", server: "https://[fd12::1]:6443", proxied: false },
  { noProxy: " a.test , example.com ", server: "https://example.com", proxied: false },
  { noProxy: "a.test,,", server: "https://example.com", proxied: true },
];

describe("NO_PROXY", () => {
  it.each(rows)("$noProxy: $server goes through the proxy: $proxied", ({ noProxy, server, proxied }) => {
    expect(used(server, noProxy)).toBe(proxied);
  });
});

describe("a proxy's URL", () => {
  it.each([
    { url: "proxy.test", kind: "http", port: 80 },
    { url: "http://proxy.test", kind: "http", port: 80 },
    { url: "https://proxy.test", kind: "https", port: 443 },
    { url: "socks5://proxy.test", kind: "socks", port: 1080 },
    { url: "socks5h://proxy.test:99", kind: "socks", port: 99 },
  ])("$url has kind $kind and port $port", ({ url, kind, port }) => {
    expect(chooseProxy(new URL("https://example.com"), url, {})).toMatchObject({ kind, host: "proxy.test", port });
  });

  it("is shown without user and password", () => {
    expect(chooseProxy(new URL("https://example.com"), "http://me:secret@proxy.test:3128", {})?.shown).toBe(
      "http://proxy.test:3128",
    );
  });

  it("of the environment names the variable when it is wrong", () => {
    expect(() => chooseProxy(new URL("https://example.com"), undefined, { HTTPS_PROXY: "ftp://x" })).toThrow(
      "HTTPS_PROXY has the scheme ftp, must be http, https or socks5",
    );
  });
});
