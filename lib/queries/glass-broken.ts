import { sql } from "drizzle-orm";
import { operations } from "../records/schema/operations.ts";

/** A column beside an operation: whether it went past its reviewers. It stands out wherever the operation is shown. */
export function glassBroken() {
  return sql<boolean>`EXISTS (SELECT FROM break_glass WHERE break_glass.operation_id = ${operations.id})`;
}
