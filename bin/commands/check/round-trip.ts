/**
 * `tenantry check --round-trip`: makes tenants for the platform's schema on a throwaway server, exports one of them,
 * imports it beside, and counts in every table what has come along. What counts is found without the model.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { folderStore } from "../../../lib/bundle/stores/folder.ts";
import type { Catalog } from "../../../lib/catalog/catalog.ts";
import { readCatalog } from "../../../lib/catalog/read.ts";
import type { Finding } from "../../../lib/findings/finding.ts";
import { connect } from "../../../lib/postgres/connection.ts";
import { quoteIdentifier } from "../../../lib/postgres/identifiers.ts";
import { embeddedDrillServer, namedDrillServer } from "../../../lib/rows/drill/drill-server.ts";
import { exportTenant } from "../../../lib/rows/export/export-tenant.ts";
import { importTenant } from "../../../lib/rows/import/import-tenant.ts";
import { chosenKey } from "../../../lib/rows/import/substitutions.ts";
import { countRows, type MadeRows, makeRows } from "../../../lib/rows/made/make-rows.ts";
import { whoseTables } from "../../../lib/rows/made/whose.ts";
import { makeSchemaOnceMore } from "../../../lib/rows/schema-once-more.ts";
import { isSchemaName } from "../../../lib/rows/tenant.ts";
import { isLedgerTable } from "../../../lib/tenancy/ledger-tables.ts";
import type { TenancyModel } from "../../../lib/tenancy/model.ts";
import type { PlatformFile } from "../../../lib/tenancy/platform-file.ts";
import {
  schemaNameOf,
  schemaPattern,
  tenantSchemas,
  viewOfFirst,
  viewOfTenant,
} from "../../../lib/tenancy/tenant-schema.ts";
import { openBundleFile, readInput } from "../../cli/inputs.ts";
import type { Run } from "../../cli/task.ts";
import { VERSION } from "../../cli/version.ts";

export interface RoundTrip {
  /** Tables of which rows went round, and rows of one tenant. */
  readonly tables: number;
  readonly rows: number;
  readonly findings: readonly Finding[];
}

export interface RoundTripRequest {
  /** The platform's database: its schema is read, and nothing else. */
  readonly url: string;
  readonly file: PlatformFile;
  readonly model: TenancyModel;
  /** A file with SQL for tables that no row can be made for. */
  readonly seed: string | undefined;
  /** A superuser's address of a server that holds nothing; null for one that is started and thrown away. */
  readonly server: string | null;
}

/** What the made tenant's copy is called. */
const COPY = "trial";

/** @throws Refusal where the schema cannot be copied, or the trial's tenant is refused on its way */
export async function goRound(request: RoundTripRequest, run: Run): Promise<RoundTrip> {
  const { signal } = run.context;
  const server =
    request.server === null
      ? await embeddedDrillServer()
      : await namedDrillServer(request.server, request.url, signal);
  const folder = await mkdtemp(join(tmpdir(), "tenantry-round-trip-"));
  try {
    const { url } = server;
    const client = await connect(url, { applicationName: "tenantry round trip", signal });
    try {
      // Of tenants' schemas one is enough: the others are like it.
      await makeSchemaOnceMore(
        request.url,
        client,
        signal,
        (catalog) => new Set(tenantSchemas(catalog, request.file).slice(1)),
      );
      return await goRoundOn({ url, client, folder }, request, run);
    } finally {
      await client.end();
    }
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The platform's schema, without a row, and a folder. Whoever made them throws them away. */
export interface Ground {
  readonly url: string;
  readonly client: pg.Client;
  readonly folder: string;
}

export async function goRoundOn(
  ground: Ground,
  request: Omit<RoundTripRequest, "url" | "server">,
  run: Pick<Run, "context">,
): Promise<RoundTrip> {
  const { file, model } = request;
  const { url, client, folder } = ground;
  const catalog = viewOfFirst(await readCatalog(client), file);
  const root = model.tenant.table === null ? null : catalog.tables.get(model.tenant.table)!;
  const whose = whoseTables(catalog, file, root);
  const skipped = new Set(
    [...model.tables.values()]
      .filter((table) => table.class === "excluded" || isLedgerTable(table.name))
      .map(({ id }) => id),
  );
  const seed = await seedOf(request);
  const made = await makeRows(client, { catalog, root, whose, model, skipped, seed });
  if (made.findings.length > 0) return { tables: 0, rows: 0, findings: made.findings };
  const tables = [...whose.tenants].filter((id) => !skipped.has(id));
  const tenant = await settle(client, catalog, file, made);
  const before = await rowsOf(
    client,
    catalog,
    tables.filter((id) => !whose.whole.has(id)),
  );
  const { name, manifest, findings } = await exportTenant(
    {
      url,
      platform: file,
      tenant,
      store: folderStore(folder),
      name: "trial.tar.gz",
      compression: "gzip",
      engineVersion: VERSION,
    },
    run.context,
  );
  const source = await openBundleFile(join(folder, name), run.context.signal);
  try {
    const isNamed = made.tenant?.slug != null || isSchemaName(model);
    const isChosen = chosenKey(model) && !isSchemaName(model) && model.tenant.key !== model.tenant.slug;
    const imported = await importTenant(
      {
        source,
        url,
        platform: file,
        ids: "fresh",
        newSlug: isNamed ? COPY : undefined,
        newKey: isChosen ? (made.freeKey ?? undefined) : undefined,
        newDomains: new Map(manifest.tenant.domains.map((domain) => [domain, `again-${domain}`])),
        unreviewed: true,
        journal: () => join(folder, "trial.json"),
      },
      run.context,
    );
    const copy = await viewOf(client, file, imported.tenant);
    const after = await rowsOf(client, copy, tables);
    const left = tables.flatMap((id) => {
      const rows = made.counts.get(id)?.a ?? 0;
      const come = after.get(id)! - (before.get(id) ?? 0);
      return come === rows ? [] : [leftBehind(id, rows, come)];
    });
    const whole = [...findings, ...imported.findings].filter(({ severity }) => severity === "blocks");
    const rows = tables.reduce((sum, id) => sum + (made.counts.get(id)?.a ?? 0), 0);
    return { tables: tables.length, rows, findings: [...whole, ...left] };
  } finally {
    await source.close();
  }
}

async function seedOf({ seed }: Pick<RoundTripRequest, "seed">): Promise<string | null> {
  return seed === undefined ? null : (await readInput(seed, "seed-unreadable", "--seed")).toString("utf8");
}

/**
 * Where each tenant has a schema of its own, the one in which rows were made gets the made tenant's name.
 *
 * @returns how the tenant is called
 */
async function settle(
  client: pg.Client,
  { tenantSchema }: Catalog,
  file: PlatformFile,
  { tenant }: MadeRows,
): Promise<string> {
  const pattern = schemaPattern(file);
  if (pattern === null || tenantSchema === undefined) return tenant!.key;
  const { name } = tenantSchema;
  const own = tenant === null ? null : schemaNameOf(pattern, tenant);
  if (own === null) return name.slice(pattern.before.length, name.length - pattern.after.length);
  await client.query(`ALTER SCHEMA ${quoteIdentifier(name)} RENAME TO ${quoteIdentifier(own)}`);
  return tenant!.key;
}

async function viewOf(
  client: pg.Client,
  file: PlatformFile,
  tenant: { readonly key: string; readonly slug: string | null },
): Promise<Catalog> {
  const catalog = await readCatalog(client);
  const pattern = schemaPattern(file);
  const schema = pattern === null ? null : schemaNameOf(pattern, tenant);
  return schema === null ? catalog : viewOfTenant(catalog, file, schema);
}

async function rowsOf(
  client: pg.Client,
  { tables }: Catalog,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, await countRows(client, tables.get(id)!));
  return counts;
}

function leftBehind(table: string, rows: number, come: number): Finding {
  return {
    code: "escapes-export",
    severity: "blocks",
    where: table,
    count: rows - come,
    what: `${table} holds rows of a tenant, and of ${rows} that were made for one, ${come} came along with its export.`,
    todo: `Give the table a way to the tenant under \`tables\`, or say \`${table}: excluded\` if its rows may be lost with the tenant.`,
  };
}
