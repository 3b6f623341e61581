/** Why a bundle is not sent, in sentences for the person who wants it, each with its HTTP status. */
import { rolesWith } from "../../access/permissions.ts";
import type { Finding } from "../../findings/finding.ts";
import type { BundleRow } from "./of-operation.ts";

export interface DownloadRefusal {
  readonly status: 403 | 404 | 409 | 410 | 416 | 429;
  readonly finding: Finding;
  readonly headers: Readonly<Record<string, string>>;
}

export function notAllowed(where: string): DownloadRefusal {
  const todo = `Ask somebody who is ${rolesWith("download:bundle").join(" or ")}.`;
  return refusal(403, "bundle-download-forbidden", where, "You may not download bundles.", todo);
}

export function unknownBundle(where: string): DownloadRefusal {
  const todo = "Choose one from the list of bundles.";
  return refusal(404, "bundle-unknown", where, "There is no such bundle.", todo);
}

/** @param size of the file, which the answer tells */
export function unsatisfiable(where: string, size: number): DownloadRefusal {
  const what = "The part that was asked for is not in the file.";
  const refused = refusal(416, "bundle-range", where, what, "Start the download anew.");
  return { ...refused, headers: { "Content-Range": `bytes */${size}` } };
}

/** Also for a link of somebody else's, of another session or of another bundle: all of them are none of theirs. */
export function linkMissing(where: string): DownloadRefusal {
  return refusal(
    403,
    "download-link-missing",
    where,
    "A download needs a link of its own, made in this session for this bundle.",
    "Choose Download on the bundle's page, and say why.",
  );
}

/** @param minutes for which links hold */
export function linkExpired(where: string, minutes: number): DownloadRefusal {
  return refusal(
    410,
    "download-link-expired",
    where,
    `This link has expired: one holds for ${minutes} minutes.`,
    "Choose Download on the bundle's page again, and say why; what is already here can be resumed with the new link.",
  );
}

/** @param seconds until the next one may begin */
export function tooManyDownloads(where: string, limit: number, seconds: number): DownloadRefusal {
  const refused = refusal(
    429,
    "download-limit",
    where,
    `You have begun ${limit} downloads within an hour, which is as many as one person may.`,
    `Try again in ${minutesOf(seconds)}; an admin can change the limit under Settings, Policies.`,
  );
  return { ...refused, headers: { "Retry-After": String(seconds) } };
}

function minutesOf(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "a minute" : `${minutes} minutes`;
}

type NotReady = Exclude<BundleRow["state"], "ready">;

const NOT_READY: Readonly<Record<NotReady, readonly [404 | 409 | 410, string, string]>> = {
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

export function notReady(name: string, state: NotReady): DownloadRefusal {
  const [status, what, todo] = NOT_READY[state];
  return refusal(status, `bundle-${state}`, name, what, todo);
}

function refusal(
  status: DownloadRefusal["status"],
  code: string,
  where: string,
  what: string,
  todo: string,
): DownloadRefusal {
  return { status, finding: { code, severity: "blocks", where, what, todo }, headers: {} };
}
