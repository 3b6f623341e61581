/** Whose rows are a table's? Each table's class and path, from the catalog and the answers of the file. */
import type { Catalog, Table } from "../catalog/catalog.ts";
import type { Finding } from "../findings/finding.ts";
import type { Answers } from "./answers.ts";
import { declaredPath } from "./declared-path.ts";
import { edgesOf } from "./edges.ts";
import { isLedgerTable } from "./ledger-tables.ts";
import type { OwnershipPath, TableClass } from "./model.ts";
import { type Edge, otherPaths, type RankedPath, searchPaths } from "./paths.ts";
import { keyColumn, type TenantKey, tenantKeys } from "./tenant-keys.ts";

export interface Classified {
  readonly table: Table;
  readonly class: TableClass;
  readonly declared: boolean;
  readonly path: OwnershipPath | null;
  readonly otherPaths: readonly OwnershipPath[];
  /** Some row may have no value along the path. */
  readonly nullablePath: boolean;
  readonly anyPath: boolean;
  readonly sharedNull: boolean;
  /** Every row is the tenant's: the table lies in the tenant's own schema. */
  readonly whole: boolean;
  readonly common: { readonly match: readonly string[]; readonly create: readonly string[] } | null;
  /** Nobody said what the table is and nothing leads from it to a tenant. */
  readonly unclassified: boolean;
}

export interface Classification {
  /** Every table but partitions and temporary ones, in the catalog's order. */
  readonly tables: ReadonlyMap<string, Classified>;
  readonly keys: ReadonlyMap<string, TenantKey>;
  readonly findings: readonly Finding[];
}

export function classify(catalog: Catalog, answers: Answers): Classification {
  const findings: Finding[] = [];
  const tables = [...catalog.tables.values()].filter(
    (table) => table.kind !== "partition" && table.persistence !== "temporary",
  );
  const isWhole = (table: Table) => table.schema === catalog.tenantSchema?.name;
  const outside = new Set(
    tables.filter((table) => !isWhole(table) && isOutside(table, answers)).map((table) => table.id),
  );
  const inside = tables.filter((table) => !outside.has(table.id));
  const { keys, findings: keyFindings } = tenantKeys(
    inside,
    answers,
    keyColumn(catalog, answers)?.baseType ?? "",
  );
  findings.push(...keyFindings);
  // Whole tables need no path, and are none: nothing but the schema's name says whose they are.
  const pathed = inside.filter((table) => !isWhole(table));
  const known = knownPaths(catalog, pathed, answers, keys, findings);
  const edges = new Map(pathed.map((table) => [table.id, edgesOf(table, answers)]));
  const paths = findPaths(known, edges, answers);

  const classified = tables.map((table): [string, Classified] => {
    const answer = answers.tables.get(table.id);
    if (isWhole(table)) return [table.id, wholeTable(table, answers)];
    const ranked = outside.has(table.id) ? undefined : paths.get(table.id);
    const decided = answer?.path != null || answer?.ownedThrough != null;
    const others =
      ranked === undefined || decided || table.id === answers.root?.id
        ? []
        : otherPaths(table.id, paths, edges.get(table.id)!);
    const sharedNull = answer?.nullKey === "shared";
    const nullablePath = ranked?.nullable ?? false;
    return [
      table.id,
      {
        table,
        class: tableClass(table, answers, outside, ranked),
        declared: answer !== undefined || answers.common.has(table.id) || table.id === answers.root?.id,
        path: ranked?.path ?? null,
        otherPaths: others,
        nullablePath,
        anyPath: nullablePath && !sharedNull && others.length > 0,
        sharedNull,
        whole: false,
        common: answers.common.get(table.id) ?? null,
        unclassified: ranked === undefined && answer?.class == null && !outside.has(table.id),
      },
    ];
  });
  return { tables: new Map(classified), keys, findings };
}

function wholeTable(table: Table, answers: Answers): Classified {
  return {
    table,
    class: answers.tables.get(table.id)?.class === "excluded" ? "excluded" : "direct",
    declared: answers.tables.has(table.id),
    path: null,
    otherPaths: [],
    nullablePath: false,
    anyPath: false,
    sharedNull: false,
    whole: true,
    common: null,
    unclassified: false,
  };
}

/** Tables whose rows are no tenant's, by declaration: global and common ones, the migration ledger. */
function isOutside(table: Table, answers: Answers): boolean {
  const answer = answers.tables.get(table.id);
  if (table.id === answers.root?.id) return false;
  if (answer?.class === "global") return true;
  if (answers.common.has(table.id)) return answer?.nullKey !== "shared";
  return answer === undefined && isLedgerTable(table.name, table.columns);
}

function tableClass(
  table: Table,
  answers: Answers,
  outside: ReadonlySet<string>,
  ranked: RankedPath | undefined,
): TableClass {
  if (table.id === answers.root?.id) return "root";
  if (answers.tables.get(table.id)?.class === "excluded") return "excluded";
  if (outside.has(table.id) || ranked === undefined) return "global";
  return ranked.path.hops.length === 0 ? "direct" : "via";
}

/** The paths that need no search: the root's, those of tables that hold the key, those that people declared. */
function knownPaths(
  catalog: Catalog,
  tables: readonly Table[],
  answers: Answers,
  keys: ReadonlyMap<string, TenantKey>,
  findings: Finding[],
): Map<string, RankedPath> {
  const known = new Map<string, RankedPath>();
  for (const table of tables) {
    const answer = answers.tables.get(table.id);
    if (table.id === answers.root?.id) {
      known.set(table.id, { path: { hops: [], column: answers.key }, weak: 0, nullable: false });
    } else if (answer?.path != null) {
      const path = declaredPath(catalog, table, answer.path, answers, keys);
      if ("code" in path) findings.push(path);
      else known.set(table.id, path);
    } else if (answer?.ownedThrough == null) {
      const key = keys.get(table.id);
      if (key === undefined) continue;
      // A table of shared rows is a poor guide to an owner: twice as weak as a key that is merely nullable.
      const weak = answer?.nullKey === "shared" ? 2 : key.nullable ? 1 : 0;
      known.set(table.id, { path: { hops: [], column: key.column }, weak, nullable: key.nullable });
    }
  }
  return known;
}

/**
 * Four searches, each only for what the ones before left over. First the steps that every row can take: a longer
 * way that always leads to the owner is better than a short one that may be NULL. Then any foreign key, then
 * what lines under `references` say. Excluded tables lead on only where nothing else does: their rows do not
 * travel, so they own badly.
 */
function findPaths(
  known: ReadonlyMap<string, RankedPath>,
  edges: ReadonlyMap<string, readonly Edge[]>,
  answers: Answers,
): Map<string, RankedPath> {
  const travels = ({ hop }: Edge) => answers.tables.get(hop.table)?.class !== "excluded";
  const strong = searchPaths(known, edges, (edge, rest) => travels(edge) && !edge.weak && rest.weak === 0);
  const byKeys = searchPaths(strong, edges, (edge) => travels(edge) && !edge.soft);
  const bySoft = searchPaths(byKeys, edges, travels);
  return searchPaths(bySoft, edges);
}
