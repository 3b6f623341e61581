/**
 * The proof that a writing transaction touched nothing but what it was meant to: the server's own counts of this
 * transaction's writes, against what the guarded statements reported. Pure.
 */
import type { Catalog } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import { qualifiedName } from "../../postgres/identifiers.ts";
import type { WriteCounts } from "../../postgres/transaction-counts.ts";

/** What the transaction's guarded statements did, by qualified table name. */
export type ExpectedWrites = ReadonlyMap<string, WriteCounts>;

/** Differences between what was written and what should have been; an empty list is the proof. */
export function residentsIntact(
  catalog: Catalog,
  written: ReadonlyMap<string, WriteCounts>,
  expected: ExpectedWrites,
): Finding[] {
  const actual = foldPartitions(catalog, written);
  const tables = [...new Set([...actual.keys(), ...expected.keys()])].sort();
  return tables.flatMap((table): Finding[] => {
    const is = actual.get(table) ?? NOTHING;
    const should = expected.get(table) ?? NOTHING;
    if (is.inserted === should.inserted && is.updated === should.updated && is.deleted === should.deleted)
      return [];
    return [
      {
        code: "unexpected-writes",
        severity: "blocks",
        where: table,
        count:
          Math.abs(is.inserted - should.inserted) +
          Math.abs(is.updated - should.updated) +
          Math.abs(is.deleted - should.deleted),
        what: `The transaction wrote ${say(is)} where ${say(should)} was meant: a trigger or a rule of the platform writes too.`,
        todo: "Find the trigger with `tenantry model`, and set `triggers: off` or disable it for the import.",
      },
    ];
  });
}

const NOTHING: WriteCounts = { inserted: 0, updated: 0, deleted: 0 };

function say({ inserted, updated, deleted }: WriteCounts): string {
  return `${inserted} inserts, ${updated} updates, ${deleted} deletes`;
}

/** Rows of a partition tree are counted at its leaves and expected at its root. Temporary tables do not count. */
function foldPartitions(
  catalog: Catalog,
  written: ReadonlyMap<string, WriteCounts>,
): Map<string, WriteCounts> {
  const folded = new Map<string, WriteCounts>();
  // The server counts by true names; one tenant's view of the catalog has others.
  const known = new Map(
    [...catalog.tables.values()].map((each) => [qualifiedName(each.schema, each.name), each.id]),
  );
  for (const [table, counts] of written) {
    if (table.startsWith("pg_temp")) continue;
    const root = rootOf(catalog, known.get(table) ?? table);
    const sum = folded.get(root) ?? NOTHING;
    folded.set(root, {
      inserted: sum.inserted + counts.inserted,
      updated: sum.updated + counts.updated,
      deleted: sum.deleted + counts.deleted,
    });
  }
  return folded;
}

function rootOf(catalog: Catalog, table: string): string {
  const parent = catalog.tables.get(table)?.partitionOf ?? null;
  return parent === null ? table : rootOf(catalog, parent);
}
