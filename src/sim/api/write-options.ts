import type { ApiCall } from "./call.ts";
import {
  type Failure,
  forbiddenValue,
  invalid,
  invalidValue,
  requiredValue,
  type StatusCause,
  unsupportedValue,
} from "./status.ts";

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldValidation: "Strict" | "Warn" | "Ignore";
  readonly manager: string;
}

/** The options of a create, update or patch, checked as the API server checks them. */
export function readWriteOptions(
  call: ApiCall,
  kind: "CreateOptions" | "UpdateOptions" | "PatchOptions",
): WriteOptions | Failure {
  const { query } = call;
  const causes: StatusCause[] = [];
  const manager = query.get("fieldManager") ?? "";
  const isApply =
    kind === "PatchOptions" && call.headers.get("content-type")?.startsWith("application/apply-patch") === true;
  if (kind === "PatchOptions" && query.has("force") && !isApply) {
    causes.push(forbiddenValue("force", "may not be specified for non-apply patch"));
  }
  if (isApply && manager === "") causes.push(requiredValue("fieldManager", "is required for apply patch"));
  if (new TextEncoder().encode(manager).length > 128) {
    causes.push({
      reason: "FieldValueTooLong",
      message: "Too long: may not be more than 128 bytes",
      field: "fieldManager",
    });
  }
  const unprintable = [...manager].findIndex((character) => /\p{C}/u.test(character));
  if (unprintable >= 0) {
    const code = ([...manager][unprintable] ?? "").codePointAt(0) ?? 0;
    const point = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    causes.push(invalidValue("fieldManager", manager, `invalid character ${point} (at position ${unprintable})`));
  }
  const dryRun = query.getAll("dryRun");
  if (dryRun.some((value) => value !== "All")) {
    causes.push(unsupportedValue("dryRun", `[${dryRun.map((value) => JSON.stringify(value)).join(" ")}]`, ["All"]));
  }
  const validation = query.get("fieldValidation") ?? "";
  if (validation !== "" && validation !== "Strict" && validation !== "Warn" && validation !== "Ignore") {
    const supported = ["", "Ignore", "Strict", "Warn"];
    causes.push(unsupportedValue("fieldValidation", JSON.stringify(validation), supported));
    return invalid({ group: "meta.k8s.io", kind }, "", causes);
  }
  if (causes.length > 0) return invalid({ group: "meta.k8s.io", kind }, "", causes);
  return {
    dryRun: dryRun.length > 0,
    fieldValidation: validation === "" ? "Warn" : validation,
    manager: manager === "" ? (call.headers.get("user-agent") ?? "").split("/")[0] || "unknown" : manager,
  };
}
