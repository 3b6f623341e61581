/** The platform file in force and its versions: what each says, who saved it and when. */
import "server-only";
import { and, desc, eq, isNull } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { persons } from "../records/schema/persons.ts";
import { platformFiles, platforms } from "../records/schema/platforms.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export interface FileVersion {
  readonly version: number;
  /** Null where the first start saved it. */
  readonly savedBy: string | null;
  readonly savedAt: Date;
  readonly text: string;
}

export interface PlatformFileView {
  readonly platformId: string;
  readonly platform: string;
  /** The version in force. */
  readonly current: number;
  /** The newest first. */
  readonly versions: readonly FileVersion[];
}

/** Null where there is no such platform. @throws Refused */
export async function readPlatformFiles(
  { records }: Source,
  actor: Actor,
  name: string,
): Promise<PlatformFileView | null> {
  authorise(actor, "see");
  const [platform] = await records
    .select({ id: platforms.id, name: platforms.name, current: platforms.fileVersion })
    .from(platforms)
    .where(and(eq(platforms.name, name), isNull(platforms.deregisteredAt)));
  if (platform === undefined) return null;
  const versions = await records
    .select({
      version: platformFiles.version,
      savedBy: persons.name,
      savedAt: platformFiles.createdAt,
      text: platformFiles.text,
    })
    .from(platformFiles)
    .leftJoin(persons, eq(persons.id, platformFiles.savedBy))
    .where(eq(platformFiles.platformId, platform.id))
    .orderBy(desc(platformFiles.version));
  return { platformId: platform.id, platform: platform.name, current: platform.current, versions };
}

/** The text of one version, the one in force unless it says otherwise; null where there is none. @throws Refused */
export async function readPlatformFileText(
  { records }: Source,
  actor: Actor,
  name: string,
  version: number | null,
): Promise<{ readonly version: number; readonly text: string } | null> {
  authorise(actor, "see");
  const [row] = await records
    .select({ version: platformFiles.version, text: platformFiles.text })
    .from(platforms)
    .innerJoin(platformFiles, eq(platformFiles.platformId, platforms.id))
    .where(
      and(
        eq(platforms.name, name),
        isNull(platforms.deregisteredAt),
        eq(platformFiles.version, version ?? platforms.fileVersion),
      ),
    );
  return row ?? null;
}
