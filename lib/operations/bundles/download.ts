/** Fetching a bundle's file: which bytes, under which headers, then their stream. */
import { compressionOfName } from "../../bundle/name.ts";
import type { Console } from "../console.ts";
import { askedRange, type RangeHeaders } from "./byte-range.ts";
import { contentDisposition } from "./content-disposition.ts";
import { admitDownload } from "./download-admission.ts";
import type { PersonInSession } from "./download-link.ts";
import { beginDownload } from "./download-record.ts";
import { type DownloadRefusal, unsatisfiable } from "./download-refusals.ts";
import { downloadStream, fetchedFile } from "./download-stream.ts";
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
  const admitted = await admitDownload(console, person, { bundleId, linkId });
  if (!admitted.ok) return admitted;
  const { bundle, link, source } = admitted;
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
    const { stillAllowed } = request;
    return answer(downloadStream(fetchedFile(source, range), { record, stillAllowed }));
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
