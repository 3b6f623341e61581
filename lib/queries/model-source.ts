/** A platform's model over one of its databases as it is now: what the pages of the model are made from. */
import "server-only";
import { eq } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { canonicalHash } from "../canonical/json.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { type Finding, Refusal } from "../findings/finding.ts";
import type { Console } from "../operations/console.ts";
import { registeredPair } from "../operations/directory.ts";
import { type DatabaseHealth, databaseHealth } from "../operations/health/database-health.ts";
import { withLook } from "../operations/registration/look.ts";
import { databases } from "../records/schema/databases.ts";
import { deriveModel } from "../tenancy/derive-model.ts";
import type { TenancyModel } from "../tenancy/model.ts";
import type { PlatformFile } from "../tenancy/platform-file.ts";
import { viewOfFirst } from "../tenancy/tenant-schema.ts";
import { type DatabaseRef, findPlatform, listDatabases } from "./platform.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

/** A page that waits longer has lost its person. */
const PATIENCE_MS = 20_000;

export interface ModelRead {
  /** Where each tenant has a schema of its own, as the first of them sees it. */
  readonly catalog: Catalog;
  readonly model: TenancyModel;
  readonly file: PlatformFile;
  /**
   * Suspected references that nobody has answered: by names and by data where the last look saw this schema and this
   * file, else by names alone.
   */
  readonly suspected: number;
}

/** The open session is there for the length of the callback; reads only. */
export type ModelWork<T> = (
  read: ModelRead,
  client: Parameters<Parameters<typeof withLook>[3]>[0],
) => Promise<T>;

export interface ModelSource<T> {
  readonly platform: string;
  readonly databases: readonly DatabaseRef[];
  readonly database: string | null;
  /** Null where there is no database, or `refused` says why it could not be read. */
  readonly view: T | null;
  readonly refused: readonly Finding[];
}

/**
 * @param database by name; the platform's first when null
 * @returns null where there is no such platform or database
 * @throws Refused
 */
export async function readModelSource<T>(
  console: Pick<Console, "records" | "secrets">,
  actor: Actor,
  name: string,
  database: string | null,
  work: ModelWork<T>,
): Promise<ModelSource<T> | null> {
  authorise(actor, "see");
  const platform = await findPlatform(console, name);
  if (platform === null) return null;
  const homes = await listDatabases(console, platform.id);
  const home = database === null ? homes[0] : homes.find((each) => each.name === database);
  if (home === undefined && database !== null) return null;
  const none = { platform: name, databases: homes, database: home?.name ?? null, view: null, refused: [] };
  if (home === undefined) return none;
  try {
    const pair = await registeredPair(console.records, console.secrets, home.id);
    const { file } = pair.platform;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const options = { signal, forPage: true };
    const health = await lastLook(console, home.id);
    const view = await withLook(pair.plannerUrl, pair.database.endpoint, options, (client, { catalog }) => {
      const model = deriveModel(catalog, file);
      const suspected = suspectedOf(model, file, health);
      return work({ catalog: viewOfFirst(catalog, file), model, file, suspected }, client);
    });
    return { ...none, view };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...none, refused: error.findings };
  }
}

function suspectedOf(model: TenancyModel, file: PlatformFile, health: DatabaseHealth | null): number {
  const isSame =
    health?.reachable === true &&
    health.model?.version === model.version &&
    health.model.file === canonicalHash(file);
  const { findings } = isSame ? health : model;
  return findings.filter(({ code }) => code === "suspected-reference").length;
}

async function lastLook({ records }: Source, databaseId: string): Promise<DatabaseHealth | null> {
  const [row] = await records
    .select({ health: databases.health })
    .from(databases)
    .where(eq(databases.id, databaseId));
  return databaseHealth.safeParse(row?.health).data ?? null;
}
