/** Imports of a bundle, and what became of its ids in them: a copy under fresh ids is compared through that. */
import { and, eq, sql } from "drizzle-orm";
import { Refusal } from "../../findings/finding.ts";
import type { RecordsSession } from "../../records/client.ts";
import { operations } from "../../records/schema/operations.ts";
import { parseJournal } from "../../rows/import/journal.ts";
import type { Remap } from "../../rows/remap/remap.ts";

/** A condition on operations: imports of the bundle that have succeeded. */
export function importsOf(bundleId: string) {
  return and(
    eq(operations.kind, "import"),
    eq(operations.state, "succeeded"),
    eq(sql`(${operations.input} ->> 'bundleId')`, bundleId),
  );
}

/**
 * Which id became which: the import's journal lies in the checkpoint of its step.
 *
 * @throws Refusal `import-without-journal`
 */
export async function remapOfImport(session: RecordsSession, importId: string): Promise<Remap> {
  const [row] = await session
    .select({ steps: operations.steps })
    .from(operations)
    .where(eq(operations.id, importId));
  for (const step of (row?.steps ?? []) as readonly { readonly checkpoint?: unknown }[]) {
    const journal = parseJournal(step.checkpoint);
    if (journal !== null) return journal.remap;
  }
  throw new Refusal({
    code: "import-without-journal",
    severity: "blocks",
    where: importId,
    what: "The records do not hold which id became which in this import.",
    todo: "Compare it on the command line with the journal of the import, where it was made there.",
  });
}
