/** Brings up one database of Harbor, the demo platform: schema, shared rows, tenants. */
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { Refusal } from "../../lib/findings/finding.ts";
import { migrate } from "../../lib/ledger/migrate.ts";
import { sqlxAdapter } from "../../lib/ledger/sqlx.ts";
import { connect } from "../../lib/postgres/connection.ts";
import { advanceSequences, confineSequences, settleCommons } from "./generate/commons.ts";
import { type LoadProgress, loadTenants } from "./generate/load.ts";
import { type Region, TENANTS, type Tenant } from "./generate/tenants.ts";

export { type Region, scaleForRows, TENANTS, type Tenant } from "./generate/tenants.ts";

/** Where the platform's migrations lie. */
export const HARBOR_MIGRATIONS = fileURLToPath(new URL("migrations", import.meta.url));
/** What Tenantry has to know of it. */
export const HARBOR_PLATFORM_FILE = fileURLToPath(new URL("platform.yaml", import.meta.url));

export interface HarborOptions {
  readonly region: Region;
  /** 1: about 60,000 rows for the biggest tenant; any number above 0. */
  readonly scale: number;
  /** Slugs of the region's tenants to load; all of them when left out. */
  readonly tenants?: "all" | readonly string[];
  /** A tenant's own scale, by slug, in place of `scale`. */
  readonly scales?: Readonly<Record<string, number>>;
  readonly onProgress?: (progress: HarborProgress) => void;
}

export type HarborProgress =
  | { readonly step: "migrating"; readonly migration: string }
  | ({ readonly step: "loading" } & LoadProgress)
  | { readonly step: "analysing" };

/**
 * Migrates the database that `url` names to the head and fills it with the region's tenants; every value but the
 * ledger's times follows from region and scale. The role must be a superuser: rows go in under the replica role
 * (documentation, 19.11.1, session_replication_role), counters and search vectors as the triggers would have left
 * them. All rows commit together, so that an interrupted filling leaves an empty schema and can be begun again.
 *
 * Returns the rows of each tenant in all tables together, by slug. Refuses with `harbor-already-filled`; wrong
 * options throw.
 */
export async function setUpHarbor(url: string, options: HarborOptions): Promise<Map<string, number>> {
  const wanted = wantedTenants(options);
  const report = options.onProgress ?? (() => {});
  const client = await connect(url, { applicationName: "harbor set-up" });
  try {
    await migrate(client, sqlxAdapter, HARBOR_MIGRATIONS, {
      onApplied: (file) => report({ step: "migrating", migration: file.name }),
    });
    await refuseFilled(client);
    await client.query("BEGIN");
    await client.query("SET LOCAL session_replication_role = replica");
    await client.query("SET LOCAL synchronous_commit = off");
    await confineSequences(client, options.region);
    const commons = await settleCommons(client, options.region);
    const rows = await loadTenants(client, options.region, wanted, commons, (progress) =>
      report({ step: "loading", ...progress }),
    );
    await advanceSequences(client);
    await client.query("COMMIT");
    report({ step: "analysing" });
    await client.query("ANALYZE");
    return rows;
  } finally {
    await client.end();
  }
}

function wantedTenants({ region, scale, scales, tenants = "all" }: HarborOptions) {
  const here = TENANTS.filter((tenant) => tenant.region === region);
  const wanted = tenants === "all" ? here : tenants.map((slug) => tenantOf(here, slug));
  return wanted.map((tenant) => {
    const own = scales?.[tenant.slug] ?? scale;
    if (!(own > 0)) throw new RangeError(`scale must be above 0, not ${own}`);
    return { tenant, scale: own };
  });
}

function tenantOf(here: readonly Tenant[], slug: string): Tenant {
  const found = here.find((tenant) => tenant.slug === slug);
  if (found !== undefined) return found;
  throw new RangeError(
    `no tenant ${slug} in this region; there are ${here.map((tenant) => tenant.slug).join(", ")}`,
  );
}

const HAS_TENANTS = "SELECT EXISTS (SELECT FROM organizations) AS filled";

async function refuseFilled(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ filled: boolean }>(HAS_TENANTS);
  if (rows[0]?.filled !== true) return;
  throw new Refusal({
    code: "harbor-already-filled",
    severity: "blocks",
    where: "public.organizations",
    what: "the database already holds tenants of the demo platform",
    todo: "use an empty database, or drop this one and create it again",
  });
}
