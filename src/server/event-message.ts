import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import type { RunEvent as CoreEvent } from "../core/index.ts";
import { type RunEvent, RunEventSchema } from "../gen/restart/v1/restart_pb.ts";
import { cleaned } from "../words/clean.ts";

/** An event as the contract has it: the same flat line as everywhere, field by field. */
export function eventMessage(event: CoreEvent): RunEvent {
  return fromJson(RunEventSchema, cleaned(event) as unknown as JsonValue);
}
