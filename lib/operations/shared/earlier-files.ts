/** The platform file as it has read: a bundle was written under one of its versions. */
import { desc, eq } from "drizzle-orm";
import type { RecordsSession } from "../../records/client.ts";
import { platformFiles } from "../../records/schema/platforms.ts";
import { type PlatformFile, readPlatformFile } from "../../tenancy/platform-file.ts";

/** So many versions of the platform file are tried, the newest first. */
const MOST_FILES = 50;

/** The newest first, today's among them. */
export async function earlierFilesOf(records: RecordsSession, platformId: string): Promise<PlatformFile[]> {
  const rows = await records
    .select({ text: platformFiles.text })
    .from(platformFiles)
    .where(eq(platformFiles.platformId, platformId))
    .orderBy(desc(platformFiles.version))
    .limit(MOST_FILES);
  return rows.flatMap(({ text }) => readPlatformFile(text, "platform file").file ?? []);
}
