/** Every table and column that the platform file names, looked up in the catalog. */
import type { Catalog, Table } from "../catalog/catalog.ts";
import type { Finding } from "../findings/finding.ts";
import { parseQualified } from "../postgres/identifiers.ts";
import type { Answers, ColumnRef, SubKey } from "./answers.ts";
import { createLookUp, type LookUp } from "./look-up.ts";
import type { ColumnAnswer } from "./platform-file-entries.ts";
import type { PlatformFile } from "./platform-file-schema.ts";
import { resolveReferences } from "./resolve-references.ts";

/**
 * @returns the file's answers about what exists; null where the tenant itself cannot be found, so that nothing
 *   can be derived; and a blocking finding for every name that the database does not have
 */
export function resolveNames(
  catalog: Catalog,
  file: PlatformFile,
): { readonly answers: Answers | null; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const lookUp = createLookUp(catalog, findings);
  const { tenant } = file;
  const root = tenant.table === undefined ? null : lookUp.table(tenant.table, "tenant");
  const key = tenant.table !== undefined && root === null ? null : tenantKey(lookUp, root, file, findings);
  const ofRoot = (name: string | undefined) =>
    name === undefined || root === null ? null : (lookUp.columnOf(root, name, "tenant")?.name ?? null);
  const slug = ofRoot(tenant.slug);
  const name = ofRoot(tenant.name);
  const state = ofRoot(tenant.state?.column);
  if (root !== null && file.regions !== undefined) lookUp.columnOf(root, file.regions.column, "regions");
  const rest = {
    domains: domains(lookUp, root, tenant.domains),
    subKeys: subKeys(lookUp, file),
    tables: tableAnswers(lookUp, file),
    common: commonAnswers(lookUp, file),
    columns: columnAnswers(lookUp, file),
    references: resolveReferences(lookUp, file.references, findings),
  };
  for (const name of file.internal)
    if (parseQualified(name)?.length === 3) lookUp.column(name, "internal");
    else lookUp.table(name, "internal");
  if (key === null) return { answers: null, findings };
  const answers: Answers = {
    root,
    key,
    keyColumns: tenant.key_columns ?? null,
    slug,
    name,
    state: state === null ? null : { ...tenant.state!, column: state },
    ...rest,
  };
  return { answers, findings };
}

function tenantKey(
  lookUp: LookUp,
  root: Table | null,
  file: PlatformFile,
  findings: Finding[],
): string | null {
  const { tenant } = file;
  const refuse = (what: string, todo: string) => {
    findings.push({
      code: "tenant-key-unknown",
      severity: "blocks",
      where: root?.id ?? "tenant",
      what,
      todo,
    });
    return null;
  };
  if (root === null) {
    if (tenant.key_columns !== undefined) return tenant.key_columns[0]!;
    // The schema's name is all that there is of the tenant.
    if (file.placement === "schema") return file.schema ?? "";
    return refuse(
      "The platform file names neither a root table nor the columns that hold the tenant's key.",
      "Add `tenant: { table: …, key: … }`, or `tenant: { key_columns: […] }` where there is no such table.",
    );
  }
  if (tenant.key !== undefined) return lookUp.columnOf(root, tenant.key, "tenant")?.name ?? null;
  const primary = root.keys.find((candidate) => candidate.kind === "primary");
  if (primary?.columns.length === 1) return primary.columns[0]!;
  return refuse(
    "The root table has no primary key of one column, so the tenant's key is not clear.",
    "Add `tenant: { key: … }` with the column that identifies a tenant.",
  );
}

function domains(lookUp: LookUp, root: Table | null, name: string | undefined): ColumnRef | null {
  if (name === undefined) return null;
  if (root === null || parseQualified(name)?.length !== 1) return lookUp.column(name, "tenant");
  const column = lookUp.columnOf(root, name, "tenant");
  return column === null ? null : { table: root, column };
}

function subKeys(lookUp: LookUp, file: PlatformFile): SubKey[] {
  return file.sub_keys.flatMap((entry) => {
    const table = lookUp.table(entry.table, "sub_keys");
    const key = table === null ? null : lookUp.columnOf(table, entry.key, "sub_keys");
    return table === null || key === null ? [] : [{ table, key: key.name, columns: entry.columns }];
  });
}

function tableAnswers(lookUp: LookUp, file: PlatformFile): Answers["tables"] {
  const answers = new Map<string, ReturnType<Answers["tables"]["get"]> & {}>();
  for (const [name, answer] of Object.entries(file.tables)) {
    const table = lookUp.table(name, "tables");
    if (table === null) continue;
    const owner = answer.ownedThrough === null ? null : lookUp.column(answer.ownedThrough, "tables");
    answers.set(table.id, { ...answer, owner });
  }
  return answers;
}

function commonAnswers(lookUp: LookUp, file: PlatformFile): Answers["common"] {
  const answers = new Map<string, { match: string[]; create: string[] }>();
  for (const [name, entry] of Object.entries(file.common)) {
    const table = lookUp.table(name, "common");
    if (table === null) continue;
    const known = (column: string) => lookUp.columnOf(table, column, "common") !== null;
    answers.set(table.id, { match: entry.match.filter(known), create: entry.create.filter(known) });
  }
  return answers;
}

function columnAnswers(lookUp: LookUp, file: PlatformFile): Answers["columns"] {
  const answers = new Map<string, Map<string, ColumnAnswer>>();
  for (const [name, answer] of Object.entries(file.columns)) {
    const found = lookUp.column(name, "columns");
    if (found === null) continue;
    const ofTable = answers.get(found.table.id) ?? new Map<string, ColumnAnswer>();
    answers.set(found.table.id, ofTable.set(found.column.name, answer));
  }
  return answers;
}
