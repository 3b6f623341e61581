/** A tenant's life as a list of operations: how long each took, and what it comes to. */
import type { TenantOperation } from "../../lib/queries/tenant.ts";
import { operationStateLook } from "../operation/operation-state.model.ts";
import { formatDuration } from "../ui/quantities.ts";

/** `succeeded in 3 m 12 s`, `running`, `rejected`. */
export function outcomeInWords(operation: Pick<TenantOperation, "state" | "startedAt" | "endedAt">): string {
  const { word } = operationStateLook(operation.state);
  if (operation.startedAt === null || operation.endedAt === null) return word;
  const seconds = (operation.endedAt.getTime() - operation.startedAt.getTime()) / 1000;
  return `${word} in ${formatDuration(Math.max(0, seconds))}`;
}
