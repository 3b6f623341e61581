import { currentActor } from "../../../../lib/access/session.ts";
import { getConsole } from "../../../../lib/operations/console.ts";
import { AUDIT_FORMATS, type AuditFormat, exportAudit } from "../../../../lib/queries/audit-export.ts";
import { readAuditList } from "../../../../lib/queries/audit-list.ts";
import { Refused } from "../../../../lib/queries/refused.ts";

const PRIVATE = { "Cache-Control": "private, no-store" };

/** The audit trail as a file, `?format=csv` or `jsonl`, narrowed as the list is; written while it is read. */
export async function GET(request: Request): Promise<Response> {
  const actor = await currentActor();
  if (actor === null) return new Response(null, { status: 401, headers: PRIVATE });
  const search = Object.fromEntries(new URL(request.url).searchParams);
  const format = search.format ?? "";
  if (!isFormat(format)) return new Response(null, { status: 400, headers: PRIVATE });
  try {
    const pieces = await exportAudit(await getConsole(), actor, readAuditList(search), format);
    return new Response(streamOf(pieces), {
      headers: {
        ...PRIVATE,
        "Content-Type": AUDIT_FORMATS[format].type,
        "Content-Disposition": `attachment; filename="audit.${format}"`,
        "X-Content-Type-Options": "nosniff",
      },
    });
  } catch (error) {
    if (error instanceof Refused) return new Response(null, { status: 403, headers: PRIVATE });
    throw error;
  }
}

function isFormat(name: string): name is AuditFormat {
  return Object.hasOwn(AUDIT_FORMATS, name);
}

/** Reads on only when the other side has taken what there was. */
function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const next = await pieces.next();
      if (next.done) controller.close();
      else if (next.value !== "") controller.enqueue(encoder.encode(next.value));
      else await this.pull?.(controller);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
