/** A new version of a platform's file, tried on every database of the platform before it is in force. */
import { and, eq, isNull } from "drizzle-orm";
import { secretContext } from "../../access/secret-context.ts";
import { type Answer, refuse } from "../../engine/engine.ts";
import { notPermitted } from "../../engine/people.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import { isId } from "../../records/id.ts";
import { databases } from "../../records/schema/databases.ts";
import { platformFiles, platforms } from "../../records/schema/platforms.ts";
import { type PlatformFile, readPlatformFile } from "../../tenancy/platform-file.ts";
import { fileChangedMeanwhile, otherPlatformName, platformNotThere } from "./findings.ts";
import { lookAt, modelOf } from "./look.ts";
import type { Registering, Registrar } from "./registrar.ts";

export interface FileChange {
  readonly platformId: string;
  readonly text: string;
  /** The version that the person saw. */
  readonly version: number;
  /** The earlier version whose text this is, where one is brought back. */
  readonly restores?: number | null;
}

/** Saves it; coverage findings that block do not refuse the file, they stand on the platform's page. */
export async function savePlatformFile(
  console: Registrar,
  actor: Registering,
  { platformId, text, version, restores }: FileChange,
): Promise<Answer<{ version: number; findings: readonly Finding[] }>> {
  if (!actor.permissions.has("change:model")) return refuse(notPermitted("change:model"));
  if (!isId(platformId)) return refuse(platformNotThere());
  const { file, findings } = readPlatformFile(text, "platform.yaml");
  if (file === null || blocks(findings)) return refuse(...findings);
  const tried = await tryOnDatabases(console, platformId, file);
  if (!tried.ok) return tried;
  return console.records.transaction(
    async (tx): Promise<Answer<{ version: number; findings: readonly Finding[] }>> => {
      const [platform] = await tx
        .select()
        .from(platforms)
        .where(and(eq(platforms.id, platformId), isNull(platforms.deregisteredAt)))
        .for("update");
      if (platform === undefined) return refuse(platformNotThere());
      if (platform.name !== file.platform) return refuse(otherPlatformName(platform.name));
      if (platform.fileVersion !== version) return refuse(fileChangedMeanwhile());
      const [former] = await tx
        .select()
        .from(platformFiles)
        .where(and(eq(platformFiles.platformId, platformId), eq(platformFiles.version, version)));
      const next = version + 1;
      await tx.insert(platformFiles).values({
        platformId,
        version: next,
        text,
        folder: former?.folder ?? null,
        savedBy: actor.personId,
      });
      await tx.update(platforms).set({ fileVersion: next }).where(eq(platforms.id, platformId));
      await recordAudit(tx, {
        actor,
        action: "platform.file-saved",
        subject: { type: "platform", id: platformId },
        platformId,
        data: { version: next, ...(restores == null ? {} : { restores }) },
      });
      return { ok: true, version: next, findings: tried.findings };
    },
  );
}

async function tryOnDatabases(
  { records, secrets }: Registrar,
  platformId: string,
  file: PlatformFile,
): Promise<Answer<{ findings: readonly Finding[] }>> {
  const rows = await records
    .select()
    .from(databases)
    .where(and(eq(databases.platformId, platformId), isNull(databases.removedAt)));
  const findings: Finding[] = [];
  try {
    for (const row of rows) {
      const look = await lookAt(secrets.open(row.plannerUrl, secretContext.plannerUrl(row.id)), row.endpoint);
      findings.push(...modelOf(look, file).findings);
    }
  } catch (error) {
    if (error instanceof Refusal) return refuse(...error.findings);
    throw error;
  }
  return { ok: true, findings };
}
