/** Whether what must be unique in the whole database is free: the tenant's key, slug and domains, and the rest. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import type { Finding } from "../../findings/finding.ts";
import {
  qualifiedColumn,
  quoteColumns,
  quoteIdentifier,
  quoteQualified,
} from "../../postgres/identifiers.ts";
import { operatorBetween } from "../../tenancy/column-types.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { RemapPlan } from "../remap/remap-plan.ts";
import { isSchemaName, tenantsBySchema } from "../tenant.ts";
import type { GlobalKey, MeetingRule } from "./global-key.ts";
import { countMeeting, meetingRules } from "./meeting.ts";

/**
 * The keys that could collide. Only the load itself can judge the others: those with a value that holds an id, be
 * it fresh, looked up, or inside a text.
 */
export function globalKeys(catalog: Catalog, plan: RemapPlan): GlobalKey[] {
  return [...plan.tables].flatMap(([id, { columns, remaps }]) => {
    const table = catalog.tables.get(id);
    // A schema that the import makes itself is empty.
    if (table === undefined || table.schema === catalog.tenantSchema?.name) return [];
    const stay = columns.filter(
      (column, at) => remaps[at]!.length === 0 || isChosenKey(plan, qualifiedColumn(id, column)),
    );
    const plain = table.keys
      .filter((key) => key.plain && !key.nullsNotDistinct)
      .map(
        (key): GlobalKey => ({
          table: id,
          key,
          needs: key.columns,
          rule: null,
          withNulls: false,
          everyRow: false,
        }),
      );
    return [...plain, ...meetingRules(table)].filter(
      ({ needs }) => needs.length > 0 && needs.every((column) => stay.includes(column)),
    );
  });
}

/** The root's key where people choose it: the new one is known beforehand. */
function isChosenKey(plan: RemapPlan, column: string): boolean {
  return plan.sources.get(column)?.tenantKey === true;
}

/** How many of the given values (one text a column and row) are there already. Compared as the columns' types. */
export async function countTaken(
  client: pg.ClientBase,
  catalog: Catalog,
  { table, key, needs, rule }: GlobalKey,
  values: readonly (readonly (string | null)[])[],
): Promise<number> {
  if (rule !== null) return countMeeting(client, catalog.tables.get(table)!, needs, rule, values);
  const target = catalog.tables.get(table)!;
  const arrays = key.columns.map((_, index) => `$${index + 1}::text[]`).join(", ");
  const names = key.columns.map((_, index) => `v${index}`);
  const matches = key.columns.map((wanted, index) => {
    const { type, baseType } = target.columns.find((column) => column.name === wanted)!;
    return `t.${quoteIdentifier(wanted)} ${operatorBetween(baseType, baseType, "=")} v.v${index}::${type}`;
  });
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::float8 AS count FROM unnest(${arrays}) v(${names.join(", ")})
      WHERE EXISTS (SELECT FROM ${ownRows(target)} t WHERE ${matches.join(" AND ")})`,
    key.columns.map((_, index) => values.map((row) => row[index])),
  );
  return rows[0]!.count;
}

/** Says what is taken, and the flag that helps where there is one. */
export function takenFinding(model: TenancyModel, { table, key, rule }: GlobalKey, count: number): Finding {
  if (rule !== null) return meetingFinding(table, rule, count);
  const where = key.columns.map((column) => qualifiedColumn(table, column)).join(", ");
  const { domains, slug, table: root } = model.tenant;
  if (table === root && key.columns.length === 1 && key.columns[0] === slug)
    return {
      code: "slug-taken",
      severity: "blocks",
      where,
      count,
      what: "Another tenant of this database has this slug.",
      todo: "Name another one with --new-slug.",
    };
  if (domains !== null && table === domains.table && key.columns.includes(domains.column))
    return {
      code: "domain-taken",
      severity: "blocks",
      where,
      count,
      what: `${count} of the tenant's domains are in use in this database.`,
      todo: "Name others with --new-domain old=new, once for each.",
    };
  if (table === root && key.columns.length === 1 && key.columns[0] === model.tenant.key)
    return {
      code: "tenant-exists",
      severity: "blocks",
      where,
      count,
      what: "This database holds a tenant with the same key.",
      todo: "Import with fresh ids, or with another key by --new-key.",
    };
  return {
    code: "unique-taken",
    severity: "blocks",
    where,
    count,
    what: `${count} values of the unique key ${key.name} are in use in this database already.`,
    todo: `Change or remove them on one side; a column that holds generated text ids can be declared so in the platform file.`,
  };
}

function meetingFinding(table: string, { name, kind, whole }: MeetingRule, count: number): Finding {
  const where = whole?.map((column) => qualifiedColumn(table, column)).join(", ") ?? `${table} (${name})`;
  return kind === "exclusion"
    ? {
        code: "exclusion-taken",
        severity: "blocks",
        where,
        count,
        what: `${count} rows meet rows of this database that the exclusion constraint ${name} keeps apart.`,
        todo: "Resolve the overlap on one side.",
      }
    : {
        code: "unique-taken",
        severity: "blocks",
        where,
        count,
        what: `${count} values of the unique key ${name} are in use in this database already.`,
        todo: "Change or remove them on one side.",
      };
}

/** How many tenants live in the database already. */
export async function countResidents(client: pg.ClientBase, model: TenancyModel): Promise<number | null> {
  if (isSchemaName(model)) return (await tenantsBySchema(client, model.tenantSchema!.written)).length;
  const root = model.tenant.table === null ? undefined : model.tables.get(model.tenant.table);
  if (root === undefined) return null;
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::float8 AS count FROM ${quoteQualified(root.schema, root.name)} t WHERE num_nonnulls(${quoteColumns([model.tenant.key], "t")}) = 1`,
  );
  return rows[0]!.count;
}
