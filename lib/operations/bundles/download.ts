/** Fetching a bundle: may this person, by a link that is good, is the file there, which bytes, then their stream. */
import { eq } from "drizzle-orm";
import { compressionOfName } from "../../bundle/name.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { Refusal } from "../../findings/finding.ts";
import { isId } from "../../records/id.ts";
import { bundles } from "../../records/schema/bundles.ts";
import type { Console } from "../console.ts";
import { askedRange, type RangeHeaders } from "./byte-range.ts";
import { markMissing } from "./check-files.ts";
import { contentDisposition } from "./content-disposition.ts";
import { findDownloadLink, LINK_HOLDS, type PersonInSession } from "./download-link.ts";
import { beginDownload } from "./download-record.ts";
import {
  type DownloadRefusal,
  linkExpired,
  linkMissing,
  notAllowed,
  notReady,
  unknownBundle,
  unsatisfiable,
} from "./download-refusals.ts";
import { downloadStream } from "./download-stream.ts";
import type { BundleRow } from "./of-operation.ts";

export interface DownloadAnswer {
  readonly status: 200 | 206;
  readonly headers: Readonly<Record<string, string>>;
  /** Null where only the headers were asked for. */
  readonly body: ReadableStream<Uint8Array> | null;
}

export interface DownloadRequest extends RangeHeaders {
  readonly bundleId: string;
  /** Empty where the request names none. */
  readonly linkId: string;
  /** Only what would be sent: nothing is recorded. */
  readonly headersOnly: boolean;
  readonly stillAllowed: () => Promise<boolean>;
}

type Reach = Pick<Console, "records" | "stores">;
export type DownloadResult = ({ ok: true } & DownloadAnswer) | ({ ok: false } & DownloadRefusal);

/** Its ETag is the file's SHA-256, so that a download that broke off goes on with the same bytes or starts anew. */
export async function downloadBundle(
  console: Reach,
  person: PersonInSession,
  request: DownloadRequest,
): Promise<DownloadResult> {
  const { bundleId, linkId } = request;
  const { records } = console;
  if (!person.actor.permissions.has("download:bundle")) return refuse(notAllowed(bundleId));
  const [bundle] = isId(bundleId) ? await records.select().from(bundles).where(eq(bundles.id, bundleId)) : [];
  if (bundle === undefined) return refuse(unknownBundle(bundleId));
  if (bundle.state !== "ready") return refuse(notReady(bundle.name, bundle.state));
  const link = await findDownloadLink(records, person, { bundleId, linkId });
  if (link === null) return refuse(linkMissing(bundle.name));
  if (link.expired) return refuse(linkExpired(bundle.name, LINK_HOLDS));
  const source = await openFile(console, bundle);
  if (source === null) return refuse(notReady(bundle.name, "missing"));
  const { size } = source;
  const etag = `"${bundle.sha256}"`;
  const asked = askedRange(request, size, etag);
  const part = asked.kind === "part";
  const range = part ? asked.range : { start: 0, end: size - 1 };
  const answer = (body: DownloadAnswer["body"]): DownloadResult => ({
    ok: true,
    status: part ? 206 : 200,
    headers: {
      "Accept-Ranges": "bytes",
      "Content-Disposition": contentDisposition(bundle.name),
      "Content-Length": String(range.end - range.start + 1),
      "Content-Type": contentType(bundle),
      ETag: etag,
      ...(part ? { "Content-Range": `bytes ${range.start}-${range.end}/${size}` } : {}),
    },
    body,
  });
  let sending = false;
  try {
    if (asked.kind === "unsatisfiable") return refuse(unsatisfiable(bundle.name, size));
    if (request.headersOnly) return answer(null);
    const record = await beginDownload(records, person.actor, { bundle, link, range });
    if ("status" in record) return refuse(record);
    sending = true;
    return answer(downloadStream(source, { range, record, stillAllowed: request.stillAllowed }));
  } finally {
    if (!sending) await source.close();
  }
}

function contentType({ name, encrypted }: BundleRow): string {
  if (encrypted) return "application/octet-stream";
  return compressionOfName(name) === "zstd" ? "application/zstd" : "application/gzip";
}

function refuse(refusal: DownloadRefusal): DownloadResult {
  return { ok: false, ...refusal };
}

/** Null where the store does not hold it, or holds another file: it is marked so, and the next check looks again. */
async function openFile({ records, stores }: Reach, bundle: BundleRow): Promise<BundleSource | null> {
  let source: BundleSource;
  try {
    source = await stores.get(bundle.store).open(bundle.name);
  } catch (error) {
    const gone = error instanceof Refusal && error.findings.some(({ code }) => code === "store-missing");
    if (!gone) throw error;
    await markMissing(records, bundle, null);
    return null;
  }
  if (bundle.bytes === null || source.size === bundle.bytes) return source;
  await source.close();
  await markMissing(records, bundle, source.size);
  return null;
}
