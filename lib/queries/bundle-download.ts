/** Fetching a bundle: what the file is, the link that this person has for it, and what stands in the way. */
import "server-only";
import { eq } from "drizzle-orm";
import type { Finding } from "../findings/finding.ts";
import { downloadLimit } from "../operations/bundles/download-limit.ts";
import { findDownloadLink, LINK_HOLDS, type PersonInSession } from "../operations/bundles/download-link.ts";
import {
  linkExpired,
  linkMissing,
  notReady,
  tooManyDownloads,
} from "../operations/bundles/download-refusals.ts";
import { isId } from "../records/id.ts";
import { bundles } from "../records/schema/bundles.ts";
import { authorise } from "./refused.ts";
import type { Source } from "./source.ts";

export interface BundleDownloadView {
  readonly id: string;
  readonly name: string;
  readonly tenantKey: string | null;
  readonly tenantSlug: string | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** Whether a download may be asked for now. */
  readonly open: boolean;
  /** What stands in the way of the whole, or of the link that the address names. */
  readonly findings: readonly Finding[];
  /** Null where the address names none that is good. */
  readonly link: { readonly id: string; readonly reason: string; readonly expiresAt: Date } | null;
}

/** @param link as the address names it; empty where it names none. Null for no such bundle. @throws Refused */
export async function readBundleDownload(
  { records }: Source,
  person: PersonInSession,
  { id, link: linkId }: { readonly id: string; readonly link: string },
): Promise<BundleDownloadView | null> {
  authorise(person.actor, "download:bundle");
  if (!isId(id)) return null;
  const [bundle] = await records.select().from(bundles).where(eq(bundles.id, id));
  if (bundle === undefined) return null;
  const { name, tenantKey, tenantSlug, bytes, sha256, state } = bundle;
  const view = { id, name, tenantKey, tenantSlug, bytes, sha256 };
  if (state !== "ready")
    return { ...view, open: false, findings: [notReady(name, state).finding], link: null };
  const [{ limit, wait }, found] = await Promise.all([
    downloadLimit(records, person.actor.personId),
    findDownloadLink(records, person, { bundleId: id, linkId }),
  ]);
  if (wait > 0)
    return { ...view, open: false, findings: [tooManyDownloads(name, limit, wait).finding], link: null };
  const findings =
    linkId === ""
      ? []
      : found === null
        ? [linkMissing(name).finding]
        : found.expired
          ? [linkExpired(name, LINK_HOLDS).finding]
          : [];
  return { ...view, open: true, findings, link: found === null || found.expired ? null : found };
}
