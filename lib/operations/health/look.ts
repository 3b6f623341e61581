/** A look at a registered database: can it be reached, may its roles do their work, does the model cover all of it? */
import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type pg from "pg";
import { type Manifest, manifestSchema } from "../../bundle/manifest.ts";
import { canonicalHash } from "../../canonical/json.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { readCatalog } from "../../catalog/read.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { readLedger } from "../../ledger/detect.ts";
import { earlierFingerprints } from "../../ledger/fingerprint.ts";
import { connect } from "../../postgres/connection.ts";
import { sessionsShared, sharesSessions } from "../../postgres/pooler.ts";
import { pinSession } from "../../postgres/session.ts";
import type { Records } from "../../records/client.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { databases } from "../../records/schema/databases.ts";
import { exportRights } from "../../rows/export/rights.ts";
import { examinedInTime } from "../../rows/suspects/examine.ts";
import { deriveModel } from "../../tenancy/derive-model.ts";
import type { TenancyModel } from "../../tenancy/model.ts";
import type { PlatformFile } from "../../tenancy/platform-file.ts";
import { escapedSince } from "../../tenancy/since-bundle.ts";
import { viewOfFirst } from "../../tenancy/tenant-schema.ts";
import type { Console } from "../console.ts";
import { type RegisteredPair, registeredPair } from "../directory.ts";
import { planFinding } from "../shared/subject.ts";
import { type DatabaseHealth, databaseHealth } from "./database-health.ts";
import { readReplication } from "./replication.ts";
import { foldRights, roleHealth, writingRights } from "./rights.ts";
import { keepTableSizes } from "./table-sizes.ts";

/** What a sample of the rows says holds for so long, in milliseconds, where schema and platform file stay. */
const SAMPLE_HOLDS = 60 * 60 * 1000;

/**
 * Looks, and keeps what it found. A database that cannot be reached is a finding, not an error; what was known of it
 * stays, also to tell it from another that somebody puts in its place.
 *
 * @param sample of the rows: `now` where somebody asks; a worker looks every few minutes, and has a former one
 */
export async function lookAtDatabase(
  { records, secrets }: Pick<Console, "records" | "secrets">,
  databaseId: string,
  signal?: AbortSignal,
  sample: "now" | "seldom" = "seldom",
): Promise<DatabaseHealth> {
  const began = performance.now();
  let health: DatabaseHealth;
  try {
    const pair = await registeredPair(records, secrets, databaseId);
    const bundled = await lastManifest(records, pair.platform.id);
    const former = sample === "now" ? NOTHING : await formerHealth(records, databaseId);
    const seen = (catalog: Catalog) => keepTableSizes(records, databaseId, catalog);
    const found = await look(pair, { bundled, former, seen }, signal);
    health = { ...found, reachedAt: new Date().toISOString(), tookMs: millisecondsSince(began) };
  } catch (error) {
    signal?.throwIfAborted();
    const known = planFinding(error, databaseId);
    if (!(known instanceof Refusal)) throw error;
    const former = await formerHealth(records, databaseId);
    health = {
      ...former,
      reachable: false,
      replication: NOTHING.replication,
      tookMs: millisecondsSince(began),
      findings: [...known.findings],
    };
  }
  await records.update(databases).set({ health, healthAt: sql`now()` }).where(eq(databases.id, databaseId));
  return health;
}

const millisecondsSince = (began: number) => Math.round(performance.now() - began);

async function formerHealth(records: Records, databaseId: string): Promise<DatabaseHealth> {
  const [row] = await records
    .select({ health: databases.health })
    .from(databases)
    .where(eq(databases.id, databaseId));
  return databaseHealth.safeParse(row?.health).data ?? NOTHING;
}

const NOTHING: DatabaseHealth = {
  reachable: false,
  reachedAt: null,
  tookMs: 0,
  server: null,
  database: null,
  runner: null,
  planner: null,
  ledger: null,
  replication: { replicas: [], ownLagSeconds: null },
  invalidIndexes: [],
  model: null,
  findings: [],
};

/** Of the platform's last bundle that is whole and still there; null before the first. */
async function lastManifest(records: Records, platformId: string): Promise<Manifest | null> {
  const [last] = await records
    .select({ manifest: bundles.manifest })
    .from(bundles)
    .where(
      and(
        eq(bundles.platformId, platformId),
        eq(bundles.state, "ready"),
        eq(bundles.origin, "export"),
        isNotNull(bundles.manifest),
      ),
    )
    .orderBy(desc(bundles.createdAt), desc(bundles.id))
    .limit(1);
  return manifestSchema.safeParse(last?.manifest).data ?? null;
}

interface Known {
  readonly bundled: Manifest | null;
  /** What the look before this one found. */
  readonly former: DatabaseHealth;
  /** Told of the catalog that it has read. */
  readonly seen: (catalog: Catalog) => Promise<void>;
}

async function look(
  pair: RegisteredPair,
  { bundled, former, seen }: Known,
  signal?: AbortSignal,
): Promise<DatabaseHealth> {
  const { platform, plannerUrl, runnerUrl } = pair;
  const shared = await sharesSessions(runnerUrl, signal);
  const { file } = platform;
  const { planner, sampled } = await withSession(plannerUrl, signal, async (client) => {
    const planner = viewOfFirst(await readCatalog(client), file);
    return { planner, sampled: await examine(client, planner, file, former) };
  });
  return withSession(runnerUrl, signal, async (client) => {
    const catalog = viewOfFirst(await readCatalog(client), file);
    await seen(catalog);
    const model = deriveModel(catalog, file);
    const { ledger, findings: ledgerFindings } = await readLedger(client, { tool: file.ledger });
    const { inRecovery, ...replication } = await readReplication(client);
    const { rows } = await client.query<{ bytes: number }>(
      "SELECT pg_catalog.pg_database_size(current_database())::float8 AS bytes",
    );
    const indexes = invalidIndexes(catalog);
    const { server, database } = catalog;
    return {
      ...NOTHING,
      reachable: true,
      server: { ...server, inRecovery },
      database: {
        name: database.name,
        encoding: database.encoding,
        collation: database.collation,
        bytes: rows[0]!.bytes,
      },
      runner: roleHealth(catalog, model),
      planner: roleHealth(planner, model),
      ledger:
        ledger === null
          ? null
          : {
              tool: ledger.tool,
              version: ledger.version,
              fingerprint: ledger.fingerprint,
              applied: ledger.applied.length,
              earlier: earlierFingerprints(ledger.applied),
            },
      replication,
      invalidIndexes: indexes,
      model: { ...modelFacts(model, file), sampledAt: sampled.at },
      findings: [
        ...sampled.findings,
        ...(bundled === null ? [] : escapedSince(bundled, model)),
        ...ledgerFindings,
        ...foldRights([...exportRights(planner, model), ...writingRights(catalog, model)]),
        ...(shared ? [sessionsShared(database.name)] : []),
        ...(inRecovery ? [isReplica(database.name)] : []),
        ...indexes.map(invalidIndex),
      ],
    };
  });
}

async function withSession<T>(
  url: string,
  signal: AbortSignal | undefined,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connect(url, { applicationName: "tenantry health", readOnly: true, signal });
  try {
    await pinSession(client);
    await client.query("SET lock_timeout = '5s'");
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The model's findings with what a sample says of suspected references: one taken now, or the former look's. */
async function examine(
  client: pg.Client,
  catalog: Catalog,
  file: PlatformFile,
  former: DatabaseHealth,
): Promise<{ readonly findings: readonly Finding[]; readonly at: string }> {
  const model = deriveModel(catalog, file);
  const { version, file: hash, sampledAt } = former.model ?? {};
  const isSame = former.reachable && version === model.version && hash === canonicalHash(file);
  if (isSame && sampledAt !== undefined && Date.now() - Date.parse(sampledAt) < SAMPLE_HOLDS) {
    const isSuspected = ({ code }: Finding) => code === "suspected-reference";
    const others = model.findings.filter((finding) => !isSuspected(finding));
    return { findings: [...others, ...former.findings.filter(isSuspected)], at: sampledAt };
  }
  const { findings } = await examinedInTime(client, { catalog, model, file });
  return { findings, at: new Date().toISOString() };
}

function modelFacts(model: TenancyModel, file: PlatformFile): NonNullable<DatabaseHealth["model"]> {
  const classes: Record<string, number> = {};
  for (const table of model.tables.values()) classes[table.class] = (classes[table.class] ?? 0) + 1;
  return {
    version: model.version,
    file: canonicalHash(file),
    classes,
    references: model.references.length,
  };
}

function invalidIndexes(catalog: Catalog): DatabaseHealth["invalidIndexes"] {
  return [...catalog.tables.values()].flatMap((table) =>
    table.indexes.filter(({ valid }) => !valid).map((index) => ({ table: table.id, index: index.name })),
  );
}

function invalidIndex({ table, index }: DatabaseHealth["invalidIndexes"][number]): Finding {
  return {
    code: "index-invalid",
    severity: "warns",
    where: `${table} (${index})`,
    what: "This index is invalid: it costs every write and helps no read.",
    todo: "REINDEX INDEX CONCURRENTLY it, or drop it.",
  };
}

function isReplica(where: string): Finding {
  return {
    code: "database-in-recovery",
    severity: "blocks",
    where,
    what: "This server is a replica: exports can read it, nothing can be written.",
    todo: "Register the primary's address.",
  };
}
