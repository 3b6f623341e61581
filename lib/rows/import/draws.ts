/**
 * Fresh integers for a bundle's rows, drawn while they go by: before each piece of a table's lines as many as the rows
 * in it may need. On a connection of its own: the load's is in the middle of a COPY, and what a sequence has given is
 * given, whatever becomes of the transaction (PostgreSQL documentation, 9.17 Sequence Manipulation Functions).
 */
import type pg from "pg";
import type { Manifest } from "../../bundle/manifest.ts";
import { Refusal } from "../../findings/finding.ts";
import { connect } from "../../postgres/connection.ts";
import { describeDatabaseError } from "../../postgres/database-error.ts";
import { qualifiedColumn, qualifiedName } from "../../postgres/identifiers.ts";
import { pinSession } from "../../postgres/session.ts";
import { createDrawnIds, type DrawnIds, ReadFirst } from "../remap/drawn-ids.ts";
import type { IntegerMap } from "../remap/integer-map.ts";
import { isDrawn, type Remap } from "../remap/remap.ts";
import type { IdSourcePlan, RemapPlan, ValueRemap } from "../remap/remap-plan.ts";
import { storeIntegers } from "../remap/source-maps.ts";
import type { RunContext } from "../run-context.ts";
import type { ImportOutline } from "./outline.ts";
import { drawFresh } from "./sequences.ts";

export interface Draws {
  /** By id source. */
  readonly ids: ReadonlyMap<string, DrawnIds>;
  /** To be waited for before the lines of the table at this place in the manifest are mapped. */
  before(table: number, lines: Buffer): Promise<void>;
  /** To be waited for when the table has ended, before the next one's lines are mapped. */
  after(table: number): Promise<void>;
  /** What the maps take. */
  bytes(): number;
  /** As the journal keeps them, when all tables have ended. */
  stored(): Remap["integers"];
  end(): Promise<void>;
}

/** An array, a document or a text may name several rows. */
const NAMED_BY_ONE_VALUE = 8;

/** So many numbers must be left in a sequence, for a row may be supplied with more of them than it takes. */
const ROOM = 100_000_000;

/**
 * Whether fresh integers can be drawn as rows go by: not for a schema whose sequences nobody else sees before COMMIT, not
 * where the tenant's own key is one of them, which is wanted before the first row, and not from sequences that are
 * nearly at their end.
 */
export async function mayDrawOnTheWay(
  client: pg.ClientBase,
  { manifest, target, remap }: ImportOutline,
): Promise<boolean> {
  const tables = new Set(manifest.tables.map(({ schema, name }) => qualifiedName(schema, name)));
  const { table: root, key } = target.model.tenant;
  const drawn = [...remap.sources.values()].filter(isDrawn);
  if (drawn.length === 0) return true;
  if (target.newSchema !== undefined) return false;
  if (drawn.some(({ name, table }) => !tables.has(table) || name === qualifiedColumn(root ?? "", key)))
    return false;
  return haveRoom(
    client,
    drawn.map(({ fresh }) => fresh.sequence),
  );
}

/** What a role may not look at it may not draw from either: the first draw says so. */
async function haveRoom(client: pg.ClientBase, sequences: readonly string[]): Promise<boolean> {
  const { rows } = await client.query<{ most: boolean }>(
    `SELECT bool_and(CASE WHEN seqincrement > 0 THEN seqmax::numeric - reached ELSE reached - seqmin::numeric END
                     >= $2::numeric * abs(seqincrement)) AS most
       FROM (SELECT *, coalesce(CASE WHEN pg_catalog.has_sequence_privilege(seqrelid, 'USAGE, SELECT')
                                     THEN pg_catalog.pg_sequence_last_value(seqrelid) END, seqstart)::numeric AS reached
               FROM pg_catalog.pg_sequence WHERE seqrelid = ANY ($1::text[]::regclass[])) s`,
    [sequences, ROOM],
  );
  return rows[0]!.most === true;
}

/** Ids of one source that a row of a table may need, at most. */
interface Need {
  readonly source: IdSourcePlan & { readonly fresh: { readonly sequence: string } };
  readonly ids: DrawnIds;
  readonly perRow: number;
}

/** @param url of the database that is loaded into */
export async function openDraws(
  url: string,
  plan: RemapPlan,
  { tables }: Manifest,
  context: RunContext,
): Promise<Draws> {
  const ids = new Map<string, DrawnIds>();
  for (const source of plan.sources.values())
    if (isDrawn(source)) ids.set(source.name, createDrawnIds(source.name));
  const names = tables.map(({ schema, name }) => qualifiedName(schema, name));
  const needs = names.map((table, at) => needsOf(plan, names, table, at, ids));
  const ended = new Map<string, IntegerMap>();
  const client = ids.size === 0 ? null : await openConnection(url, context);

  /** One question at a time; what it gives is at hand when the next one is asked for. */
  let asked: Promise<void> = Promise.resolve();
  function draw({ source, ids }: Need, wanted: number): void {
    const drawn: number[] = [];
    asked = asked
      .then(() =>
        context.sideEffect(`draw ids ${source.name}`, () =>
          drawFresh(client!, source.fresh.sequence, wanted, (id) => drawn.push(id)).catch(orReadFirst),
        ),
      )
      .then(() => ids.supply(drawn));
    // It is waited for by whoever needs what it gives.
    asked.catch(() => {});
  }
  let last = -1;

  return {
    ids,
    async before(table, lines) {
      if (needs[table]!.length === 0) return;
      await asked;
      const rows = countLines(lines);
      for (const need of needs[table]!) {
        const lacking = rows * need.perRow - need.ids.supplied;
        if (lacking > 0) draw(need, lacking);
      }
      await asked;
      // A table that has gone on once will mostly go on: for as many rows again ids are drawn while these are mapped.
      for (const need of last === table ? needs[table]! : []) {
        const spare = need.ids.supplied - rows;
        const wanted = rows * need.perRow;
        if (spare < wanted) draw(need, wanted - spare);
      }
      last = table;
    },
    async after(table) {
      await asked;
      for (const need of needs[table]!) {
        if (need.source.table !== names[table]) continue;
        if (need.ids.supplied === 0) draw(need, 1);
        await asked;
        ended.set(need.source.name, need.ids.close());
      }
    },
    bytes: () => [...ids.values()].reduce((sum, { bytes }) => sum + bytes, 0),
    stored: () => Object.fromEntries([...ended].map(([name, map]) => [name, storeIntegers(map)])),
    async end() {
      await asked.catch(() => {});
      await client?.end();
    },
  };
}

/** More may be drawn on the way than is needed in the end: whoever knows how many it is draws no more than these. */
function orReadFirst(error: unknown): never {
  const isAtItsEnd = error instanceof Refusal && describeDatabaseError(error.cause).sqlstate === "2200H";
  throw isAtItsEnd ? new ReadFirst() : error;
}

async function openConnection(url: string, { signal }: RunContext): Promise<pg.Client> {
  const client = await connect(url, { applicationName: "tenantry ids", signal });
  await pinSession(client);
  await client.query("SET lock_timeout = '5s'");
  return client;
}

/** Of the sources whose own table has not ended: what has ended is only looked up. */
function needsOf(
  plan: RemapPlan,
  names: readonly string[],
  table: string,
  at: number,
  ids: ReadonlyMap<string, DrawnIds>,
): Need[] {
  const perRow = new Map<string, number>();
  for (const remap of plan.tables.get(table)?.remaps.flat() ?? [])
    for (const name of sourcesOf(remap))
      perRow.set(name, (perRow.get(name) ?? 0) + (remap.kind === "id" ? 1 : NAMED_BY_ONE_VALUE));
  return [...perRow].flatMap(([name, count]) => {
    const source = plan.sources.get(name)!;
    const isOpen = names.indexOf(source.table) >= at;
    return isDrawn(source) && isOpen ? [{ source, ids: ids.get(name)!, perRow: count }] : [];
  });
}

function sourcesOf(remap: ValueRemap): readonly string[] {
  return remap.kind === "pattern" ? Object.values(remap.sources) : [remap.source];
}

/** Lines that end in this piece: those are the rows that are mapped with it. */
function countLines(piece: Buffer): number {
  let lines = 0;
  for (let at = piece.indexOf(NEWLINE); at !== -1; at = piece.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

const NEWLINE = 0x0a;
