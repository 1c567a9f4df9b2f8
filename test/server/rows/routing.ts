import { expect } from "vitest";
import { RestartError } from "../../../src/kube/error.ts";
import { fullPath, seedPath, web } from "./call.ts";
import { expectInForms, expectOfBoth } from "./expectations.ts";
import { inProcess, onBun, type Row, type ServerOptions, sockets } from "./row.ts";

const several = { clusters: ["stage", "secret-prod"] };

/** What may not be in an answer about a cluster that cannot be reached. */
const ours =
  /\/opt\/|\/home\/|\/tmp\/|kubeconfig|aws-iam|--role|10\.1\.2\.3|127\.0\.0\.1|absent\.invalid|:6443|eyJ|BEGIN CERT/i;

const unusable = (number: number, name: string, options: ServerOptions, where = sockets): Row => ({
  number,
  name,
  where,
  options,
  run: async (server) => {
    const answers = await expectInForms(server, {}, ["failed_precondition", "unavailable"], name);
    for (const { text } of answers) expect(text).not.toMatch(ours);
    for (const line of server.audit()) expect(line.replace(/"address":"[^"]*"/, "")).not.toMatch(ours);
  },
});

const broken = (reason: "InvalidConfig" | "CredentialsFailed" | "TlsFailure", message: string): Row =>
  unusable(
    102,
    `an entry that cannot be used: ${reason}`,
    { opening: () => Promise.reject(new RestartError(reason, message, { detail: { sent: "no" } })) },
    inProcess,
  );

/** 98 to 102: which cluster is meant. */
export const routingRows: readonly Row[] = [
  {
    number: 98,
    name: "no cluster where there are several, an unknown one, another case",
    where: onBun,
    options: several,
    run: async (server) => {
      const before = server.api.requests();
      for (const [cluster, code] of [
        ["", "invalid_argument"],
        ["other", "not_found"],
        ["STAGE", "not_found"],
        ["Stage", "not_found"],
        ["stag", "not_found"],
      ] as const) {
        const answers = await expectOfBoth(server, { cluster }, code, JSON.stringify(cluster));
        for (const { text } of answers) expect(text).not.toMatch(/secret-prod/);
      }
      expect(server.api.requests(), "requests that left").toBe(before);
    },
  },
  {
    number: 99,
    name: "a cluster that is a URL, an address or a file",
    where: onBun,
    run: async (server) => {
      const before = server.api.requests();
      for (const cluster of [
        "http://169.254.169.254/",
        "127.0.0.1:6443",
        "localhost",
        "file:///etc/passwd",
        "../../kubeconfig",
        "/home/ops/.kube/config",
        "a@b",
        "stage\n",
        " stage",
        "x".repeat(10_000),
      ]) {
        await expectOfBoth(server, { cluster }, ["not_found", "invalid_argument"], cluster.slice(0, 40));
      }
      expect(server.api.requests(), "requests that left").toBe(before);
    },
  },
  {
    number: 100,
    name: "a cluster named like a property of every object",
    where: onBun,
    options: several,
    run: async (server) => {
      for (const cluster of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
        await expectOfBoth(server, { cluster }, "not_found", cluster);
      }
    },
  },
  {
    number: 101,
    name: "a cluster that is kept from callers reads like one that does not exist",
    where: onBun,
    run: async (server) => {
      const said = async (cluster: string) => {
        const answers = await expectOfBoth(server, { cluster }, "not_found", cluster);
        return answers.map(({ code, message, status }) => ({ code, message, status }));
      };
      // The kubeconfig behind has it; the operator did not list it.
      expect(await said("hidden")).toEqual(await said("absent"));
    },
  },
  broken("InvalidConfig", 'context "stage": /home/ops/.kube/ca.pem of its kubeconfig cannot be read'),
  broken(
    "CredentialsFailed",
    "exec plugin /opt/bin/aws-iam-authenticator token --role arn:x failed: Bearer eyJhbGciOi",
  ),
  broken("TlsFailure", "https://10.1.2.3:6443: the certificate -----BEGIN CERT… is not trusted"),
  unusable(102, "a plugin that is not there", { wrong: "absent plugin" }),
  unusable(102, "an authority that did not sign the certificate", { wrong: "another authority" }),
  unusable(102, "a certificate that has expired", { wrong: "expired certificate" }),
  unusable(133, "a connection that is refused", { wrong: "refused" }),
  unusable(133, "a host that there is not", { wrong: "no such host" }),
  {
    number: 98,
    name: "no cluster where there is one",
    where: onBun,
    patches: 8,
    run: async (server) => {
      for (const path of [seedPath, fullPath]) {
        await expectInForms(server, { path, message: { ...web, cluster: "" } }, "ok", "the only one");
      }
    },
  },
];
