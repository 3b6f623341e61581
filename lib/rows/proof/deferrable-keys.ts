/**
 * Whether the tenant's rows meet no other row under keys and exclusion constraints that are checked by triggers, which
 * an import without triggers goes past.
 */

import type pg from "pg";
import type { Catalog, Table } from "../../catalog/catalog.ts";
import { leaves } from "../../catalog/lookup.ts";
import { ownRows } from "../../catalog/own-rows.ts";
import type { Finding } from "../../findings/finding.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import type { MeetingRule } from "../import/global-key.ts";
import { deferrableRules } from "../import/meeting.ts";
import { planLookups } from "./planning.ts";

/** Findings that block, one a constraint that does not hold. */
export async function deferrableKeysHold(
  client: pg.ClientBase,
  catalog: Catalog,
  model: TenancyModel,
  tableId: string,
  tenantKeySql: string,
): Promise<Finding[]> {
  const owned = ownershipPredicate(model, tableId, "t", tenantKeySql);
  const constraints = constraintsOf(catalog, catalog.tables.get(tableId)!);
  const findings: Finding[] = [];
  if (constraints.length > 0) await planLookups(client);
  for (const { table, name, rule } of constraints) {
    const count = rule === null ? null : await countMet(client, table, rule, owned);
    if (count === null) findings.push(unchecked(table, name));
    else if (count > 0) findings.push(met(table, name, rule!.kind, count));
  }
  return findings;
}

interface Constraint {
  readonly table: Table;
  readonly name: string;
  /** Null where it cannot be asked for. */
  readonly rule: MeetingRule | null;
}

/** A partition may have constraints of its own, beside those that it has from its root. */
function constraintsOf(catalog: Catalog, root: Table): Constraint[] {
  const of = (table: Table) => deferrableRules(table).map((each) => ({ ...each, table }));
  const said = ({ rule }: Constraint) => JSON.stringify(rule && [rule.kind, rule.elements, rule.predicate]);
  const shared = of(root);
  const own = leaves(catalog, root)
    .filter(({ id }) => id !== root.id)
    .flatMap(of)
    .filter((constraint) => !shared.some((each) => said(each) === said(constraint)));
  return [...shared, ...own];
}

async function countMet(
  client: pg.ClientBase,
  table: Table,
  { elements, predicate, nullsEqual }: MeetingRule,
  owned: string,
): Promise<number> {
  const made = elements.map(({ sql }, at) => `${sql} AS e${at}`).join(", ");
  const held = predicate === null ? "true" : `(${predicate})`;
  const rows = (condition: string) =>
    `(SELECT t.tableoid AS heap, t.ctid AS place, ${made} FROM ${ownRows(table)} t WHERE ${condition})`;
  const meets = elements.map(({ operator }, at) => {
    const holds = `other.e${at} ${operator} own.e${at}`;
    return nullsEqual ? `(${holds} OR num_nonnulls(other.e${at}, own.e${at}) = 0)` : holds;
  });
  const found = await client.query<{ count: number }>(
    `SELECT count(*)::float8 AS count FROM ${rows(`${owned} AND ${held}`)} own
      WHERE EXISTS (SELECT FROM ${rows(held)} other
                     WHERE ${meets.join(" AND ")} AND (other.heap, other.place) <> (own.heap, own.place))`,
  );
  return found.rows[0]!.count;
}

function met(table: Table, name: string, kind: MeetingRule["kind"], count: number): Finding {
  return {
    code: kind === "exclusion" ? "exclusion-taken" : "unique-taken",
    severity: "blocks",
    where: `${table.id} ${name}`,
    count,
    what: `${count} rows of the tenant meet other rows under ${name}, which keeps them apart.`,
    todo: "Nothing was changed. Import with fresh ids, or change what collides on one side.",
  };
}

function unchecked(table: Table, name: string): Finding {
  return {
    code: "constraint-unchecked",
    severity: "blocks",
    where: `${table.id} ${name}`,
    what: "This exclusion constraint is checked by a trigger, which an import without triggers goes past, and it is written in a way that cannot be asked for otherwise.",
    todo: "Nothing was changed. Set triggers: on in the platform file.",
  };
}
