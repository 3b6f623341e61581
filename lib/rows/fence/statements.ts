/**
 * The fence's SQL: a schema `tenantry` of our own, and on each table with rows of the tenant one trigger an event, which
 * refuses whatever would touch them. Pure.
 *
 * A combined trigger with a WHEN is refused (an INSERT has no OLD); ENABLE ALWAYS holds under the replica role too; AFTER,
 * because then no other trigger can change the row any more. Where a table carries the tenant's key the WHEN alone
 * decides, so that nobody else's rows call a function. Whoever has passed (passFence) has no row looked at: the WHEN
 * answers before the event is even queued. PostgreSQL documentation, CREATE TRIGGER.
 */
import { createHash } from "node:crypto";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../../postgres/identifiers.ts";
import type { ModelTable, TenancyModel } from "../../tenancy/model.ts";
import { ownershipPredicate } from "../../tenancy/ownership-sql.ts";
import { tenantKeyLiteral } from "../tenant.ts";
import { carriesKey } from "./cost.ts";

/** SQLSTATE of a refused write, of a class of our own. */
export const FENCED = "MV001";

/**
 * Of all fences of a database. A trigger that finds no row of its tenant refuses: a snapshot may be older than the row,
 * never than the trigger.
 */
export const FENCE_SCHEMA = `
  CREATE SCHEMA IF NOT EXISTS tenantry;
  CREATE TABLE IF NOT EXISTS tenantry.fence (
    tenant text PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('open', 'held', 'armed', 'sealed')),
    epoch bigint NOT NULL,
    owner name NOT NULL DEFAULT session_user,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz,
    refused text NOT NULL,
    CHECK ((state = 'armed') = (expires_at IS NOT NULL))
  );
  CREATE TABLE IF NOT EXISTS tenantry.cleanup (
    tenant text NOT NULL,
    place integer NOT NULL,
    statement text NOT NULL,
    PRIMARY KEY (tenant, place)
  );
  CREATE OR REPLACE FUNCTION tenantry.hold(text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $hold$
    DECLARE fence tenantry.fence;
    BEGIN
      SELECT * INTO fence FROM tenantry.fence AS f WHERE f.tenant = $1;
      IF FOUND THEN
        IF fence.state = 'open' OR (fence.state = 'armed' AND fence.expires_at <= clock_timestamp()) THEN RETURN; END IF;
        IF session_user = fence.owner AND current_setting('tenantry.epoch', true) = fence.epoch::text THEN RETURN; END IF;
        PERFORM nextval(fence.refused::regclass);
      END IF;
      RAISE EXCEPTION USING ERRCODE = '${FENCED}',
        MESSAGE = 'this tenant is fenced: nothing of it is written until it is opened again',
        HINT = 'It is suspended in Tenantry, or about to be moved or deleted.';
    END $hold$;
  REVOKE ALL ON FUNCTION tenantry.hold(text) FROM PUBLIC;
  CREATE OR REPLACE FUNCTION tenantry.hold_row() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $hold$
    BEGIN PERFORM tenantry.hold(TG_ARGV[0]); RETURN NULL; END $hold$;
  REVOKE ALL ON FUNCTION tenantry.hold_row() FROM PUBLIC;`;

export interface FenceStatements {
  /** Takes it all down again, in this order; each may be run when there is nothing to take down. */
  readonly cleanup: readonly string[];
  /** Puts it up. Takes SHARE ROW EXCLUSIVE on each table for an instant. */
  readonly install: readonly string[];
  /** The sequence that counts refused writes: it survives their rollback. */
  readonly counter: string;
}

/** Of a transaction that has passed, until it ends: the fence's mark. */
export const PASSED = "tenantry.passed";

/** @param owner the session's user, whose alone it is to pass */
export function fenceStatements(model: TenancyModel, tenantKey: string, owner: string): FenceStatements {
  const mark = markOf(tenantKey);
  const counter = counterOf(tenantKey);
  const held = model.loadOrder.map((id, at) =>
    heldTable(model, model.tables.get(id)!, { tenantKey, mark, at, owner }),
  );
  return {
    counter,
    cleanup: [...held.flatMap(({ cleanup }) => cleanup), `DROP SEQUENCE IF EXISTS ${counter}`],
    install: [`CREATE SEQUENCE ${counter}`, ...held.flatMap(({ install }) => install)],
  };
}

/** The sequence that counts what the tenant's fence refuses: by the key alone, never by what a table says. */
export function counterOf(tenantKey: string): string {
  return quoteQualified("tenantry", `refused_${markOf(tenantKey)}`);
}

/** Of the triggers that each table of the tenant's has while its fence is up. */
export function triggerNames(tenantKey: string): string[] {
  return [...EVENTS.map(({ event }) => event), "TRUNCATE"].map((event) =>
    triggerName(markOf(tenantKey), event),
  );
}

function triggerName(mark: string, event: string): string {
  return `tenantry_fence_${mark}_${event.toLowerCase()}`;
}

/** What a tenant's triggers and functions are called by. */
export function markOf(tenantKey: string): string {
  return createHash("sha256").update(tenantKey).digest("hex").slice(0, 12);
}

interface Fenced {
  readonly tenantKey: string;
  readonly mark: string;
  readonly at: number;
  readonly owner: string;
}

const EVENTS = [
  { event: "INSERT", rows: ["new"] },
  { event: "UPDATE", rows: ["old", "new"] },
  { event: "DELETE", rows: ["old"] },
] as const;

function heldTable(model: TenancyModel, table: ModelTable, { tenantKey, mark, at, owner }: Fenced) {
  const on = quoteQualified(table.schema, table.name);
  const key = tenantKeyLiteral(model, tenantKey);
  const argument = quoteLiteral(tenantKey);
  const own = quoteQualified("tenantry", `hold_${mark}_${at}`);
  const name = (event: string) => quoteIdentifier(triggerName(mark, event));
  // A WHEN may not look into another table.
  const isPlain = carriesKey(table);
  const stays = `(SESSION_USER = ${quoteLiteral(owner)} AND pg_catalog.current_setting('${PASSED}', true) = '${mark}') IS NOT TRUE`;
  // Others' rows are told by their key first.
  const when = (rows: readonly string[]) =>
    isPlain && table.whole !== true
      ? `(${rows.map((row) => ownershipPredicate(model, table.id, row, key)).join(" OR ")}) AND ${stays}`
      : stays;
  const call = isPlain ? `tenantry.hold_row(${argument})` : `${own}()`;
  const triggers = EVENTS.map(
    ({ event, rows }) =>
      `CREATE TRIGGER ${name(event)} AFTER ${event} ON ${on} FOR EACH ROW WHEN (${when(rows)}) EXECUTE FUNCTION ${call}`,
  );
  // It would take everybody's rows, and has no row to look at.
  const truncate = `CREATE TRIGGER ${name("truncate")} BEFORE TRUNCATE ON ${on} FOR EACH STATEMENT EXECUTE FUNCTION tenantry.hold_row(${argument})`;
  const names = [...EVENTS.map(({ event }) => name(event)), name("truncate")];
  return {
    install: [
      ...(isPlain ? [] : [lookingFunction(own, model, table, tenantKey)]),
      ...triggers,
      truncate,
      ...names.map((trigger) => `ALTER TABLE ${on} ENABLE ALWAYS TRIGGER ${trigger}`),
    ],
    cleanup: [
      ...names.map((trigger) => `DROP TRIGGER IF EXISTS ${trigger} ON ${on}`),
      ...(isPlain ? [] : [`DROP FUNCTION IF EXISTS ${own}()`]),
    ],
  };
}

/** For a table that does not carry the key: looks each row up, before and after. */
function lookingFunction(name: string, model: TenancyModel, table: ModelTable, tenantKey: string): string {
  const owned = ownershipPredicate(model, table.id, "t", tenantKeyLiteral(model, tenantKey));
  const isOwned = (row: "OLD" | "NEW") => `EXISTS (SELECT FROM (SELECT ${row}.*) AS t WHERE ${owned})`;
  const body = `
    BEGIN
      IF TG_OP <> 'INSERT' THEN
        IF ${isOwned("OLD")} THEN PERFORM tenantry.hold(${quoteLiteral(tenantKey)}); RETURN NULL; END IF;
      END IF;
      IF TG_OP <> 'DELETE' THEN
        IF ${isOwned("NEW")} THEN PERFORM tenantry.hold(${quoteLiteral(tenantKey)}); END IF;
      END IF;
      RETURN NULL;
    END`;
  return `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog SET row_security = off AS ${dollarQuoted(body)}`;
}

/** Under a tag that the text does not hold: a key may be any text. */
function dollarQuoted(text: string): string {
  let tag = "$hold$";
  for (let at = 1; text.includes(tag); at++) tag = `$hold${at}$`;
  return `${tag}${text}${tag}`;
}
