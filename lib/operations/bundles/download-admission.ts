/** Whether somebody may fetch a bundle now: as a person, by a link that is good, and from a file that is there. */
import { eq } from "drizzle-orm";
import type { BundleSource } from "../../bundle/stores/store.ts";
import { Refusal } from "../../findings/finding.ts";
import { isId } from "../../records/id.ts";
import { bundles } from "../../records/schema/bundles.ts";
import type { Console } from "../console.ts";
import { markMissing } from "./check-files.ts";
import { type DownloadLink, findDownloadLink, LINK_HOLDS, type PersonInSession } from "./download-link.ts";
import {
  type DownloadRefusal,
  linkExpired,
  linkMissing,
  notAllowed,
  notReady,
  unknownBundle,
} from "./download-refusals.ts";
import type { BundleRow } from "./of-operation.ts";

type Reach = Pick<Console, "records" | "stores">;

export interface Admitted {
  readonly ok: true;
  readonly bundle: BundleRow;
  readonly link: DownloadLink;
  /** Open: its taker closes it. */
  readonly source: BundleSource;
}

export type Admission = Admitted | ({ readonly ok: false } & DownloadRefusal);

export async function admitDownload(
  console: Reach,
  person: PersonInSession,
  { bundleId, linkId }: { readonly bundleId: string; readonly linkId: string },
): Promise<Admission> {
  const { records } = console;
  if (!person.actor.permissions.has("download:bundle")) return refuse(notAllowed(bundleId));
  const [bundle] = isId(bundleId) ? await records.select().from(bundles).where(eq(bundles.id, bundleId)) : [];
  if (bundle === undefined) return refuse(unknownBundle(bundleId));
  if (bundle.state !== "ready") return refuse(notReady(bundle.name, bundle.state));
  const link = await findDownloadLink(records, person, { bundleId, linkId });
  if (link === null) return refuse(linkMissing(bundle.name));
  if (link.expired) return refuse(linkExpired(bundle.name, LINK_HOLDS));
  const source = await openFile(console, bundle);
  return source === null ? refuse(notReady(bundle.name, "missing")) : { ok: true, bundle, link, source };
}

function refuse(refusal: DownloadRefusal): Admission {
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
