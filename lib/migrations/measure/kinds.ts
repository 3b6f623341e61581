/** What people call a statement, from what the parser calls its node. Pure. */

/** One key, the node's name, and its fields. */
export type ParsedNode = { readonly [name: string]: { readonly [field: string]: unknown } | undefined };

/** `CREATE UNIQUE INDEX CONCURRENTLY`, `DROP TABLE`; a node that is not known here is spelled out. */
export function kindOf(node: ParsedNode): string {
  const [name] = Object.keys(node);
  if (name === undefined) return "STATEMENT";
  const fields = node[name] ?? {};
  return SPECIAL[name]?.(fields) ?? USUAL[name] ?? spelledOut(name);
}

type Fields = { readonly [field: string]: unknown };

const concurrently = (isIt: unknown) => (isIt === true ? " CONCURRENTLY" : "");

/** `OBJECT_MATVIEW` is one word there. */
function objectOf(type: unknown): string {
  const words = String(type ?? "OBJECT")
    .replace(/^(?:REINDEX_)?OBJECT_/, "")
    .replaceAll("_", " ");
  return (
    { MATVIEW: "MATERIALIZED VIEW", TABCONSTRAINT: "CONSTRAINT", DOMCONSTRAINT: "CONSTRAINT" }[words] ?? words
  );
}

const hasOption = (list: unknown, option: string) =>
  Array.isArray(list) &&
  list.some((each: { DefElem?: { defname?: string } }) => each.DefElem?.defname === option);

const SPECIAL: { readonly [node: string]: (fields: Fields) => string } = {
  AlterTableStmt: ({ objtype }) => `ALTER ${objectOf(objtype)}`,
  IndexStmt: ({ unique, concurrent }) =>
    `CREATE ${unique === true ? "UNIQUE " : ""}INDEX${concurrently(concurrent)}`,
  DropStmt: ({ removeType, concurrent }) => `DROP ${objectOf(removeType)}${concurrently(concurrent)}`,
  RenameStmt: ({ renameType, relationType }) =>
    `ALTER ${objectOf(renameType === "OBJECT_COLUMN" || renameType === "OBJECT_TABCONSTRAINT" ? relationType : renameType)} RENAME`,
  AlterObjectSchemaStmt: ({ objectType }) => `ALTER ${objectOf(objectType)} SET SCHEMA`,
  AlterOwnerStmt: ({ objectType }) => `ALTER ${objectOf(objectType)} OWNER`,
  ReindexStmt: ({ kind, params }) =>
    `REINDEX ${objectOf(kind)}${concurrently(hasOption(params, "concurrently"))}`,
  RefreshMatViewStmt: ({ concurrent }) => `REFRESH MATERIALIZED VIEW${concurrently(concurrent)}`,
  VacuumStmt: ({ is_vacuumcmd: isVacuum, options }) =>
    isVacuum === true ? `VACUUM${hasOption(options, "full") ? " FULL" : ""}` : "ANALYZE",
  CreateTableAsStmt: ({ objtype }) =>
    objtype === "OBJECT_MATVIEW" ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS",
  CreateFunctionStmt: ({ is_procedure: isProcedure }) =>
    isProcedure === true ? "CREATE PROCEDURE" : "CREATE FUNCTION",
  DefineStmt: ({ kind }) => `CREATE ${objectOf(kind)}`,
  GrantStmt: ({ is_grant: isGrant }) => (isGrant === true ? "GRANT" : "REVOKE"),
  GrantRoleStmt: ({ is_grant: isGrant }) => (isGrant === true ? "GRANT" : "REVOKE"),
  CommentStmt: ({ objtype }) => `COMMENT ON ${objectOf(objtype)}`,
  TransactionStmt: ({ kind }) => String(kind).replace("TRANS_STMT_", "").replaceAll("_", " "),
  VariableSetStmt: ({ kind }) => (String(kind).startsWith("VAR_RESET") ? "RESET" : "SET"),
};

const USUAL: { readonly [node: string]: string } = {
  CreateStmt: "CREATE TABLE",
  CreateTrigStmt: "CREATE TRIGGER",
  CreateEnumStmt: "CREATE TYPE",
  CompositeTypeStmt: "CREATE TYPE",
  CreateRangeStmt: "CREATE TYPE",
  AlterEnumStmt: "ALTER TYPE",
  CreateSeqStmt: "CREATE SEQUENCE",
  AlterSeqStmt: "ALTER SEQUENCE",
  CreatePLangStmt: "CREATE LANGUAGE",
  CreateForeignTableStmt: "CREATE FOREIGN TABLE",
  AlterObjectDependsStmt: "ALTER OBJECT",
  RuleStmt: "CREATE RULE",
  ViewStmt: "CREATE VIEW",
  SelectStmt: "SELECT",
};

/** `AlterDomainStmt`: ALTER DOMAIN. */
function spelledOut(node: string): string {
  return node
    .replace(/Stmt$/, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toUpperCase();
}
