/** Looks names of the platform file up in the catalog; one that is not there is a finding with the nearest. */
import type { Catalog, Column, Table } from "../catalog/catalog.ts";
import { findTable } from "../catalog/lookup.ts";
import type { Finding } from "../findings/finding.ts";
import { parseQualified, qualifiedColumn, qualifiedName } from "../postgres/identifiers.ts";
import type { ColumnRef } from "./answers.ts";
import { nearestQualified } from "./nearest-name.ts";

export interface LookUp {
  /** @param section the file's section, for the finding: `tables`, `references` */
  table(name: string, section: string): Table | null;
  /** A column by its full name, `public.orders.id`. */
  column(name: string, section: string): ColumnRef | null;
  columnOf(table: Table, name: string, section: string): Column | null;
}

/** @param findings where what is not found is put */
export function createLookUp(catalog: Catalog, findings: Finding[]): LookUp {
  const unknown = (
    code: string,
    section: string,
    name: string,
    candidates: Iterable<string>,
    kind: string,
  ) => {
    const nearest = nearestQualified(name, candidates);
    findings.push({
      code,
      severity: "blocks",
      where: name,
      what: `\`${section}\` names ${kind} ${name}, which this database does not have.`,
      todo:
        nearest === null
          ? `Write the name as \`tenantry model\` shows it, or remove the line.`
          : `Did you mean ${nearest}?`,
    });
    return null;
  };

  function table(name: string, section: string): Table | null {
    const found = findTable(catalog, name);
    if (found === null) return unknown("unknown-table", section, name, catalog.tables.keys(), "the table");
    if (found.kind !== "partition") return found;
    findings.push({
      code: "partition-named",
      severity: "blocks",
      where: name,
      what: `\`${section}\` names ${name}, which is a partition: the table at the root of the tree decides.`,
      todo: `Name ${partitionRoot(catalog, found).id} instead.`,
    });
    return null;
  }

  function columnOf(owner: Table, name: string, section: string): Column | null {
    const found = owner.columns.find((column) => column.name === name);
    if (found !== undefined) return found;
    const names = owner.columns.map((column) => qualifiedColumn(owner.id, column.name));
    return unknown("unknown-column", section, qualifiedColumn(owner.id, name), names, "the column");
  }

  function column(name: string, section: string): ColumnRef | null {
    const parts = parseQualified(name);
    if (parts?.length !== 3) {
      const candidates = [...catalog.tables.values()].flatMap((candidate) =>
        candidate.columns.map((each) => qualifiedColumn(candidate.id, each.name)),
      );
      return unknown("unknown-column", section, name, candidates, "the column");
    }
    const owner = table(qualifiedName(parts[0]!, parts[1]!), section);
    const found = owner === null ? null : columnOf(owner, parts[2]!, section);
    return owner === null || found === null ? null : { table: owner, column: found };
  }

  return { table, column, columnOf };
}

/** The table at the top of a partition tree: the one that a model knows. */
export function partitionRoot(catalog: Catalog, table: Table): Table {
  let root = table;
  while (root.partitionOf !== null) {
    const parent = catalog.tables.get(root.partitionOf);
    if (parent === undefined) break;
    root = parent;
  }
  return root;
}
