/** Fetching a customer package: the same admission as for the file, made of it while it is sent. */
import { and, eq } from "drizzle-orm";
import { Refusal } from "../../findings/finding.ts";
import type { Records } from "../../records/client.ts";
import { platformFiles, platforms } from "../../records/schema/platforms.ts";
import type { PackageFormat } from "../../rows/customer-package/index-page.ts";
import { customerPackage } from "../../rows/customer-package/package.ts";
import { readPlatformFile } from "../../tenancy/platform-file.ts";
import type { Console } from "../console.ts";
import { contentDisposition } from "./content-disposition.ts";
import type { DownloadAnswer } from "./download.ts";
import { admitDownload } from "./download-admission.ts";
import type { PersonInSession } from "./download-link.ts";
import { beginDownload } from "./download-record.ts";
import type { DownloadRefusal } from "./download-refusals.ts";
import { downloadStream } from "./download-stream.ts";

export const PACKAGE_FORMATS: readonly PackageFormat[] = ["csv", "jsonl"];

export interface PackageDownload {
  readonly bundleId: string;
  /** Empty where the request names none. */
  readonly linkId: string;
  readonly format: PackageFormat;
  readonly stillAllowed: () => Promise<boolean>;
}

type Reach = Pick<Console, "records" | "stores">;
export type PackageResult = ({ ok: true } & DownloadAnswer) | ({ ok: false } & DownloadRefusal);

/** Its length is known at its end alone, so it has no ranges. */
export async function packageBundle(
  console: Reach,
  person: PersonInSession,
  { bundleId, linkId, format, stillAllowed }: PackageDownload,
): Promise<PackageResult> {
  const { records } = console;
  const admitted = await admitDownload(console, person, { bundleId, linkId });
  if (!admitted.ok) return admitted;
  const { bundle, link, source } = admitted;
  let sending = false;
  try {
    const internal = await internalNames(records, bundle.platformId);
    const made = await customerPackage({ source, format, internal });
    try {
      const range = { start: 0, end: 0 };
      const record = await beginDownload(records, person.actor, { bundle, link, range, package: format });
      if ("status" in record) return { ok: false, ...record };
      sending = true;
      const chunks = (made.bytes as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
      const fetched = { chunks, length: null, close: () => source.close() };
      return {
        ok: true,
        status: 200,
        headers: { "Content-Disposition": contentDisposition(made.name), "Content-Type": "application/zip" },
        body: downloadStream(fetched, { record, stillAllowed }),
      };
    } finally {
      if (!sending) made.bytes.destroy();
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, status: 409, headers: {}, finding: error.findings[0]! };
  } finally {
    if (!sending) await source.close();
  }
}

/** As the platform's file says now; nothing where the bundle is of no registered one. */
async function internalNames(records: Records, platformId: string | null): Promise<readonly string[]> {
  if (platformId === null) return [];
  const [row] = await records
    .select({ text: platformFiles.text, name: platforms.name })
    .from(platforms)
    .innerJoin(
      platformFiles,
      and(eq(platformFiles.platformId, platforms.id), eq(platformFiles.version, platforms.fileVersion)),
    )
    .where(eq(platforms.id, platformId));
  if (row === undefined) return [];
  const { file, findings } = readPlatformFile(row.text, `${row.name}.yaml`);
  // What nobody can read could say that something is internal.
  if (file === null) throw new Refusal(findings);
  return file.internal;
}
