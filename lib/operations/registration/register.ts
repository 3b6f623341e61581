/** Registering a platform with its databases, and further databases of one that is there: looked at first. */
import { and, eq, isNull } from "drizzle-orm";
import { secretContext } from "../../access/secret-context.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import { blocks } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import type { RecordsTransaction } from "../../records/client.ts";
import { newId } from "../../records/id.ts";
import { databases } from "../../records/schema/databases.ts";
import { platformFiles, platforms } from "../../records/schema/platforms.ts";
import { readPlatformFile } from "../../tenancy/platform-file.ts";
import { makeEncryptionKey } from "../encryption/keys.ts";
import { type CheckedDatabase, checkDatabases } from "./check-databases.ts";
import { databaseNameTaken, platformNameReserved, platformNameTaken, platformNotThere } from "./findings.ts";
import type { NewDatabase, Registering, Registrar } from "./registrar.ts";

export interface NewPlatform {
  /** The platform file's YAML. */
  readonly text: string;
  /** Where its relative paths are relative to, on the worker's machine. */
  readonly folder?: string | null;
  readonly compression?: "gzip" | "zstd";
  readonly databases: readonly NewDatabase[];
}

/** The address of the form that registers one. */
const RESERVED = "new";

/** Every database is looked at before anything is stored; one that does not fit refuses the whole. */
export async function registerPlatform(
  console: Registrar,
  actor: Registering,
  platform: NewPlatform,
): Promise<Answer<{ platformId: string; databaseIds: readonly string[] }>> {
  if (!actor.permissions.has("register:platform")) return refuse(notPermitted("register:platform"));
  const { file, findings } = readPlatformFile(platform.text, "platform.yaml");
  if (file === null || blocks(findings)) return refuse(...findings);
  if (file.platform === RESERVED) return refuse(platformNameReserved(RESERVED));
  const checked = await checkDatabases(console, file, platform.databases);
  if (!checked.ok) return checked;
  const platformId = newId();
  return console.records.transaction(
    async (tx): Promise<Answer<{ platformId: string; databaseIds: string[] }>> => {
      const added = await tx
        .insert(platforms)
        .values({
          id: platformId,
          name: file.platform,
          fileVersion: 1,
          compression: platform.compression ?? "gzip",
        })
        .onConflictDoNothing()
        .returning({ id: platforms.id });
      if (added.length === 0) return refuse(platformNameTaken(file.platform));
      await tx.insert(platformFiles).values({
        platformId,
        version: 1,
        text: platform.text,
        folder: platform.folder ?? null,
        savedBy: actor.personId,
      });
      await recordAudit(tx, {
        actor,
        action: "platform.registered",
        subject: { type: "platform", id: platformId },
        platformId,
        data: { platform: file.platform },
      });
      const label = "made when it was registered";
      await makeEncryptionKey(tx, console.secrets, { platformId, label, actor });
      const databaseIds: string[] = [];
      for (const database of checked.databases)
        databaseIds.push(await store(console, tx, actor, platformId, database));
      return { ok: true, platformId, databaseIds };
    },
  );
}

/** Adds a database to a registered platform. */
export async function registerDatabase(
  console: Registrar,
  actor: Registering,
  platformId: string,
  database: NewDatabase,
): Promise<Answer<{ databaseId: string }>> {
  if (!actor.permissions.has("register:platform")) return refuse(notPermitted("register:platform"));
  const [row] = await console.records
    .select({ name: platforms.name, text: platformFiles.text })
    .from(platforms)
    .innerJoin(
      platformFiles,
      and(eq(platformFiles.platformId, platforms.id), eq(platformFiles.version, platforms.fileVersion)),
    )
    .where(and(eq(platforms.id, platformId), isNull(platforms.deregisteredAt)));
  if (row === undefined) return refuse(platformNotThere());
  const { file, findings } = readPlatformFile(row.text, `${row.name}.yaml`);
  if (file === null) return refuse(...findings);
  const checked = await checkDatabases(console, file, [database]);
  if (!checked.ok) return checked;
  return console.records.transaction(async (tx): Promise<Answer<{ databaseId: string }>> => {
    const taken = await tx
      .select({ id: databases.id })
      .from(databases)
      .where(
        and(
          eq(databases.platformId, platformId),
          eq(databases.name, database.name.trim()),
          isNull(databases.removedAt),
        ),
      );
    if (taken.length > 0) return refuse(databaseNameTaken(database.name.trim()));
    return { ok: true, databaseId: await store(console, tx, actor, platformId, checked.databases[0]!) };
  });
}

async function store(
  { secrets }: Registrar,
  tx: RecordsTransaction,
  actor: Registering,
  platformId: string,
  database: CheckedDatabase,
): Promise<string> {
  const id = newId();
  await tx.insert(databases).values({
    id,
    platformId,
    name: database.name,
    region: database.region,
    endpoint: database.endpoint,
    plannerUrl: secrets.seal(database.plannerUrl, secretContext.plannerUrl(id)),
    runnerUrl: secrets.seal(database.runnerUrl, secretContext.runnerUrl(id)),
  });
  await recordAudit(tx, {
    actor,
    action: "database.registered",
    subject: { type: "database", id },
    platformId,
    data: { database: database.name, endpoint: database.endpoint },
  });
  return id;
}
