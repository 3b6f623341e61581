/** Fetching a bundle: may this person, is the file there, which bytes, and then the stream of them. */
import { eq } from "drizzle-orm";
import type { Actor } from "../../access/actor.ts";
import { rolesWith } from "../../access/permissions.ts";
import { compressionOfName } from "../../bundle/name.ts";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { type Finding, Refusal } from "../../findings/finding.ts";
import { isId } from "../../records/id.ts";
import { bundles } from "../../records/schema/bundles.ts";
import type { Console } from "../console.ts";
import { askedRange, type RangeHeaders } from "./byte-range.ts";
import { markMissing } from "./check-files.ts";
import { contentDisposition } from "./content-disposition.ts";
import { beginDownload } from "./download-record.ts";
import { downloadStream } from "./download-stream.ts";
import type { BundleRow } from "./of-operation.ts";

export interface DownloadAnswer {
  readonly status: 200 | 206;
  readonly headers: Readonly<Record<string, string>>;
  /** Null where only the headers were asked for. */
  readonly body: ReadableStream<Uint8Array> | null;
}

export interface DownloadRefusal {
  readonly status: 403 | 404 | 409 | 410 | 416;
  readonly finding: Finding;
  readonly headers: Readonly<Record<string, string>>;
}

export interface DownloadRequest extends RangeHeaders {
  readonly bundleId: string;
  /** Only what would be sent: nothing is recorded. */
  readonly headersOnly: boolean;
  readonly stillAllowed: () => Promise<boolean>;
}

type Reach = Pick<Console, "records" | "stores">;
export type DownloadResult = ({ ok: true } & DownloadAnswer) | ({ ok: false } & DownloadRefusal);

/** Its ETag is the file's SHA-256, so that a download that broke off goes on with the same bytes or starts anew. */
export async function downloadBundle(
  console: Reach,
  actor: Actor,
  request: DownloadRequest,
): Promise<DownloadResult> {
  const { bundleId } = request;
  if (!actor.permissions.has("download:bundle")) return refuse(403, notAllowed(bundleId));
  const [bundle] = isId(bundleId)
    ? await console.records.select().from(bundles).where(eq(bundles.id, bundleId))
    : [];
  if (bundle === undefined) return refuse(404, unknown(bundleId));
  if (bundle.state !== "ready") return refuse(...notReady(bundle));
  const source = await openFile(console, bundle);
  if (source === null) return refuse(...notReady({ ...bundle, state: "missing" }));
  const etag = `"${bundle.sha256}"`;
  const asked = askedRange(request, source.size, etag);
  const range = asked.kind === "part" ? asked.range : { start: 0, end: source.size - 1 };
  if (asked.kind === "unsatisfiable" || request.headersOnly) await source.close();
  if (asked.kind === "unsatisfiable") {
    return refuse(416, unsatisfiable(bundle.name), { "Content-Range": `bytes */${source.size}` });
  }
  const part = asked.kind === "part";
  return {
    ok: true,
    status: part ? 206 : 200,
    headers: {
      "Accept-Ranges": "bytes",
      "Content-Disposition": contentDisposition(bundle.name),
      "Content-Length": String(range.end - range.start + 1),
      "Content-Type": compressionOfName(bundle.name) === "zstd" ? "application/zstd" : "application/gzip",
      ETag: etag,
      ...(part ? { "Content-Range": `bytes ${range.start}-${range.end}/${source.size}` } : {}),
    },
    body: request.headersOnly ? null : await send(),
  };

  async function send() {
    const file = source!;
    try {
      const record = await beginDownload(console.records, actor, bundle!, range);
      return downloadStream(file, { range, record, stillAllowed: request.stillAllowed });
    } catch (error) {
      await file.close();
      throw error;
    }
  }
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

function refuse(
  status: DownloadRefusal["status"],
  finding: Finding,
  headers: DownloadRefusal["headers"] = {},
): DownloadResult {
  return { ok: false, status, finding, headers };
}

function notAllowed(where: string): Finding {
  const todo = `Ask somebody who is ${rolesWith("download:bundle").join(" or ")}.`;
  return blocking("bundle-download-forbidden", where, "You may not download bundles.", todo);
}

function unknown(where: string): Finding {
  return blocking(
    "bundle-unknown",
    where,
    "There is no such bundle.",
    "Choose one from the list of bundles.",
  );
}

function unsatisfiable(where: string): Finding {
  const what = "The part that was asked for is not in the file.";
  return blocking("bundle-range", where, what, "Start the download anew.");
}

const NOT_READY: Readonly<
  Record<Exclude<BundleRow["state"], "ready">, readonly [404 | 409 | 410, string, string]>
> = {
  writing: [409, "The bundle is still being written.", "Wait for its export to end."],
  quarantined: [409, "The bundle is not verified yet.", "Wait for its verification to end."],
  refused: [409, "The bundle was refused: it is not whole, or no bundle.", "Export the tenant again."],
  missing: [
    404,
    "The store does not hold this bundle's file any more.",
    "Put the file back from a backup, or export the tenant again.",
  ],
  expired: [410, "The bundle has expired and was removed.", "Export the tenant again."],
};

function notReady(bundle: BundleRow): [404 | 409 | 410, Finding] {
  const [status, what, todo] = NOT_READY[bundle.state as keyof typeof NOT_READY];
  return [status, blocking(`bundle-${bundle.state}`, bundle.name, what, todo)];
}

function blocking(code: string, where: string, what: string, todo: string): Finding {
  return { code, severity: "blocks", where, what, todo };
}
