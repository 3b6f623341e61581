/** Whether what the file says of the tenant itself holds in the catalog. */
import type { Finding } from "../findings/finding.ts";
import { qualifiedColumn } from "../postgres/identifiers.ts";
import type { Answers } from "./answers.ts";
import type { Classification } from "./classify.ts";
import { isOwned } from "./references.ts";

export function tenantFindings(answers: Answers, { tables, keys }: Classification): Finding[] {
  const findings: Finding[] = [];
  const { root, key, domains } = answers;
  const isKey = root?.keys.some(({ plain, columns }) => plain && columns.length === 1 && columns[0] === key);
  if (isKey === false) {
    findings.push({
      code: "tenant-key-not-unique",
      severity: "blocks",
      where: qualifiedColumn(root!.id, key),
      what: "The tenant's key is no primary key and has no unique constraint of its own: it may mean two tenants.",
      todo: "Name a key of the root table under `tenant: { key: … }`.",
    });
  }
  if (domains !== null && !isOwned(tables.get(domains.table.id))) {
    findings.push({
      code: "domains-not-owned",
      severity: "blocks",
      where: qualifiedColumn(domains.table.id, domains.column.name),
      what: `The tenant's domains are to be found in ${domains.table.id}, whose rows are no tenant's.`,
      todo: "Name a column of the root, or of a table that belongs to the tenant.",
    });
  }
  const toItself = root?.foreignKeys.find((foreignKey) => foreignKey.table === root.id);
  if (toItself !== undefined) {
    findings.push({
      code: "tenant-points-at-tenant",
      severity: "warns",
      where: toItself.columns.map((name) => qualifiedColumn(root!.id, name)).join(", "),
      what: "A tenant may point at another tenant, whose rows do not travel with it.",
      todo: "Where the value is set, import into a database that holds the other tenant, or empty it first.",
    });
  }
  const unusedNames = (answers.keyColumns ?? []).filter(
    (name) => ![...tables.values()].some(({ table }) => table.columns.some((column) => column.name === name)),
  );
  for (const name of unusedNames) {
    findings.push({
      code: "unknown-column",
      severity: "blocks",
      where: name,
      what: `\`key_columns\` names ${name}, which no table of this database has.`,
      todo: `Remove it, or name a column that is there${keys.size > 0 ? `: ${[...new Set([...keys.values()].map(({ column }) => column))].join(", ")}` : ""}.`,
    });
  }
  return findings;
}
