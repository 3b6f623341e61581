/** Numbers the rows of tables that point at each other, so that whoever points goes first. */
import type pg from "pg";
import type { Catalog } from "../../catalog/catalog.ts";
import { copyIn, copyOut } from "../../postgres/copy-streams.ts";
import { operatorBetween } from "../../tenancy/column-types.ts";
import { forEachLine } from "../compare/lines.ts";
import { type Doomed, foreignKeysOf, rootId } from "./doomed-tables.ts";
import type { Member } from "./member.ts";
import { orderRows } from "./order-rows.ts";
import { type Recorded, whereNames } from "./statements.ts";

/** A temporary table of the rows as they were found, each by a number of its own. */
export function rawName({ number }: Member): string {
  return `tenantry_raw_${number}`;
}

/** Whoever points goes first, row by row; the order is found in Node, and numbers are all that goes there and back. */
export async function orderGroup(
  client: pg.ClientBase,
  catalog: Catalog,
  group: readonly Member[],
  places: number,
): Promise<void> {
  const offsets = new Map<Member, number>();
  let offset = 0;
  for (const member of group) {
    offsets.set(member, offset);
    const { rows } = await client.query<{ rows: number }>(
      `SELECT count(*)::float8 AS rows FROM pg_temp.${rawName(member)}`,
    );
    offset += rows[0]!.rows;
  }
  const edges = edgesSql(catalog, group, offsets);
  const from: number[] = [];
  const to: number[] = [];
  if (edges.length > 0)
    await forEachLine(
      copyOut(client, `COPY (${edges.join(" UNION ALL ")}) TO STDOUT`),
      (buffer, start, end) => {
        const [child, parent] = buffer.toString("latin1", start, end).split("\t");
        from.push(Number(child));
        to.push(Number(parent));
      },
    );
  const order = orderRows(places, { from: Int32Array.from(from), to: Int32Array.from(to) });
  for (const member of group) {
    const base = offsets.get(member)!;
    const next = group[group.indexOf(member) + 1];
    const rows = (next === undefined ? places : offsets.get(next)!) - base;
    const name = `tenantry_order_${member.number}`;
    await client.query(
      `CREATE TEMPORARY TABLE ${name} (raw bigint, place bigint, knot bigint) ON COMMIT DROP`,
    );
    await copyIn(client, `COPY pg_temp.${name} FROM STDIN`, orderLines(order, base, rows));
    await client.query(
      `CREATE TABLE ${member.record.place} AS
       SELECT o.place, o.knot, ${recordedNames(member.record)} FROM pg_temp.${rawName(member)} r JOIN pg_temp.${name} o ON o.raw = r.place
        ORDER BY o.place`,
    );
  }
}

function recordedNames(record: Recorded): string {
  return [...record.columns.values(), ...whereNames(record)].map((name) => `r.${name}`).join(", ");
}

async function* orderLines(
  { place, knot }: ReturnType<typeof orderRows>,
  base: number,
  rows: number,
): AsyncGenerator<Buffer> {
  const AT_ONCE = 20_000;
  for (let start = 0; start < rows; start += AT_ONCE) {
    let text = "";
    for (let row = start; row < Math.min(rows, start + AT_ONCE); row++)
      text += `${row + 1}\t${place[base + row]}\t${knot[base + row]}\n`;
    yield Buffer.from(text, "latin1");
  }
}

/** Every foreign key among the group's rows, as pairs of numbers. */
function edgesSql(
  catalog: Catalog,
  group: readonly Member[],
  offsets: ReadonlyMap<Member, number>,
): string[] {
  return group.flatMap((child) =>
    foreignKeysOf(catalog, child.doomed.table).flatMap((key): string[] => {
      const parent = group.find(({ doomed }) => doomed.table.id === rootId(catalog, key.table));
      if (parent === undefined) return [];
      const on = key.columns.map((name, at) => {
        const types = [typeOf(child.doomed, name), typeOf(parent.doomed, key.targetColumns[at]!)] as const;
        return `c.${child.record.columns.get(name)} ${operatorBetween(...types, "=")} p.${parent.record.columns.get(key.targetColumns[at]!)}`;
      });
      return [
        `SELECT c.place - 1 + ${offsets.get(child)}, p.place - 1 + ${offsets.get(parent)}
           FROM pg_temp.${rawName(child)} c JOIN pg_temp.${rawName(parent)} p ON ${on.join(" AND ")}`,
      ];
    }),
  );
}

function typeOf({ table }: Doomed, name: string): string {
  return table.columns.find((column) => column.name === name)!.baseType;
}
