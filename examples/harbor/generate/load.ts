/** Writes tenants into a migrated, empty database. */
import type pg from "pg";
import { copyIn } from "../../../lib/postgres/copy-streams.ts";
import { quoteColumns, quoteQualified } from "../../../lib/postgres/identifiers.ts";
import { copyText, type Row } from "./copy-text.ts";
import { type Sizes, sizesOf } from "./sizes.ts";
import type { TableSource } from "./table-source.ts";
import { TENANT_TABLES } from "./tables/index.ts";
import type { Region, Tenant } from "./tenants.ts";
import { memberIds, USER_COLUMNS, userRows } from "./users.ts";
import { type Commons, tenantSeed, uuid, type World } from "./world.ts";

export interface LoadProgress {
  /** The tenant's slug; null for the rows that tenants share. */
  readonly tenant: string | null;
  readonly table: string;
  /** Rows of the table that have been sent so far. */
  readonly rows: number;
  readonly done: boolean;
}

/** Enough that reporting costs nothing, few enough that a person sees it move. */
const ROWS_BETWEEN_REPORTS = 20_000;

/** Loads the tenants' users and then one tenant after the other. Returns the rows of each tenant, by slug. */
export async function loadTenants(
  client: pg.ClientBase,
  region: Region,
  wanted: readonly { tenant: Tenant; scale: number }[],
  commons: Commons,
  onProgress: (progress: LoadProgress) => void,
): Promise<Map<string, number>> {
  const sized = wanted.map(({ tenant, scale }) => ({ tenant, sizes: sizesOf(tenant, scale) }));
  await copyRows(client, "users", USER_COLUMNS, userRows(region, sized), null, onProgress);
  const rows = new Map<string, number>();
  for (const world of worldsOf(sized, commons)) {
    let total = 0;
    for (const source of TENANT_TABLES) total += await loadTable(client, source, world, onProgress);
    rows.set(world.tenant.slug, total);
  }
  return rows;
}

function loadTable(
  client: pg.ClientBase,
  source: TableSource,
  world: World,
  onProgress: (progress: LoadProgress) => void,
): Promise<number> {
  return copyRows(client, source.table, source.columns, source.rows(world), world.tenant.slug, onProgress);
}

/** Each tenant's numbers begin where those of the one before it end. */
function worldsOf(sized: readonly { tenant: Tenant; sizes: Sizes }[], commons: Commons): World[] {
  const next = {
    customer: commons.firstInteger,
    ticket: commons.firstInteger,
    price: Math.max(...commons.prices.values()) + 1,
  };
  return sized.map(({ tenant, sizes }) => {
    const seed = tenantSeed(tenant);
    const world = { tenant, sizes, commons, firsts: { ...next }, members: memberIds(tenant, sizes), seed };
    next.customer += sizes.customers;
    next.ticket += sizes.tickets;
    next.price += sizes.prices;
    return { ...world, organization: uuid({ ...world, organization: "" }, "organization", 0) };
  });
}

async function copyRows(
  client: pg.ClientBase,
  table: string,
  columns: readonly string[],
  rows: Iterable<Row>,
  tenant: string | null,
  onProgress: (progress: LoadProgress) => void,
): Promise<number> {
  let sent = 0;
  const count = () => {
    sent++;
    if (sent % ROWS_BETWEEN_REPORTS === 0) onProgress({ tenant, table, rows: sent, done: false });
  };
  const sql = `COPY ${quoteQualified("public", table)} (${quoteColumns(columns)}) FROM STDIN`;
  const written = await copyIn(client, sql, copyText(rows, count));
  onProgress({ tenant, table, rows: written, done: true });
  return written;
}
