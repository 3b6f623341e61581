/** The manifest's bytes for somebody who may see bundles, without Next. */
import { eq } from "drizzle-orm";
import type { Actor } from "../../../../../lib/access/actor.ts";
import { canonicalJson } from "../../../../../lib/canonical/json.ts";
import { contentDisposition } from "../../../../../lib/operations/bundles/content-disposition.ts";
import type { Console } from "../../../../../lib/operations/console.ts";
import { readManifest } from "../../../../../lib/queries/bundle-contents.ts";
import { isId } from "../../../../../lib/records/id.ts";
import { bundles } from "../../../../../lib/records/schema/bundles.ts";

const HEADERS = { "Cache-Control": "private, no-store", "Content-Type": "text/plain; charset=utf-8" };

/** Canonical JSON is the one form that a bundle's reader accepts, so writing it anew gives the file's own bytes. */
export async function answerManifest(
  { records }: Pick<Console, "records">,
  actor: Actor | null,
  id: string,
): Promise<Response> {
  if (actor === null) return refused(401, "You are not signed in.");
  if (!actor.permissions.has("see")) return refused(403, "You may not see bundles.");
  const [bundle] = isId(id) ? await records.select().from(bundles).where(eq(bundles.id, id)) : [];
  const manifest = readManifest(bundle?.manifest);
  if (bundle === undefined || manifest === null)
    return refused(404, "There is no manifest of such a bundle.");
  return new Response(canonicalJson(manifest), {
    headers: {
      ...HEADERS,
      "Content-Type": "application/json",
      "Content-Disposition": contentDisposition(`${bundle.name}.manifest.json`),
    },
  });
}

function refused(status: number, sentence: string): Response {
  return new Response(`${sentence}\n`, { status, headers: HEADERS });
}
