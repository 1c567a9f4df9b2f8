import { readFileSync } from "node:fs";
import { RestartError } from "../../src/kube/error.ts";
import { fetchFor } from "./cluster-under-test.ts";

// Prints the status that SERVER answers, or the reason why there is none, trusting AUTHORITY or else the machine.
const [, , server = "", authority = ""] = process.argv;
const cluster = authority === "" ? {} : { certificateAuthorityData: readFileSync(authority, "utf8") };
const outcome = await fetchFor(server, { cluster })("/echo", {}).then(
  (response) => String(response.status),
  (error: unknown) => (error instanceof RestartError ? error.reason : String(error)),
);
process.stdout.write(`${outcome}\n`);
