/** Uploads of bundles: where to, how large, and what became of the latest ones. */
import "server-only";
import { asc, desc, eq, isNull } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import { readPolicy } from "../engine/read-policy.ts";
import type { Finding } from "../findings/finding.ts";
import type { Console } from "../operations/console.ts";
import { isId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import { persons } from "../records/schema/persons.ts";
import { platforms } from "../records/schema/platforms.ts";
import { type UPLOAD_STATES, uploads } from "../records/schema/uploads.ts";
import { authorise } from "./refused.ts";
import { A_FEW } from "./some.ts";

export type UploadState = (typeof UPLOAD_STATES)[number];

export interface UploadView {
  readonly id: string;
  readonly state: UploadState;
  readonly fileName: string;
  readonly platform: string;
  readonly person: string;
  /** Received by the last look. */
  readonly bytes: number;
  readonly bundleId: string | null;
  readonly findings: readonly Finding[];
  readonly beganAt: Date;
}

export interface UploadsView {
  readonly platforms: readonly { readonly id: string; readonly name: string }[];
  /** Bytes. */
  readonly limit: number;
  /** Of one person. */
  readonly atOnce: number;
  readonly bytesADay: number;
  /** The one that the address names; null where there is none. */
  readonly shown: UploadView | null;
  /** The bundle that is there already, where that is why the shown one was refused. */
  readonly known: string | null;
  /** The latest first. */
  readonly latest: readonly UploadView[];
}

type Source = Pick<Console, "records"> & { readonly config: Pick<Console["config"], "uploadLimit"> };

/** @throws Refused */
export async function readUploads(
  { records, config }: Source,
  actor: Actor,
  { upload }: { readonly upload: string | null },
): Promise<UploadsView> {
  authorise(actor, "request:import");
  const select = () =>
    records
      .select({
        id: uploads.id,
        state: uploads.state,
        fileName: uploads.fileName,
        platform: platforms.name,
        person: persons.name,
        bytes: uploads.bytes,
        bundleId: uploads.bundleId,
        findings: uploads.findings,
        beganAt: uploads.beganAt,
      })
      .from(uploads)
      .innerJoin(platforms, eq(platforms.id, uploads.platformId))
      .innerJoin(persons, eq(persons.id, uploads.personId));
  const [known, latest, named, policy] = await Promise.all([
    records
      .select({ id: platforms.id, name: platforms.name })
      .from(platforms)
      .where(isNull(platforms.deregisteredAt))
      .orderBy(asc(platforms.name)),
    select().orderBy(desc(uploads.beganAt), desc(uploads.id)).limit(A_FEW),
    upload === null || !isId(upload) ? [] : select().where(eq(uploads.id, upload)),
    readPolicy(records),
  ]);
  const view = (row: (typeof latest)[number]): UploadView => ({
    ...row,
    findings: row.findings as readonly Finding[],
  });
  const shown = named[0] === undefined ? null : view(named[0]);
  return {
    platforms: known,
    limit: config.uploadLimit,
    atOnce: policy.uploadsAtOnce,
    bytesADay: policy.uploadGiBADay * 2 ** 30,
    shown,
    known: await knownBundle(records, shown),
    latest: latest.map(view),
  };
}

async function knownBundle(records: Source["records"], shown: UploadView | null): Promise<string | null> {
  const finding = shown?.findings.find(({ code }) => code === "bundle-known");
  if (finding === undefined) return null;
  const [row] = await records.select({ id: bundles.id }).from(bundles).where(eq(bundles.name, finding.where));
  return row?.id ?? null;
}
