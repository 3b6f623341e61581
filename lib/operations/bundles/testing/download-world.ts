/** A bundle's file in a store, a person who may fetch it and one who may not, for the tests of downloads. */
import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asc, eq } from "drizzle-orm";
import type { Actor } from "../../../access/actor.ts";
import { addTestActor } from "../../../access/testing/people.ts";
import { folderStore } from "../../../bundle/stores/folder.ts";
import { temporaryFolder } from "../../../bundle/testing/write-sample.ts";
import { openRecords, type Records } from "../../../records/client.ts";
import { newId } from "../../../records/id.ts";
import { auditEntries } from "../../../records/schema/audit-entries.ts";
import { bundles, downloads } from "../../../records/schema/bundles.ts";
import { createTestDatabase } from "../../../testing/database.ts";
import { type DownloadRequest, type DownloadResult, downloadBundle } from "../download.ts";
import { makeDownloadLink, type PersonInSession } from "../download-link.ts";

/** More than several chunks of a store's stream. */
export const BYTES = randomBytes(1_300_007);
export const NAME = "acme-ü.tar.zst";
export const REASON = "ticket 4711";
export const SIGNED_IN = Date.now();

export const session = (actor: Actor): PersonInSession => ({ actor, signedInAt: SIGNED_IN });

export interface DownloadWorld {
  readonly records: Records;
  readonly sam: Actor;
  readonly vic: Actor;
}

export async function openDownloadWorld(): Promise<DownloadWorld> {
  const records = openRecords((await createTestDatabase("records")).url);
  const sam = (await addTestActor(records, "sam", ["support"])).actor;
  const vic = (await addTestActor(records, "vic", ["viewer"])).actor;
  return { records, sam, vic };
}

/** A bundle of its own, ready, with a link of sam's: one test's. */
export async function newDownload({ records, sam }: DownloadWorld) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, NAME), BYTES);
  const id = newId();
  const sha256 = createHash("sha256").update(BYTES).digest("hex");
  await records.insert(bundles).values({
    id,
    store: id,
    name: NAME,
    state: "ready",
    origin: "export",
    tenantKey: "17",
    bytes: BYTES.length,
    sha256,
  });

  async function linkFor(actor: Actor, bundleId = id): Promise<string> {
    const made = await makeDownloadLink(records, session(actor), { bundleId, reason: REASON });
    if (!made.ok) throw new Error(made.findings[0]!.code);
    return made.linkId;
  }
  const linkId = await linkFor(sam);
  const stores = { ids: [id], get: () => folderStore(folder) };
  const download = (given: Partial<DownloadRequest> = {}, person = session(sam)): Promise<DownloadResult> => {
    const request = { bundleId: id, linkId, range: null, ifRange: null, headersOnly: false, ...given };
    return downloadBundle({ records, stores }, person, { stillAllowed: async () => true, ...request });
  };
  return {
    id,
    folder,
    sha256,
    linkId,
    stores,
    linkFor,
    download,
    async sent(given: Partial<DownloadRequest> = {}) {
      const result = await download(given);
      if (!result.ok) throw new Error(result.finding.code);
      return { ...result, bytes: Buffer.from(await new Response(result.body).arrayBuffer()) };
    },
    async refused(given: Partial<DownloadRequest> = {}, person = session(sam)) {
      const result = await download(given, person);
      if (result.ok) throw new Error("it was not refused");
      return result;
    },
    recorded: () =>
      records.select().from(downloads).where(eq(downloads.bundleId, id)).orderBy(asc(downloads.id)),
    async audited() {
      const entries = await records
        .select()
        .from(auditEntries)
        .where(eq(auditEntries.subjectId, id))
        .orderBy(asc(auditEntries.at), asc(auditEntries.id));
      return entries.map(({ action, actorId, data }) => ({
        action,
        actorId,
        reason: (data as { reason?: string }).reason,
      }));
    },
  };
}
export type TestDownload = Awaited<ReturnType<typeof newDownload>>;
