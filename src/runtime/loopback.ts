import { lookup } from "node:dns/promises";
import { BlockList, isIPv6 } from "node:net";
import { RestartError } from "../kube/error.ts";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/** Where a name leads from this machine. */
export interface ResolvedHost {
  /** One address, so that what was judged is what is used. */
  readonly address: string;
  /** Every address that the name leads to is of this machine alone. */
  readonly isLoopback: boolean;
}

/** Rejects with `Usage` when there is no such host. */
export async function resolveHost(host: string): Promise<ResolvedHost> {
  try {
    const addresses = (await lookup(host, { all: true })).map(({ address }) => address);
    const address = addresses.find((candidate) => !isIPv6(candidate)) ?? addresses[0] ?? host;
    return {
      address,
      isLoopback: addresses.every((each) => loopback.check(each, isIPv6(each) ? "ipv6" : "ipv4")),
    };
  } catch (cause) {
    throw new RestartError("Usage", `there is no host ${host}`, { cause });
  }
}
