/** An operation's row, held to the end of the transaction: decisions about one operation are made one by one. */
import { eq } from "drizzle-orm";
import type { RecordsTransaction } from "../records/client.ts";
import { operations } from "../records/schema/operations.ts";
import type { OperationRow } from "./engine.ts";

export async function lockOperation(tx: RecordsTransaction, id: string): Promise<OperationRow | null> {
  const [row] = await tx.select().from(operations).where(eq(operations.id, id)).for("update");
  return row ?? null;
}
