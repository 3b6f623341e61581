/** A platform and one of its databases, as registered: what plans and runs start from. */
import { and, eq, isNull } from "drizzle-orm";
import type { Finding } from "../findings/finding.ts";
import { isId } from "../records/id.ts";
import { databases } from "../records/schema/databases.ts";
import { platformFiles, platforms } from "../records/schema/platforms.ts";
import { readPlatformFile } from "../tenancy/platform-file.ts";
import type { RegisteredDatabase, RegisteredPlatform } from "./contexts.ts";
import { type Answer, type DatabaseRow, type Engine, refuse } from "./engine.ts";

export interface Registered {
  readonly platform: RegisteredPlatform;
  readonly database: RegisteredDatabase;
  /** With its sealed addresses: `engine.connectionStrings` opens them where they are needed. */
  readonly row: DatabaseRow;
}

/** Both, as they are registered now; a finding where either is not, or its file cannot be read. */
export async function findRegistered(
  engine: Engine,
  platformId: string,
  databaseId: string,
): Promise<Answer<{ registered: Registered }>> {
  if (!isId(platformId) || !isId(databaseId)) return refuse(notRegistered());
  const [found] = await engine.records
    .select({ platform: platforms, file: platformFiles, database: databases })
    .from(platforms)
    .innerJoin(
      platformFiles,
      and(eq(platformFiles.platformId, platforms.id), eq(platformFiles.version, platforms.fileVersion)),
    )
    .innerJoin(databases, eq(databases.platformId, platforms.id))
    .where(
      and(
        eq(platforms.id, platformId),
        eq(databases.id, databaseId),
        isNull(platforms.deregisteredAt),
        isNull(databases.removedAt),
      ),
    );
  if (found === undefined) return refuse(notRegistered());
  const { file, findings } = readPlatformFile(found.file.text, `${found.platform.name}.yaml`);
  if (file === null) return refuse(...findings);
  const { id, name, store, compression } = found.platform;
  const { database } = found;
  return {
    ok: true,
    registered: {
      platform: { id, name, file, store, compression, folder: found.file.folder },
      database: {
        id: database.id,
        name: database.name,
        endpoint: database.endpoint,
        region: database.region,
      },
      row: database,
    },
  };
}

function notRegistered(): Finding {
  return {
    code: "database-not-registered",
    severity: "blocks",
    where: "database",
    what: "There is no such database, or it is not registered any more.",
    todo: "Pick a database from the platform's list.",
  };
}
