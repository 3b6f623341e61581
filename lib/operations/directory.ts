/** Registered platforms and databases, read fresh from the records on each call: what a run works on. */
import { and, eq, isNull } from "drizzle-orm";
import type { SecretBox } from "../access/secret-box.ts";
import { secretContext } from "../access/secret-context.ts";
import type { RegisteredDatabase, RegisteredPlatform } from "../engine/contexts.ts";
import { blocks, Refusal } from "../findings/finding.ts";
import type { RecordsSession } from "../records/client.ts";
import { databases, platformFiles, platforms } from "../records/schema/index.ts";
import { readPlatformFile } from "../tenancy/platform-file.ts";

export interface RegisteredPair {
  readonly platform: RegisteredPlatform;
  readonly database: RegisteredDatabase;
  /** Connection strings in the clear. Never logged, never shown. */
  readonly plannerUrl: string;
  readonly runnerUrl: string;
}

/**
 * One database with its platform.
 *
 * @throws Refusal where it was removed or deregistered, or its connection strings cannot be opened
 */
export async function registeredPair(
  records: RecordsSession,
  secrets: SecretBox,
  databaseId: string,
): Promise<RegisteredPair> {
  const [row] = await records
    .select({ database: databases, platform: platforms, file: platformFiles })
    .from(databases)
    .innerJoin(platforms, eq(platforms.id, databases.platformId))
    .innerJoin(
      platformFiles,
      and(eq(platformFiles.platformId, platforms.id), eq(platformFiles.version, platforms.fileVersion)),
    )
    .where(and(eq(databases.id, databaseId), isNull(databases.removedAt), isNull(platforms.deregisteredAt)));
  if (row === undefined) throw new Refusal(notRegistered(databaseId));
  const { database, platform, file } = row;
  return {
    platform: platformOf({ platform, file }),
    database: {
      id: database.id,
      name: database.name,
      endpoint: database.endpoint,
      region: database.region,
    },
    plannerUrl: secrets.open(database.plannerUrl, secretContext.plannerUrl(database.id)),
    runnerUrl: secrets.open(database.runnerUrl, secretContext.runnerUrl(database.id)),
  };
}

/**
 * One platform, whatever databases it has.
 *
 * @throws Refusal where it was deregistered
 */
export async function registeredPlatform(
  records: RecordsSession,
  platformId: string,
): Promise<RegisteredPlatform> {
  const [row] = await records
    .select({ platform: platforms, file: platformFiles })
    .from(platforms)
    .innerJoin(
      platformFiles,
      and(eq(platformFiles.platformId, platforms.id), eq(platformFiles.version, platforms.fileVersion)),
    )
    .where(and(eq(platforms.id, platformId), isNull(platforms.deregisteredAt)));
  if (row === undefined) throw new Refusal(notRegistered(platformId));
  return platformOf(row);
}

/** Every database in use, by platform and name: what the census and the health check go through. */
export async function registeredDatabaseIds(records: RecordsSession): Promise<string[]> {
  const rows = await records
    .select({ id: databases.id })
    .from(databases)
    .innerJoin(platforms, eq(platforms.id, databases.platformId))
    .where(and(isNull(databases.removedAt), isNull(platforms.deregisteredAt)))
    .orderBy(platforms.name, databases.name);
  return rows.map(({ id }) => id);
}

function platformOf({
  platform,
  file,
}: {
  readonly platform: typeof platforms.$inferSelect;
  readonly file: typeof platformFiles.$inferSelect;
}): RegisteredPlatform {
  return {
    id: platform.id,
    name: platform.name,
    file: platformFileOf(file.text, platform.name),
    folder: file.folder,
    store: platform.store,
    compression: platform.compression,
  };
}

function platformFileOf(text: string, name: string) {
  const { file, findings } = readPlatformFile(text, `${name}.yaml`);
  if (file === null || blocks(findings)) throw new Refusal(findings);
  return file;
}

function notRegistered(where: string) {
  return {
    code: "database-not-registered",
    severity: "blocks",
    where,
    what: "This database is not registered with the console, or not any more.",
    todo: "Register it under Platforms.",
  } as const;
}
