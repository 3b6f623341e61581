/**
 * Taking a file in: written under a name that no list shows and proved while it arrives, so that what is no bundle is
 * refused at its first bytes. It becomes a bundle in one step, after its seal has been read and has held; until then
 * every end leaves nothing.
 *
 *     record → create partial → (receive → write → prove)… → publish → list
 */
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { compressionOfBytes, MAGIC_BYTES } from "../../bundle/compression/compression.ts";
import { isAge } from "../../bundle/encryption/decrypt.ts";
import { compressionOfName, uploadName } from "../../bundle/name.ts";
import { printable } from "../../bundle/refused.ts";
import type { BundleSink, BundleSource } from "../../bundle/stores/store.ts";
import { type Verification, verifyBundle } from "../../bundle/verify.ts";
import { notPermitted } from "../../engine/people.ts";
import { blocks, type Finding, Refusal } from "../../findings/finding.ts";
import { recordAudit } from "../../records/audit.ts";
import type { RecordsSession } from "../../records/client.ts";
import { isId, newId } from "../../records/id.ts";
import { bundles } from "../../records/schema/bundles.ts";
import { platformFiles, platforms } from "../../records/schema/platforms.ts";
import { readPlatformFile } from "../../tenancy/platform-file.ts";
import { keepPieces, provedBundle } from "../bundles/facts.ts";
import { platformIdentities } from "../encryption/keys.ts";
import { forbiddenPlaces, regionInRow } from "../shared/region-rule.ts";
import { trustedKeys } from "../signer.ts";
import { arriving, type UploadReach } from "./arriving.ts";
import {
  alreadyKnown,
  noFile,
  otherPlatform,
  platformUnknown,
  uploadBrokeOff,
  uploadTooLarge,
} from "./refusals.ts";
import type { Announced } from "./upload-limit.ts";
import { beginUpload, endUpload } from "./upload-record.ts";

export interface UploadRequest {
  readonly platformId: string;
  /** As the sender calls it. */
  readonly fileName: string;
  readonly content: AsyncIterable<Buffer>;
  /** What the sender says that is on its way, the form around it included; null where it does not say. */
  readonly announcedBytes: number | null;
  /** Asked for as long as it takes: a revocation ends it. */
  readonly stillAllowed: () => Promise<boolean>;
  /** How soon that is. Milliseconds. */
  readonly lookEvery?: number;
}

export type UploadResult =
  | { readonly ok: true; readonly bundleId: string }
  | {
      readonly ok: false;
      /** 499 is nobody's any more: whoever sent it has gone. */
      readonly status: 400 | 403 | 404 | 409 | 413 | 422 | 429 | 499;
      readonly findings: readonly Finding[];
      /** Where it was recorded; null for what was refused before it began. */
      readonly uploadId: string | null;
    };

/** The form around a file: boundaries, headers, fields. Bytes. */
const FORM_AROUND = 64 * 1024;

export async function receiveUpload(
  console: UploadReach,
  actor: Actor,
  request: UploadRequest,
): Promise<UploadResult> {
  const { records, config } = console;
  if (!actor.permissions.has("request:import")) return refuse(403, notPermitted("request:import"));
  const platform = await findPlatform(records, request.platformId);
  if (platform === null) return refuse(404, platformUnknown(request.platformId));
  if ((request.announcedBytes ?? 0) > config.uploadLimit + FORM_AROUND)
    return refuse(413, uploadTooLarge(config.uploadLimit));
  const chunks = request.content[Symbol.asyncIterator]();
  const first = await firstBytes(chunks);
  if (first === null) return refuse(499);
  if (first.length === 0) return refuse(400, noFile());

  const id = newId();
  // What an encrypted one is compressed with shows only inside: its name is believed until then.
  const encrypted = isAge(first);
  const compression = compressionOfBytes(first) ?? compressionOfName(request.fileName) ?? "gzip";
  const name = uploadName(request.fileName, { compression, encrypted }, id);
  const upload = { id, platformId: platform.id, personId: actor.personId, store: platform.store, name };
  const begun = { ...upload, fileName: printable(request.fileName) };
  const room = await beginUpload(records, actor, begun, announcedFile(request));
  if (!room.ok) return refuse(429, room.finding);
  const { dayLeft } = room;
  const store = console.stores.get(platform.store);
  let sink: BundleSink | null = null;
  let rootRow: string | null = null;
  const identities = () => platformIdentities(records, console.secrets, platform.id);
  const arrival = arriving({
    ...{ console, upload, chunks, first, dayLeft, identities, sink: () => sink! },
    ...request,
  });

  try {
    sink = await store.create(name);
    const proof = await prove(arrival.source);
    const findings = await objections(proof);
    if (findings.length > 0) return await end("refused", findings);
    await sink.commit();
    await list(proof).catch(async (error: unknown) => {
      // Rolled back for certain; after any other error the sweep looks whether it is listed.
      if (error instanceof Refusal) await store.remove(name);
      throw error;
    });
    return { ok: true, bundleId: id };
  } catch (error) {
    if (error instanceof Refusal) return await end("refused", error.findings);
    if (arrival.gone() === null) throw error;
    return await end("aborted", [arrival.gone()!]);
  } finally {
    // Does nothing after a commit. What cannot be recorded now, the sweep of uploads records.
    await sink?.abort();
  }

  async function prove(source: BundleSource): Promise<Verification> {
    const trust = await trustedKeys(records);
    return verifyBundle(source, {
      trust,
      onRootRow(line) {
        rootRow = line;
      },
    });
  }

  /** What it is of shows only when it is here; where it may not lie, nothing of it stays. */
  async function regionObjections(): Promise<readonly Finding[]> {
    const rule = await regionRule(records, platform!);
    if (rule === null) return [];
    const region = rootRow === null ? null : regionInRow(rule, rootRow);
    return forbiddenPlaces(rule, region, [{ kind: "store", name: platform!.store, region: store.region }]);
  }

  async function objections({ manifest, findings, sha256 }: Verification): Promise<readonly Finding[]> {
    if (blocks(findings)) return findings;
    if (manifest!.platform !== platform!.name) {
      const [own] = await records.select().from(platforms).where(registered(manifest!.platform));
      return [otherPlatform(manifest!.platform, platform!.name, own !== undefined)];
    }
    const known = await sameFile(records, sha256!);
    return known === null ? regionObjections() : [known];
  }

  /** In one transaction; two people who send the same file at the same time come one after the other. */
  async function list(proof: Verification): Promise<void> {
    await records.transaction(async (tx) => {
      await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`bundle ${proof.sha256}`}, 0))`);
      const known = await sameFile(tx, proof.sha256!);
      if (known !== null) throw new Refusal(known);
      const { bytes } = arrival;
      const facts = provedBundle(proof, bytes());
      const { personId: createdBy, ...place } = upload;
      await tx.insert(bundles).values({ ...place, ...facts, state: "ready", origin: "upload", createdBy });
      await keepPieces(tx, id, proof);
      // Somebody has given it up for lost meanwhile: it stays so.
      if (!(await endUpload(tx, actor, upload, { state: "taken_in", bundleId: id, bytes: bytes() })))
        throw new Refusal(uploadBrokeOff());
      await recordAudit(tx, {
        actor,
        action: "bundle.uploaded",
        subject: { type: "bundle", id },
        platformId: platform!.id,
        tenantKey: facts.tenantKey,
        data: { bytes: bytes(), sha256: proof.sha256, signature: proof.signature?.state },
      });
    });
  }

  async function end(state: "refused" | "aborted", findings: readonly Finding[]): Promise<UploadResult> {
    await sink?.abort();
    await records.transaction((tx) =>
      endUpload(tx, actor, upload, { state, findings, bytes: arrival.bytes() }),
    );
    return { ok: false, status: statusOf(state, findings), findings, uploadId: id };
  }
}

function announcedFile({ announcedBytes: most }: UploadRequest): Announced {
  return most === null ? null : { least: most - FORM_AROUND, most };
}

function statusOf(state: "refused" | "aborted", findings: readonly Finding[]) {
  if (state === "aborted") return 499;
  const codes = new Set(findings.map(({ code }) => code));
  if (codes.has("uploads-of-the-day")) return 429;
  return codes.has("upload-too-large") ? 413 : codes.has("bundle-known") ? 409 : 422;
}

function refuse(status: (UploadResult & { ok: false })["status"], ...findings: Finding[]): UploadResult {
  return { ok: false, status, findings, uploadId: null };
}

async function findPlatform(session: RecordsSession, id: string) {
  if (!isId(id)) return null;
  const [row] = await session
    .select()
    .from(platforms)
    .where(and(eq(platforms.id, id), isNull(platforms.deregisteredAt)));
  return row ?? null;
}

async function regionRule(session: RecordsSession, platform: typeof platforms.$inferSelect) {
  const [row] = await session
    .select({ text: platformFiles.text })
    .from(platformFiles)
    .where(and(eq(platformFiles.platformId, platform.id), eq(platformFiles.version, platform.fileVersion)));
  const file = row === undefined ? null : readPlatformFile(row.text, `${platform.name}.yaml`).file;
  return file?.regions ?? null;
}

const registered = (name: string) => and(eq(platforms.name, name), isNull(platforms.deregisteredAt));

/** Null where no bundle that is there has these bytes. */
async function sameFile(session: RecordsSession, sha256: string): Promise<Finding | null> {
  const [row] = await session
    .select({ name: bundles.name })
    .from(bundles)
    .where(and(eq(bundles.sha256, sha256), eq(bundles.state, "ready")));
  return row === undefined ? null : alreadyKnown(row.name);
}

/** Enough to tell what it is; fewer where there are no more. Null where the sender has gone. */
async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer | null> {
  let first = Buffer.alloc(0);
  try {
    while (first.length < MAGIC_BYTES) {
      const { value, done } = await chunks.next();
      if (done) break;
      first = Buffer.concat([first, value]);
    }
  } catch {
    return null;
  }
  return first;
}
