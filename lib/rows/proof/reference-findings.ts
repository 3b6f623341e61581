/** What is said of references that do not hold. */
import type { ForeignKey, Table } from "../../catalog/catalog.ts";
import type { Finding } from "../../findings/finding.ts";
import type { Reference } from "../../tenancy/model.ts";

/** Also said of values that became NULL on their way in (`remap/column-transforms.ts`). */
export function softDangling(where: string, count: number): Finding {
  return {
    code: "soft-reference-dangles",
    severity: "notes",
    where,
    count,
    what:
      count === 1
        ? "One value names a row that the tenant does not have: it names nobody."
        : `${count} values name rows that the tenant does not have: they name nobody.`,
    todo: "Nothing, if the application expects it: no constraint says that the rows must be there.",
  };
}

/** A declared foreign key that does not hold. */
export function dangling(table: Table, key: ForeignKey, count: number): Finding {
  return {
    code: "reference-dangles",
    severity: "blocks",
    where: `${table.id} (${key.columns.join(", ")})`,
    count,
    what: `${count} rows point by ${key.name} at rows of ${key.table} that do not exist here.`,
    todo: `If ${key.table} is shared by all tenants, add its missing rows or declare it under common with a natural key.`,
  };
}

/** A virtual reference that leads to another tenant's row. */
export function straying(table: Table, reference: Reference, count: number): Finding {
  return {
    code: "reference-strays",
    severity: "blocks",
    where: `${table.id} (${reference.from.columns.join(", ")})`,
    count,
    what: `${count} rows would point at rows of ${reference.to.table} that belong to another tenant.`,
    todo: "Import with fresh ids, or repair the references in the source.",
  };
}
